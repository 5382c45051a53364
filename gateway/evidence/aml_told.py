"""What one AML message tells, whichever form it came in (ETSI TS 103 625): a claim or a refusal, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.evidence.aml_cut import CUT
from gateway.evidence.gml import SWAPPED
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Ellipsoid, Point, Shape

SOURCE = "aml"
WHERE = 'A"ML'

LONGEST = 4096
"""Characters of a message that are read; a text has some 130, a form some 900."""

METHODS = {
    **{"g": "GPS", "gps": "GPS", "gnss": "GPS"},
    **{"w": "802.11", "wifi": "802.11", "wi-fi": "802.11", "wlan": "802.11"},
    **{"c": "Cell", "cell": "Cell"},
}
"""How the position was found, in the terms of the IANA registry of method tokens; N, U and F (fused) are none."""

_NUMBER = re.compile(r"[+-]?\d{1,7}(\.\d{1,12})?|[+-]?\.\d{1,12}", re.ASCII)
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,12})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
_IMEI = re.compile(r"\d{14,16}", re.ASCII)
_NOTHING = frozenset({"", "n", "na", "n/a", "null", "none", "nan", "unknown"})


@dataclass(frozen=True, slots=True)
class Said:
    """The attributes of a message as text, in one vocabulary for all forms; what is not said is empty.

    Attributes:
        lat, lon: degrees.
        radius, altitude, vertical: metres; ``vertical`` is the altitude's accuracy.
        observed_at: when the position was true, seconds since the epoch; None if it does not say, or not well.
        confidence: percent; None if what is stated is none.
        method: a letter of the texts, or a word of the form.
        number, imei: whose telephone it is, as given.
        emergency_number: which number it called.
        mcc, mnc, area, cell: the serving network and cell, as far as they are named.
        access: what kind of network that is.
        floor: the label of a floor, as in a lift.
    """

    lat: str = ""
    lon: str = ""
    radius: str = ""
    altitude: str = ""
    vertical: str = ""
    observed_at: float | None = None
    confidence: float | None = 95.0
    method: str = ""
    number: str = ""
    imei: str = ""
    emergency_number: str = ""
    mcc: str = ""
    mnc: str = ""
    area: str = ""
    cell: str = ""
    access: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was read.

    Attributes:
        claim: what it says of the place, or why it says none.
        said: all else that it says.
    """

    claim: Evidence | EvidenceRefused
    said: Said = Said()


def told(said: Said, received_at: float, original: bytes) -> Told:
    """The claim in what a message said; a fix that is none is a refusal, and keeps what else was said."""
    is_swapped = _is_swapped(said)
    try:
        shape = _shape(replace(said, lat=said.lon, lon=said.lat) if is_swapped else said)
    except EvidenceRefused as refused:
        return Told(EvidenceRefused(refused.where, refused.why + _network(said), SOURCE, original), said)
    claim = Evidence(
        SOURCE,
        shape,
        received_at=received_at,
        observed_at=said.observed_at,
        confidence=said.confidence,
        method=METHODS.get(said.method.lower(), ""),
        label="; ".join([f"lantai {said.floor}"] * bool(said.floor) + [SWAPPED] * is_swapped),
        original=original,
    )
    return Told(claim, said)


def metres(text: str) -> float | None:
    """A length, or None where nothing, or nothing that can be, is said."""
    text = text.strip().removesuffix("m").rstrip()
    if _THOUSANDS.fullmatch(text):
        # 1,964 is one thing here and a thousand times that there.
        return None
    text = decimal(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def decimal(text: str) -> str:
    """A number that may have been written with a comma, and with blanks."""
    return re.sub(r"\s", "", text).replace(",", ".", 1)


def percent(text: str, *, as_share: bool = False) -> float | None:
    """A confidence; where none is stated, RFC 7459 §4.2 takes 95.

    None where something is stated that is no confidence: garbled, above 100, or 0, which says that there is no
    information (3GPP TS 23.032 §6.5).

    Args:
        as_share: up to 1 it is a share, as in the form (0.6827), not a percentage as in a text (68).
    """
    text = decimal(text).removesuffix("%")
    if not text:
        return 95.0
    value = float(text) if _NUMBER.fullmatch(text) else 0.0
    if value <= 1 and (as_share or "." in text):
        value *= 100
    return round(value, 2) if 0 < value <= 100 else None


def imei(text: str) -> str:
    """The digits of an IMEI, 14 to 16 of them; empty if it is none, or one that stands for none."""
    digits = re.sub(r"[\s.\-/]", "", text)
    return digits if _IMEI.fullmatch(digits) and len(set(digits[:14])) > 1 else ""


def first(fields: Mapping[str, str], *names: str) -> str:
    """What the first of these attributes that says anything says."""
    return next((fields[name] for name in names if not says_nothing(fields.get(name, ""))), "")


def says_nothing(text: str) -> bool:
    return text.strip().lower() in _NOTHING


def _is_swapped(said: Said) -> bool:
    """Whether the longitude stands where the latitude belongs; nothing else could be meant."""
    if not _DEGREES.fullmatch(said.lat) or not _DEGREES.fullmatch(said.lon):
        return False
    return 90 < abs(float(said.lat)) <= 180 and abs(float(said.lon)) <= 90


def _shape(said: Said) -> Shape:
    if says_nothing(said.lat) and says_nothing(said.lon):
        raise EvidenceRefused(WHERE, "it tells no position: the telephone had no fix")
    if CUT in (said.lat, said.lon):
        raise EvidenceRefused(WHERE, "its end is missing, and the position with it")
    if not _DEGREES.fullmatch(said.lat) or not _DEGREES.fullmatch(said.lon):
        raise EvidenceRefused(WHERE, "lt and lg are no position")
    lat, lon = float(said.lat), float(said.lon)
    if abs(lat) > 90 or abs(lon) > 180:
        raise EvidenceRefused(WHERE, "lt or lg is no place on earth")
    if lat == 0 and lon == 0:
        raise EvidenceRefused(WHERE, "the telephone had no fix")
    radius, altitude, vertical = metres(said.radius), metres(said.altitude), metres(said.vertical)
    if radius is None or radius <= 0:
        return Point(lat, lon, altitude)
    if altitude is not None and vertical is not None and vertical > 0:
        return Ellipsoid(lat, lon, altitude, radius, radius, vertical, 0.0)
    return Circle(lat, lon, radius, altitude)


def _network(said: Said) -> str:
    """The serving network, for whoever reads a refusal; never whose telephone it is."""
    if not (said.mcc.isdecimal() and said.mnc.isdecimal()):
        return ""
    cell = f", cell {said.cell[:24]}" if said.cell.isalnum() else ""
    return f" (network {said.mcc[:3]}-{said.mnc[:3]}{cell})"
