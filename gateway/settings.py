"""The one table of settings. Read once at start, frozen afterwards.

A value comes, in this order, from the environment (``GATEWAY112_`` + the name in capitals), from
``settings.toml`` in the state folder, from ``secrets.toml`` beside it (written at set-up, mode 0600), or from the
default below. An empty secret is refused where it is needed, never replaced by a guess.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import secrets as random_secrets
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class SettingsRefused(Exception):
    """A setting cannot be used; the text names it, says why, and what to do."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str | int | bool
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("state", "state", "folder for all state (data, logs, generated configuration), relative to the project"),
    Setting("natives", "", "folder of our own copies of Asterisk, Redis and tools; empty: <state>/natives"),
    Setting("rules", "routing_rules.yaml", "the routing rules, relative to the project"),
    Setting("bind", "127.0.0.1", "address that our own services (FastAGI, AMI, Redis, web) listen on"),
    Setting("sip_bind", "0.0.0.0", "address for SIP and RTP: trunks and desks come in by it"),  # noqa: S104 - the door
    Setting("sip_address", "127.0.0.1", "address under which trunks and desks reach us (SIP and RTP)"),
    Setting("edge", True, "run Kamailio in front of Asterisk; no: trunks reach Asterisk itself on <sip_port>"),
    Setting("sip_port", 5060, "UDP and TCP port by which trunks reach us"),
    Setting("sips_port", 5061, "TLS port by which trunks reach us"),
    Setting("asterisk_sip_port", 5080, "UDP and TCP port by which desks reach Asterisk behind the edge"),
    Setting("asterisk_sips_port", 5081, "TLS port by which desks reach Asterisk behind the edge"),
    Setting("asterisk_nodes", "", "host:port of each Asterisk behind the edge, with commas; empty: our own"),
    Setting("capture_port", 9060, "UDP port on <bind> by which the edge copies what requests say of a place (HEP)"),
    Setting("location_hosts", "", "hosts from which locations may be fetched by reference, with commas; empty: none"),
    Setting("asterisk_http_port", 8088, "port of Asterisk's HTTP server: WebSocket for browser desks, on <bind>"),
    Setting("asterisk_https_port", 8089, "the same over TLS, where the desk's pages have a certificate (wss)"),
    Setting("rtp_first", 10000, "first UDP port of RTP"),
    Setting("rtp_last", 20000, "last UDP port of RTP"),
    Setting("agi_port", 4573, "TCP port of the FastAGI server"),
    Setting("agi_peers", "127.0.0.0/8, ::1", "networks from which Asterisk may hand us calls, with commas"),
    Setting("ami_port", 5038, "TCP port of Asterisk's manager interface"),
    Setting("redis_port", 6379, "TCP port of Redis"),
    Setting("redis_url", "", "Redis elsewhere (redis://, rediss://, unix://); empty: our own on <bind>:<redis_port>"),
    Setting("web_port", 8112, "TCP port of the web application"),
    Setting("fallback_port", 8113, "TCP port of the fallback document for Twilio, a process of its own"),
    Setting("pages_port", 8114, "TCP port of the desk's pages, on <bind>, a process of its own"),
    Setting("pages_url", "", "URL under which browsers reach the desk's pages; empty: http(s)://<bind>:<pages_port>"),
    Setting(
        "pages_certificate", "", "file with the certificate chain of the desk's pages (PEM); empty: no TLS of ours"
    ),
    Setting("pages_key", "", "file with its key (PEM)"),
    Setting(
        "pages_proxies", "", "networks of proxies before the desk's pages, whose X-Forwarded-For holds, with commas"
    ),
    Setting(
        "pages_sip_url", "", "ws(s):// URL by which browsers reach Asterisk; empty: its own port at the pages' host"
    ),
    Setting("front", False, "run nginx before the desk's pages: https for browsers elsewhere, with limits; no: none"),
    Setting("front_bind", "0.0.0.0", "address that it listens on"),  # noqa: S104 - the door
    Setting("front_port", 443, "its port of https"),
    Setting("front_http_port", 80, "its port of http, which leads to https"),
    Setting("front_certificate", "", "file with its certificate chain (PEM), good for all names of https:// URLs here"),
    Setting("front_key", "", "file with its key (PEM)"),
    Setting("sip_password_seconds", 3600, "how long a browser desk's SIP password lasts; its page renews it in time"),
    Setting("pages_tiles", "", "URL of map tiles with {z}, {x} and {y}; empty: the map has our own layers alone"),
    Setting("pages_tiles_attribution", "", "whose tiles they are, as the map has to say"),
    Setting("phone", False, "a caller's telephone in the browser at /phone, for drills and trials; off in production"),
    Setting(
        "public_url", "", "URL under which Twilio and desks reach the web application; empty: http://<bind>:<web_port>"
    ),
    Setting("link_url", "", "https:// URL of a neutral name for links by SMS (/h/…); empty: the same as public_url"),
    Setting("fallback_url", "", "URL under which Twilio reaches the fallback process; empty: the same as public_url"),
    Setting("anonymous_sip", False, "accept SIP from addresses that no trunk names (trials only)"),
    Setting("trial_trunk", True, "accept calls from 127.0.0.1 as the trunk trial, for make call; off in production"),
    Setting("twilio_account_sid", "", "Twilio account; empty: Twilio is off"),
    Setting("twilio_auth_tokens", "", "one token, or two with a comma while they are rotated", secret=True),
    Setting("twilio_sip_target", "", "host[:port],… where Twilio reaches us by SIP; empty: <sip_address>:<sip_port>"),
    Setting("twilio_operators_number", "", "E.164 number of the operators, the last target when SIP to us fails"),
    Setting("kannel", True, "run Kannel, which speaks with the operator's SMSC or with a modem"),
    Setting("kannel_admin_port", 13000, "TCP port of Kannel's own administration, on 127.0.0.1"),
    Setting("kannel_box_port", 13001, "TCP port between Kannel's two processes, on 127.0.0.1"),
    Setting("kannel_send_port", 13013, "TCP port by which Kannel takes replies, on 127.0.0.1"),
    Setting("kannel_peers", "127.0.0.0/8, ::1", "networks from which Kannel may bring messages, with commas"),
    Setting("kannel_rate", 10, "messages per second that may be given to Kannel"),
    Setting("kannel_sender", "112", "sender of a reply through Kannel whose message names none"),
    Setting("trial_smsc", True, "a fake SMSC on 127.0.0.1, for make text; off in production"),
    Setting("trial_smsc_port", 13014, "TCP port of the fake SMSC"),
    Setting("sms_number", "", "number or messaging service by which messages through Twilio come and go; empty: none"),
    Setting(
        "sms_channel", "", "channel of the SMS after a hang-up: kannel, twilio, sip_message; empty: the first in force"
    ),
    Setting(
        "monitoring_token",
        "",
        "bearer token for /metrics and all of /health; empty: this machine, without public_url",
        secret=True,
    ),
    Setting("timezone", "Asia/Jakarta", "zone of the times of day shown to people (desk, watch); all else is UTC"),
    Setting("log_level", "info", "debug, info, warning or error"),
    Setting("ami_secret", "", "password of our manager account", secret=True),
    Setting("redis_password", "", "password of our own Redis", secret=True),
    Setting("kannel_seed", "", "derives the passwords between Kannel and us", secret=True),
    Setting("aml_seed", "", "derives the address at which telephones bring AML over HTTPS", secret=True),
    Setting("aml_hmac_keys", "", "AML over HTTPS must be signed by this key, or one of two with a comma", secret=True),
    Setting("edge_seed", "", "derives by what Asterisk knows a trunk behind the edge", secret=True),
    Setting("signing_key", "", "signs location references and dialogue positions in URLs", secret=True),
    Setting("number_key", "", "keys the index of callers' numbers, so that no number is a key in Redis", secret=True),
    Setting("registry_key", "", "encrypts the table of registered numbers at rest (Fernet key)", secret=True),
    Setting("desk_password_seed", "", "derives each desk's SIP password", secret=True),
    Setting("second_factor_seed", "", "derives the secrets of accounts' second factors", secret=True),
)

