"""AML as text (ETSI TS 103 625): what telephones send by SMS.

    A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=…;ei=…;mcc=510;mnc=10;ml=128
    A"ML=2;en=112;et=1772338755;lo=-6.24370,106.89250,18.0;lt=20;lc=68;lz=31.0,4.0;ls=G;ei=…;nc=51010;hc=51010;lg=id-ID

In version 2 ``lt`` is the seconds from the call's start to the position, and ``lg`` the telephone's language. ``ml`` is
wrong in real samples, so nothing is decided by it; an unknown attribute or a bad date spoils no good position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.evidence.aml_told import LONGEST, SOURCE, WHERE, Said, Told, first, imei, percent, says_nothing, told
from gateway.incident.errors import EvidenceRefused

MOST_MESSAGES = 8
"""Messages in one text that are read: a provider may join what came within a second."""

FULL_DECIMALS = 4
"""A position that is the last thing told, with fewer decimals, may have been cut off."""

_HEAD = re.compile(r"A\s?([\"'“”„‟″´`‘’«»＂]{0,2}|&quot;|&#34;|%22)\s?ML\s*=\s*(\d{1,3})\s*;", re.IGNORECASE | re.ASCII)
_MINUS = str.maketrans({"−": "-", "–": "-", "＋": "+", "；": ";", "＝": "=", "\0": None, "\ufeff": None})
_PADDING = " \t\r\n@\x1a"
"""What packed septets are filled with, and what text files end with."""


def is_aml(text: str) -> bool:
    """Whether a text is an AML message, of whatever version."""
    return _HEAD.match(_plain(text)) is not None


def read(text: str, received_at: float) -> list[Told]:
    """What the messages in a text tell; nothing if it is none."""
    text = _plain(text)
    if not _HEAD.match(text):
        return []
    # Within a text only the mark itself begins another message.
    heads = [head for head in _HEAD.finditer(text) if head.start() == 0 or head[1]]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    parts = zip(heads[:MOST_MESSAGES], ends, strict=False)
    return [_message(head[2], text[head.end() : end], text[head.start() : end], received_at) for head, end in parts]


def _plain(text: str) -> str:
    return text[:LONGEST].translate(_MINUS).strip(_PADDING)


def _message(version: str, attributes: str, text: str, received_at: float) -> Told:
    original = text.encode("utf-8", "replace")
    reader = _VERSIONS.get(version.lstrip("0"))
    if reader is None:
        return Told(EvidenceRefused(WHERE, f"version {version} is not read", SOURCE, original))
    return told(reader(_fields(attributes)), received_at, original)


def _fields(attributes: str) -> dict[str, str]:
    """Attributes by name; of a repeated one the first that says anything."""
    fields: dict[str, str] = {}
    names = []
    for attribute in attributes.rstrip(_PADDING).split(";"):
        name, equals, value = attribute.partition("=")
        name, value = name.strip().lower(), value.strip().strip("\"'")
        if equals and name and says_nothing(fields.get(name, "")):
            fields[name] = value
            names.append(name)
    if names and names[-1] in ("lg", "lo") and not attributes.rstrip(_PADDING).endswith(";"):
        fields[names[-1]] = _whole(fields[names[-1]])
    return fields


def _whole(value: str) -> str:
    """The last value of a message that may end in the middle: a longitude that lost decimals is another place."""
    decimals = value.rpartition(",")[2].partition(".")[2]
    lost = value.count(",") < 2 and len(decimals) < FULL_DECIMALS and re.fullmatch(r"[+\-\d.,\s]+", value)
    return f"cut off: {value}" if lost else value


def _first_version(fields: Mapping[str, str]) -> Said:
    return Said(
        lat=_degrees(fields.get("lt", "")),
        lon=_degrees(fields.get("lg", "")),
        radius=_point(fields.get("rd", "")),
        altitude=_point(first(fields, "al", "alt", "lz")),
        vertical=_point(first(fields, "va", "vac")),
        observed_at=_date(fields.get("top", "")),
        confidence=percent(_point(fields.get("lc", ""))),
        method=fields.get("pm", ""),
        imei=imei(fields.get("ei", "")),
        emergency_number=fields.get("en", ""),
        mcc=fields.get("mcc", ""),
        mnc=fields.get("mnc", ""),
        area=first(fields, "lac", "tac"),
        cell=first(fields, "ci", "cid", "cell"),
    )


def _second_version(fields: Mapping[str, str]) -> Said:
    lat, lon, radius, *_ = [*fields.get("lo", "").split(","), "", "", ""]
    altitude, vertical, *_ = [*fields.get("lz", "").split(","), "", ""]
    network = fields.get("nc", "").strip()
    return Said(
        lat=_spaceless(lat),
        lon=_spaceless(lon),
        radius=radius.strip(),
        altitude=altitude.strip(),
        vertical=vertical.strip(),
        observed_at=_since(fields.get("et", ""), fields.get("lt", "")),
        confidence=percent(fields.get("lc", "")),
        method=fields.get("ls", ""),
        imei=imei(fields.get("ei", "")),
        emergency_number=fields.get("en", ""),
        mcc=network[:3],
        mnc=network[3:6],
    )


_VERSIONS = {"1": _first_version, "2": _second_version}


def _spaceless(text: str) -> str:
    return re.sub(r"\s", "", text)


def _point(text: str) -> str:
    """A number that may have been written with a comma."""
    return _spaceless(text).replace(",", ".", 1)


def _degrees(text: str) -> str:
    return _point(text).rstrip("°")


def _date(text: str) -> float | None:
    """``top``, the time of the position: UTC, YYYYMMDDhhmmss; seconds since the epoch where somebody sends those."""
    digits = re.sub(r"[\s:TZ/.\-]", "", text, flags=re.IGNORECASE)
    if not digits.isascii() or not digits.isdecimal():
        return None
    if len(digits) in (10, 13):
        return float(digits) / (1 if len(digits) == 10 else 1000)
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _since(call: str, after: str) -> float | None:
    """When the position was true: ``et``, the call's start (seconds since the epoch), and ``lt``, the seconds since."""
    began = re.fullmatch(r"\d{9,10}", call, re.ASCII)
    later = re.fullmatch(r"[+-]?\d{1,6}", after, re.ASCII)
    return float(call) + float(after) if began and later else None
