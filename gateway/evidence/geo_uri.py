"""``geo:`` URIs (RFC 5870), as in a Geolocation header: a position, its height, and in ``u`` how uncertain it is."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from gateway.evidence import pidf_lo
from gateway.evidence.positions import number
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point, is_null

SCHEME = "geo"
WHERE = "geo URI"
WGS84 = ("", "wgs84")


def find(uri: str, received_at: float) -> list[Evidence | EvidenceRefused]:
    """The place that a URI tells, of unknown time, and what of it cannot be understood; never raises."""
    original = uri.encode("utf-8", "replace")
    try:
        point, stated = _read(uri)
    except EvidenceRefused as refused:
        return [EvidenceRefused(refused.where, refused.why, pidf_lo.SOURCE, original)]
    claim = Evidence(pidf_lo.SOURCE, point, received_at, original=original)
    radius = _number(stated or "0")
    if radius == 0:
        # To be exact to the millimetre (§3.4.3) is no telephone's: it does not know.
        return [claim]
    circle = Circle(point.lat, point.lon, -1.0 if radius is None else radius, point.altitude_m)
    if is_null(circle):
        why = "it is no uncertainty; its position is used"
        return [claim, EvidenceRefused(f"{WHERE} u", why, pidf_lo.SOURCE, original)]
    return [replace(claim, shape=circle)]


def _read(uri: str) -> tuple[Point, str]:
    """Its position, and its uncertainty as stated."""
    place, *parameters = unquote(uri.partition(":")[2]).split(";")
    stated = {name.strip().lower(): value.strip() for name, _, value in (each.partition("=") for each in parameters)}
    if stated.get("crs", "").lower() not in WGS84:
        raise EvidenceRefused(WHERE, "its coordinate system is not WGS 84")
    words = [word.strip() for word in place.split(",")]
    if len(words) not in (2, 3):
        raise EvidenceRefused(WHERE, "it needs latitude and longitude, and may have a height")
    # A height that is none costs the height alone.
    point = Point(number(words[0], WHERE), number(words[1], WHERE), _number(words[2]) if len(words) == 3 else None)
    if is_null(point):
        raise EvidenceRefused(WHERE, "it is no place: a NULL fix, or outside the globe")
    return point, stated.get("u", "")


def _number(text: str) -> float | None:
    try:
        return number(text, WHERE)
    except EvidenceRefused:
        return None