_DOMAIN = re.compile(r"([A-Za-z0-9-]+\.)+[A-Za-z0-9]+")
"""As RFC 5222 §14 has the names of sources."""

_YES, _NO = ("yes", "on", "true", "1"), ("no", "off", "false", "0")

GENERATED_SECRETS = (
    "ami_secret", "redis_password", "kannel_seed", "aml_seed", "edge_seed", "signing_key", "number_key", "registry_key",
    "desk_password_seed", "second_factor_seed",
)  # fmt: skip


class Settings(Mapping[str, str | int | bool]):
    """Frozen values of the table; ``settings.text("bind")``, ``settings.number("sip_port")``, ``settings.flag(…)``."""

    def __init__(self, values: Mapping[str, str | int | bool]):
        self._values = MappingProxyType(dict(values))

    def __getitem__(self, name: str) -> str | int | bool:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> int:
        return int(self._values[name])

    def flag(self, name: str) -> bool:
        return bool(self._values[name])

    def secret(self, name: str) -> str:
        """The secret's value.

        Raises:
            SettingsRefused: it is empty.
        """
        value = self.text(name)
        if not value:
            raise SettingsRefused(f"setting {name} is empty: run `make setup`, or set GATEWAY112_{name.upper()}")
        return value

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """The networks that a setting names.

        Raises:
            SettingsRefused: it names something else.
        """
        try:
            return [ip_network(word.strip()) for word in self.text(name).split(",") if word.strip()]
        except ValueError as fault:
            raise SettingsRefused(f"setting {name}: {fault}: name addresses, not hosts") from None

    @property
    def state(self) -> Path:
        return ROOT / self.text("state")

    @property
    def natives(self) -> Path:
        return ROOT / self.text("natives") if self.text("natives") else self.state / "natives"

    @property
    def run(self) -> Path:
        """Folder of sockets and process numbers: below the state, unless a socket's path there is longer than the 107
        bytes the system allows; then one of our own in the folder for temporary files."""
        folder = self.state / "run"
        if len(os.fsencode(folder)) <= 72:
            return folder
        name = f"gateway112-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
        return Path(tempfile.gettempdir()) / name

    @property
    def asterisk_port(self) -> int:
        """UDP and TCP port on which Asterisk itself speaks SIP."""
        return self.number("asterisk_sip_port" if self.flag("edge") else "sip_port")

    @property
    def asterisk_tls_port(self) -> int:
        """The same over TLS."""
        return self.number("asterisk_sips_port" if self.flag("edge") else "sips_port")

    @property
    def sip_certificate(self) -> Path:
        """Certificate of SIP over TLS; its key lies beside it as sip.key. While it is absent, there is no TLS."""
        return self.state.resolve() / "tls" / "sip.crt"

    @property
    def rules(self) -> Path:
        return ROOT / self.text("rules")

    @property
    def redis_url(self) -> str:
        if self.text("redis_url"):
            return self.text("redis_url")
        return f"redis://:{self.text('redis_password')}@{self.text('bind')}:{self.number('redis_port')}/0"

    @property
    def inside_url(self) -> str:
        """URL under which our own services reach the web application."""
        return f"http://{self._near}:{self.number('web_port')}"

    @property
    def public_url(self) -> str:
        return self.text("public_url").rstrip("/") or f"http://{self.text('bind')}:{self.number('web_port')}"

    @property
    def pages_url(self) -> str:
        """What browsers call the desk's pages, without a slash at its end."""
        if self.text("pages_url"):
            return self.text("pages_url").rstrip("/")
        if self.flag("front"):
            return f"https://{_in_url(self.text('front_bind'))}:{self.number('front_port')}".removesuffix(":443")
        scheme = "https" if self.pages_certificate else "http"
        return f"{scheme}://{self._near}:{self.number('pages_port')}"

    @property
    def pages_bind(self) -> str:
        """Address of the desk's pages and of Asterisk's WebSocket: behind the front this machine's alone."""
        return "127.0.0.1" if self.flag("front") else self.text("bind")

    @property
    def pages_certificate(self) -> Path | None:
        """Certificate of the desk's pages, and of Asterisk's WebSocket; a front before them has one of its own."""
        return None if self.flag("front") else self._file("pages_certificate")

    @property
    def pages_key(self) -> Path | None:
        return None if self.flag("front") else self._file("pages_key")

    @property
    def front_certificate(self) -> Path | None:
        return self._file("front_certificate")

    @property
    def front_key(self) -> Path | None:
        return self._file("front_key")

    def _file(self, name: str) -> Path | None:
        return ROOT / self.text(name) if self.text(name) else None

    @property
    def sip_websocket_url(self) -> str:
        """Where a page in the browser speaks SIP with Asterisk (RFC 7118)."""
        if self.text("pages_sip_url"):
            return self.text("pages_sip_url")
        if self.flag("front"):
            return f"wss://{urlsplit(self.pages_url).netloc}/ws"
        if self.pages_certificate is None:
            return f"ws://{self._near}:{self.number('asterisk_http_port')}/ws"
        host = urlsplit(self.pages_url).hostname or ""
        return f"wss://{f'[{host}]' if ':' in host else host}:{self.number('asterisk_https_port')}/ws"

    @property
    def _near(self) -> str:
        """``bind`` as it stands in a URL that reaches it from this machine."""
        return _in_url(self.text("bind"))

    @property
    def domain(self) -> str:
        """What this gateway is called among the elements of emergency networks: the host of its public URL."""
        host = urlsplit(self.public_url).hostname or ""
        return host if _DOMAIN.fullmatch(host) else "gateway112.invalid"


