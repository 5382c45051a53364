"""Where a call through Twilio is handed to: our Asterisk by SIP, and at the end the operators' telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from gateway.settings import Settings, SettingsRefused

LONGEST_URI, LONGEST_HEADERS = 254, 1023
"""Characters of a <Sip> noun before and after the question mark."""

_SIP_TARGET = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:;[a-z]+=[A-Za-z0-9]+)*")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is handed to: our Asterisk (``sip``: host[:port][;transport=tls]) or a telephone (``number``)."""

    sip: str = ""
    number: str = ""


def targets(settings: Settings) -> tuple[Target, ...]:
    """Where calls are handed to, in the order tried; the operators' telephone comes last.

    Raises:
        SettingsRefused: one of them is no host, or no E.164 number.
    """
    hosts = settings.text("twilio_sip_target") or f"{settings.text('sip_address')}:{settings.number('sip_port')}"
    found = [Target(sip=host.strip()) for host in hosts.split(",")]
    for target in found:
        if not _SIP_TARGET.fullmatch(target.sip):
            raise SettingsRefused(f"twilio_sip_target: {target.sip!r} is not host[:port]; several go with commas")
    number = settings.text("twilio_operators_number")
    if number and not _E164.fullmatch(number):
        raise SettingsRefused(f"twilio_operators_number: {number!r} is not E.164, like +622100000000")
    return (*found, Target(number=number)) if number else tuple(found)


def sip_uri(target: Target, headers: Mapping[str, str]) -> str:
    """A <Sip> noun's URI, its headers encoded and, from the last one on, cut to what Twilio passes on."""
    uri = f"sip:112@{target.sip}"[:LONGEST_URI]
    left = LONGEST_HEADERS
    pairs = []
    for name, value in headers.items():
        encoded = _encoded(value, left - len(name) - 2)
        if encoded:
            pairs.append(f"{name}={encoded}")
            left -= len(name) + len(encoded) + 2
    return f"{uri}?{'&'.join(pairs)}" if pairs else uri


def _encoded(value: str, room: int) -> str:
    """As much of the value as has room, in whole letters."""
    encoded = ""
    for letter in value:
        step = quote(letter, safe="", errors="replace")
        if len(encoded) + len(step) > room:
            break
        encoded += step
    return encoded
