"""Trunks as pjsip.conf knows them: the rules' own, the trial trunk, and strangers where the settings let them in."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.channels.asterisk_console import AsteriskRefused
from gateway.rules.rulebook import Rulebook, Trunk
from gateway.settings import Settings


@dataclass(frozen=True)
class TrunkEndpoint:
    """A trunk as pjsip.conf knows it.

    Attributes:
        endpoint: its name there; with a password the user name, since that is what a digest names.
        contact: SIP URI that takes our calls; empty: none.
    """

    name: str
    endpoint: str
    addresses: tuple[str, ...] = ()
    password: str = ""
    twilio: bool = False
    contact: str = ""

    @property
    def identify_by(self) -> str:
        return "ip" if self.addresses or not self.password else "auth_username"


def trunk_endpoints(settings: Settings, rulebook: Rulebook) -> Iterator[TrunkEndpoint]:
    passwords = _passwords(settings.state / "trunks.toml")
    for trunk in rulebook.trunks.values():
        yield TrunkEndpoint(
            trunk.name,
            trunk.username or trunk.name,
            trunk.addresses,
            _password(trunk, passwords, settings.state / "trunks.toml"),
            trunk.twilio,
            _contact(trunk),
        )
    if settings.flag("trial_trunk"):
        yield TrunkEndpoint("trial", "trial", ("127.0.0.1",))
    if settings.flag("anonymous_sip"):
        yield TrunkEndpoint("anonymous", "anonymous")


def seal(settings: Settings, trunk: str) -> str:
    """By what Asterisk believes the edge that a request came over ``trunk``: 32 hexadecimal digits.

    Raises:
        SettingsRefused: the seed is missing.
    """
    seed = settings.secret("edge_seed").encode()
    return hmac.new(seed, f"trunk {trunk}".encode(), hashlib.sha256).hexdigest()[:32]


def _password(trunk: Trunk, passwords: dict[str, str], file: Path) -> str:
    if trunk.username is None:
        return ""
    if not passwords.get(trunk.name):
        raise AsteriskRefused(str(file), f'no password for trunk {trunk.name!r}: add a line {trunk.name} = "…"')
    return passwords[trunk.name]


def _passwords(file: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise AsteriskRefused(str(file), f"{fault}: mend the file") from fault
    return {name: str(value) for name, value in table.items()}


def _contact(trunk: Trunk) -> str:
    if not trunk.outgoing:
        return ""
    return trunk.outgoing if trunk.outgoing.startswith(("sip:", "sips:")) else f"sip:{trunk.outgoing}"