def _in_url(address: str) -> str:
    """An address that is listened on, as it stands in a URL that reaches it from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - compared
    return f"[{host}]" if ":" in host else host


def nearest(name: str) -> str:
    """The setting that a name which is none was probably meant for; empty: none is near."""
    return next(iter(difflib.get_close_matches(name, [setting.name for setting in SETTINGS], n=1, cutoff=0.6)), "")


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as they stand now.

    Raises:
        SettingsRefused: a file is malformed, a name is unknown, or a value is of the wrong type.
    """
    table = {setting.name: setting for setting in SETTINGS}
    values: dict[str, str | int | bool] = {setting.name: setting.default for setting in SETTINGS}
    state = ROOT / environ.get("GATEWAY112_STATE", str(values["state"]))
    for file in (state / "secrets.toml", state / "settings.toml"):
        for name, value in _toml(file).items():
            if name not in table:
                near = nearest(name)
                hint = f"did you mean {near}?" if near else "see `gateway112 settings` for the table"
                raise SettingsRefused(f"{file}: unknown setting {name!r}: {hint}")
            values[name] = _typed(table[name], value, str(file))
    for setting in SETTINGS:
        variable = f"GATEWAY112_{setting.name.upper()}"
        if variable in environ:
            values[setting.name] = _typed(setting, environ[variable], variable)
    return Settings(values)


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsRefused(f"{file}: {fault}: mend the file or remove it") from fault


