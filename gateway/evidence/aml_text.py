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

from gateway.evidence import aml_words
from gateway.evidence.aml_cut import without_cut
from gateway.evidence.aml_told import (
    LONGEST,
    SOURCE,
    WHERE,
    Said,
    Told,
    decimal,
    first,
    imei,
    percent,
    says_nothing,
    told,
)
from gateway.incident.errors import EvidenceRefused

MOST_MESSAGES = 8
"""Messages in one text that are read: a provider may join what came within a second."""

_HEAD = re.compile(r"A\s?([\"'“”„‟″´`‘’«»＂]{0,2}|&quot;|&#34;|%22)\s?ML\s*=\s*(\d{1,3})\s*;", re.IGNORECASE | re.ASCII)
_LATER = {"1": re.compile("ml"), "2": re.compile("hc|lg")}
"""What always stands after the place."""

_MINUS = str.maketrans({"−": "-", "–": "-", "＋": "+", "；": ";", "＝": "=", "\0": None, "\ufeff": None})
_PADDING = " \t\r\n@\x1a"
"""What packed septets are filled with, and what text files end with."""


def is_aml(text: str) -> bool:
    """Whether a text is an AML message, of whatever version."""
    return _HEAD.match(_plain(text)) is not None


def first_mark(text: str) -> int:
    """Where the first message within a text begins; at the text's end if there is none."""
    return next((head.start() for head in _HEAD.finditer(text[:LONGEST]) if head[1]), len(text))


def read(text: str, received_at: float) -> list[Told]:
    """What the messages in a text tell; nothing if it is none."""
    text = _plain(text)
    parts = _parts(text)[:MOST_MESSAGES]
    return [_message(head, text[head.end() : end], received_at) for head, end in parts]


def words(text: str) -> str:
    """What somebody wrote behind the messages in a text, or within them; empty if nobody did, or it is none."""
    text = text.translate(_MINUS).strip(_PADDING)
    return " ".join(filter(None, (aml_words.split(text[head.end() : end])[1] for head, end in _parts(text))))


def _parts(text: str) -> list[tuple[re.Match[str], int]]:
    """Where the messages in a text begin, and end; none if it does not begin with one."""
    if not _HEAD.match(text):
        return []
    # Within a text only the mark itself begins another message.
    heads = [head for head in _HEAD.finditer(text) if head.start() == 0 or head[1]]
    return list(zip(heads, [*(head.start() for head in heads[1:]), len(text)], strict=True))


def _plain(text: str) -> str:
    return text[:LONGEST].translate(_MINUS).strip(_PADDING)


def _message(head: re.Match[str], text: str, received_at: float) -> Told:
    # A person's words are no evidence of a place, and not for all who see that.
    attributes, written = aml_words.split(text)
    original = (head[0] + attributes).encode("utf-8", "replace")
    version = head[2].lstrip("0")
    reader = _VERSIONS.get(version)
    if reader is None:
        return Told(EvidenceRefused(WHERE, f"version {version} is not read", SOURCE, original))
    fields = _fields(attributes, _LATER[version], is_ended=bool(written))
    return told(reader(fields), received_at, original)


def _fields(attributes: str, later: re.Pattern[str], *, is_ended: bool) -> dict[str, str]:
    """Attributes by name; of a repeated one the first that says anything."""
    told = attributes.rstrip(_PADDING).split(";")
    pairs = [(name.strip().lower(), value.strip().strip("\"'")) for name, equals, value in map(_pair, told) if equals]
    fields: dict[str, str] = {}
    for name, value in without_cut(pairs, is_ended or "=" not in told[-1], later):
        if name and says_nothing(fields.get(name, "")):
            fields[name] = value
    return fields


def _pair(attribute: str) -> tuple[str, str, str]:
    return attribute.partition("=")


def _first_version(fields: Mapping[str, str]) -> Said:
    return Said(
        lat=_degrees(fields.get("lt", "")),
        lon=_degrees(fields.get("lg", "")),
        radius=fields.get("rd", ""),
        altitude=first(fields, "al", "alt", "lz"),
        vertical=first(fields, "va", "vac"),
        observed_at=_date(fields.get("top", "")),
        confidence=percent(fields.get("lc", "")),
        method=fields.get("pm", ""),
        imei=imei(fields.get("ei", "")),
        emergency_number=fields.get("en", ""),
        mcc=fields.get("mcc", ""),
        mnc=fields.get("mnc", ""),
        area=first(fields, "lac", "tac"),
        cell=first(fields, "ci", "cid", "cell"),
    )


def _second_version(fields: Mapping[str, str]) -> Said:
    lat, lon, radius = _place(fields.get("lo", ""))
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


def _place(text: str) -> tuple[str, str, str]:
    """Latitude, longitude and radius; none where commas stand within numbers too, for nobody knows which they are."""
    parts = text.split(",")
    if len(parts) > 3 and "." not in parts[0] + parts[1]:
        return text, text, ""
    lat, lon, radius, *_ = [*parts, "", "", ""]
    return lat, lon, radius


def _spaceless(text: str) -> str:
    return re.sub(r"\s", "", text)


def _degrees(text: str) -> str:
    return decimal(text).rstrip("°")


def _date(text: str) -> float | None:
    """``top``, the time of the position: UTC, YYYYMMDDhhmmss. With more or fewer digits it is none."""
    digits = re.sub(r"[\s:TZ/.\-]", "", text, flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{14}", digits, re.ASCII):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _since(call: str, after: str) -> float | None:
    """When the position was true: ``et``, the call's start (seconds since the epoch), and ``lt``, the seconds since."""
    began = re.fullmatch(r"\d{10}", call, re.ASCII)
    later = re.fullmatch(r"[+-]?\d{1,6}", after, re.ASCII)
    return float(call) + float(after) if began and later else None
