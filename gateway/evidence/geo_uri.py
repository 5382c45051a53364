"""``geo:`` URIs (RFC 5870), as in a Geolocation header: a position, its height, and in ``u`` how uncertain it is."""

from __future__ import annotations

from urllib.parse import unquote

from gateway.evidence import pidf_lo
from gateway.evidence.positions import number
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point, is_null

SCHEME = "geo"
WHERE = "geo URI"
WGS84 = ("", "wgs84")


def find(uri: str, received_at: float) -> Evidence | EvidenceRefused:
    """The place that a URI tells, of unknown time; never raises."""
    original = uri.encode("utf-8", "replace")
    try:
        return Evidence(pidf_lo.SOURCE, _shape(uri), received_at, original=original)
    except EvidenceRefused as refused:
        return EvidenceRefused(refused.where, refused.why, pidf_lo.SOURCE, original)


def _shape(uri: str) -> Circle | Point:
    told, *parameters = unquote(uri.partition(":")[2]).split(";")
    stated = {name.strip().lower(): value.strip() for name, _, value in (each.partition("=") for each in parameters)}
    if stated.get("crs", "").lower() not in WGS84:
        raise EvidenceRefused(WHERE, "its coordinate system is not WGS 84")
    words = [word.strip() for word in told.split(",")]
    if len(words) not in (2, 3):
        raise EvidenceRefused(WHERE, "it needs latitude and longitude, and may have a height")
    lat, lon = (number(word, WHERE) for word in words[:2])
    altitude = number(words[2], WHERE) if len(words) == 3 else None
    # An uncertainty of 0 would be exact to the millimetre: nobody's telephone is (§3.4.3).
    radius = number(stated["u"], f"{WHERE} u") if stated.get("u") else 0.0
    shape = Circle(lat, lon, radius, altitude) if radius else Point(lat, lon, altitude)
    if is_null(shape):
        raise EvidenceRefused(WHERE, "it is no place: a NULL fix, outside the globe, or without extent")
    return shape
