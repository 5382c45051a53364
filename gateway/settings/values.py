"""The values of all settings, frozen, and what follows from several of them: folders, URLs, certificates."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from gateway.settings.table import Value

ROOT = Path(__file__).resolve().parents[2]

_DOMAIN = re.compile(r"([A-Za-z0-9-]+\.)+[A-Za-z0-9]+")
"""As RFC 5222 §14 has the names of sources."""


class SettingsRefused(Exception):
    """A setting cannot be used; the text names it, says why, and what to do."""


class Settings(Mapping[str, Value]):
    """Frozen values of the table; ``settings.text("bind")``, ``settings.number("sip_port")``, ``settings.flag(…)``."""

    def __init__(self, values: Mapping[str, Value]):
        self._values = MappingProxyType(dict(values))

    def __getitem__(self, name: str) -> Value:
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
