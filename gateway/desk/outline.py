"""A shape as a map draws it: GeoJSON geometry (RFC 7946), seen from above. Pure.

What is drawn is for the eye alone: a circle has some corners, and nothing is decided by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gateway.incident.shape import (
    ArcBand,
    Area,
    Circle,
    Civic,
    Corners,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Shape,
    Sphere,
    is_null,
    offset,
)

Geometry = dict[str, object]

CORNERS = 48
"""Of a full turn: at the size of a screen a circle's edge is then off by less than its line is wide."""

DIGITS = 6
"""Of a degree: 11 cm."""

Away = tuple[float, float]
"""A bearing (degrees clockwise from north) and a distance in metres."""


@lru_cache(maxsize=4096)
def geometry(shape: Shape) -> Geometry | None:
    """The shape's geometry, the same object each time, so not to be changed.

    None of what has no position (an area is on the map already), and of nonsense.
    """
    if is_null(shape):
        return None
    match shape:
        case Area() | Civic():
            return None
        case Polygon(corners) | Prism(corners):
            return _polygon(corners)
        case Circle() | Sphere() if shape.radius_m:
            return _around(shape.lat, shape.lon, _ellipse(shape.radius_m, shape.radius_m, 0.0))
        case Ellipse() | Ellipsoid() if shape.major_m and shape.minor_m:
            return _around(shape.lat, shape.lon, _ellipse(shape.major_m, shape.minor_m, shape.orientation))
        case ArcBand():
            return _around(shape.lat, shape.lon, _band(shape))
        case Point() | Circle() | Sphere() | Ellipse() | Ellipsoid():
            return {"type": "Point", "coordinates": position(shape.lat, shape.lon)}


def position(lat: float, lon: float) -> list[float]:
    """As GeoJSON has it: the longitude first."""
    return [round(lon, DIGITS), round(lat, DIGITS)]


def _around(lat: float, lon: float, ring: Iterable[Away]) -> Geometry:
    return _polygon([offset(lat, lon, bearing, metres) for bearing, metres in ring])


def _polygon(corners: Corners | list[tuple[float, float]]) -> Geometry:
    ring = [position(*corner) for corner in corners]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _ellipse(major_m: float, minor_m: float, orientation: float) -> Iterator[Away]:
    # Counter-clockwise, as RFC 7946 has the ring of a polygon.
    for step in range(CORNERS):
        along = -math.tau * step / CORNERS
        east, north = minor_m * math.sin(along), major_m * math.cos(along)
        yield orientation + math.degrees(math.atan2(east, north)), math.hypot(east, north)


def _band(band: ArcBand) -> Iterator[Away]:
    steps = max(4, math.ceil(band.opening / 360 * CORNERS))
    bearings = [band.start + band.opening * step / steps for step in range(steps + 1)]
    yield from ((bearing, band.outer_m) for bearing in reversed(bearings))
    if band.inner_m:
        yield from ((bearing, band.inner_m) for bearing in bearings)
    elif band.opening < 360:
        yield band.start, 0.0
