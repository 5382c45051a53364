"""The position that a telephone's browser sends by our link (W3C Geolocation API).

Whoever has the link can send anything: what is no position is refused, and a position is a claim like any other.
"""

from __future__ import annotations

import json
import math

from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle

SOURCE = "browser"
WHERE = "link"
LONGEST_BODY = 1000
LARGEST_RADIUS_M = 50_000.0
"""What is vaguer is guessed from the network's address, and names no place."""

LEAST_RADIUS_M = 1.0
CONFIDENCE = 95.0
"""Percent: so the accuracy of the Geolocation API is meant (W3C, section 6.2)."""

OLDEST_SECONDS, AHEAD_SECONDS = 600.0, 60.0


def read(body: bytes, received_at: float) -> Evidence:
    """The claim in a request's body: JSON with lat, lon, accuracy (metres), at (milliseconds since the epoch).

    Raises:
        EvidenceRefused: it is none.
    """
    values = _object(body)
    lat, lon = _number(values, "lat", -90, 90), _number(values, "lon", -180, 180)
    if lat == 0 and lon == 0:
        raise _refused("lat and lon are 0: no position", body)
    radius = max(LEAST_RADIUS_M, _number(values, "accuracy", 0, LARGEST_RADIUS_M))
    observed = _number(values, "at", 0, 1e14) / 1000 if values.get("at") is not None else math.inf
    # A telephone whose clock is wrong is where it says all the same.
    plausible = received_at - OLDEST_SECONDS <= observed <= received_at + AHEAD_SECONDS
    return Evidence(
        SOURCE,
        Circle(lat, lon, radius),
        received_at=received_at,
        observed_at=min(observed, received_at) if plausible else None,
        confidence=CONFIDENCE,
        method="Device-Based",
        original=body,
    )


def _object(body: bytes) -> dict[str, object]:
    try:
        values = json.loads(body) if len(body) <= LONGEST_BODY else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise _refused("no JSON object of a position", body)
    return values


def _number(values: dict[str, object], name: str, low: float, high: float) -> float:
    value = values.get(name)
    # Comparing keeps NaN out, and whole numbers that no float holds.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _refused(f"{name} is no number from {low:g} to {high:g}", b"")
    return float(value)


def _refused(why: str, body: bytes) -> EvidenceRefused:
    return EvidenceRefused(WHERE, why, SOURCE, body[:LONGEST_BODY])
