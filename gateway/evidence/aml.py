"""Advanced Mobile Location: the telephone itself says by SMS where it is (ETSI TS 103 625, version 1 of the text form).

    A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=…;ei=…;mcc=510;mnc=10;ml=128

It is a machine's message: never shown as a text, never answered. ``ml`` is wrong in real samples, so nothing is decided
by it; an unknown key or a bad date does not spoil a good position.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle, Point, Shape
from sms import gsm7

SOURCE = "aml"

METHODS = {"G": "GPS", "W": "Wifi", "C": "Cell"}
"""``pm`` in the terms of the IANA registry of method tokens; N is none."""

LONGEST = 1024
"""Letters of a message that may be AML; real ones have some 130."""

_HEAD = re.compile(r"\s*A\s?[\"'“”„″´`]{0,2}\s?ML\s*=\s*(\d{1,3})\s*;", re.IGNORECASE)
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,10})?")
_METRES = re.compile(r"\d{1,7}(\.\d{1,3})?")


def is_aml(text: str) -> bool:
    """Whether a text is an AML message, of whatever version."""
    return _HEAD.match(text[:LONGEST]) is not None


def text_of(body: bytes, charset: str) -> str:
    """The text of an AML message that came as data; empty if it is none.

    As data it comes as ASCII, or as packed septets, with or without the fill bit that follows a port's header.
    """
    if charset != "binary":
        return ""
    for text in (body.decode("ascii", "replace"), *(gsm7.decode(gsm7.unpack(body, skip)) for skip in range(7))):
        if is_aml(text):
            return text
    return ""


def read(text: str, received_at: float) -> Evidence:
    """The claim in an AML message.

    Raises:
        EvidenceRefused: it claims no place, or one that we cannot read.
    """
    head = _HEAD.match(text[:LONGEST])
    if head is None:
        raise _refused("it is none", text)
    if head[1].lstrip("0") != "1":
        raise _refused(f"version {head[1]} is not read", text)
    fields = dict(_pairs(text[head.end() : LONGEST]))
    return Evidence(
        SOURCE,
        _shape(fields, text),
        received_at=received_at,
        observed_at=_time(fields.get("top", "")),
        confidence=_confidence(fields.get("lc", "")),
        method=METHODS.get(fields.get("pm", "").upper(), ""),
        original=text.encode("utf-8", "replace"),
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = (field.partition("=") for field in text.split(";"))
    return [(name.strip().lower(), value.strip()) for name, equals, value in pairs if equals]


def _shape(fields: dict[str, str], text: str) -> Shape:
    lat, lon, radius = fields.get("lt", ""), fields.get("lg", ""), fields.get("rd", "")
    if not _DEGREES.fullmatch(lat) or not _DEGREES.fullmatch(lon):
        raise _refused("lt and lg are no position", text)
    if not abs(float(lat)) <= 90 or not abs(float(lon)) <= 180:
        raise _refused("lt or lg is no place on earth", text)
    if float(lat) == 0 and float(lon) == 0:
        raise _refused("the telephone had no fix", text)
    if radius.upper() == "N" or not _METRES.fullmatch(radius) or float(radius) == 0:
        return Point(float(lat), float(lon))
    return Circle(float(lat), float(lon), float(radius))


def _time(text: str) -> float | None:
    """``top``, the time of the position: UTC, YYYYMMDDhhmmss."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _confidence(text: str) -> float:
    """``lc``, percent; where none is stated, RFC 7459 §4.2 takes 95."""
    is_percent = len(text) <= 3 and text.isascii() and text.isdecimal() and 0 < int(text) <= 100
    return float(text) if is_percent else 95.0


def _refused(why: str, text: str) -> EvidenceRefused:
    return EvidenceRefused('A"ML', why, SOURCE, text[:LONGEST].encode("utf-8", "replace"))