def _typed(setting: Setting, value: object, where: str) -> str | int | bool:
    if isinstance(setting.default, bool):
        word = str(value).strip().lower()
        if word not in _YES + _NO:
            raise SettingsRefused(f"{where}: {setting.name} must be yes or no, not {value!r}")
        return word in _YES
    if isinstance(setting.default, int):
        try:
            number = int(str(value))
        except ValueError:
            raise SettingsRefused(f"{where}: {setting.name} must be a whole number, not {value!r}") from None
        if not 0 < number < 65536:
            raise SettingsRefused(f"{where}: {setting.name} must be between 1 and 65535, not {number}")
        return number
    return str(value)


def write_missing_secrets(state: Path) -> list[str]:
    """Give each generated secret a random value where it has none yet; returns the names written."""
    file = state / "secrets.toml"
    known = _toml(file)
    missing = [name for name in GENERATED_SECRETS if not known.get(name)]
    if missing:
        state.mkdir(parents=True, exist_ok=True)
        # 32 bytes in URL-safe base64 with padding is also what Fernet takes as a key.
        new = {name: random_secrets.token_urlsafe(32) + "=" for name in missing}
        text = "".join(f'{name} = "{value}"\n' for name, value in {**known, **new}.items())
        handle = os.open(file.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        file.with_suffix(".new").replace(file)
    return missing
