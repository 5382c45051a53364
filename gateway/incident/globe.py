"""Distances and places on the globe: a sphere with the earth's mean radius, flat where a city's distances allow it."""

from __future__ import annotations

import math
from collections.abc import Sequence

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance between two positions."""
    north, east = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    chord = math.sin(north) ** 2 + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(east) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def offset(lat: float, lon: float, bearing: float, metres: float) -> tuple[float, float]:
    """The position ``metres`` away in the direction ``bearing`` (degrees clockwise from north), for city distances."""
    north, east = metres * math.cos(math.radians(bearing)), metres * math.sin(math.radians(bearing))
    return lat + north / METRES_PER_DEGREE, lon + east / (METRES_PER_DEGREE * math.cos(math.radians(lat)))


def plane(lat: float, lon: float, other_lat: float, other_lon: float) -> tuple[float, float]:
    """Metres (east, north) from one position to another, for city distances; also across the date line."""
    east = (other_lon - lon + 180) % 360 - 180
    return east * METRES_PER_DEGREE * math.cos(math.radians(lat)), (other_lat - lat) * METRES_PER_DEGREE


def centroid(corners: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centroid of a ring's area (RFC 7459 §5.1.1.2); the mean of its corners where it has no area."""
    origin = corners[0]
    ring = [plane(*origin, *corner) for corner in corners]
    doubled = east = north = 0.0
    for (x, y), (next_x, next_y) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x * next_y - next_x * y
        doubled += cross
        east += (x + next_x) * cross
        north += (y + next_y) * cross
    widest = max(math.hypot(*corner) for corner in ring)
    if abs(doubled) <= 1e-9 * widest * widest:
        east, north, doubled = sum(x for x, _ in ring), sum(y for _, y in ring), len(ring) / 3
    return _moved(*origin, east / (3 * doubled), north / (3 * doubled))


def is_within(lat: float, lon: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Whether a position lies in a ring."""
    inside = False
    ring = [plane(lat, lon, *corner) for corner in corners]
    for (x, y), (next_x, next_y) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y > 0) != (next_y > 0) and x + (next_x - x) * -y / (next_y - y) > 0:
            inside = not inside
    return inside


def _moved(lat: float, lon: float, east: float, north: float) -> tuple[float, float]:
    moved = lon + east / (METRES_PER_DEGREE * max(math.cos(math.radians(lat)), 1e-9))
    # A centroid of exact corners stays exact where no date line is crossed.
    return lat + north / METRES_PER_DEGREE, moved if -180 <= moved <= 180 else (moved + 180) % 360 - 180
