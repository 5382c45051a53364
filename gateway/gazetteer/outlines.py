"""Shapes of a claim as geometry in the plane, to be cut by boundaries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import shapely
from shapely.geometry.base import BaseGeometry

from gateway.incident.shape import ArcBand, Circle, Ellipse, Ellipsoid, Polygon, Prism, Shape, Sphere, centre, radius_m

CORNERS = 64
"""Of a full turn."""

LEAST_M = 1.0
"""Half the width that a shape without any is given: what has no area has no share of it anywhere."""

Plane = Callable[[float, float], tuple[float, float]]


def outline(shape: Shape, plane: Plane, unstated_m: float) -> BaseGeometry | None:
    """The shape seen from above, of some area; None for what has no position.

    Args:
        plane: makes metres east and north of latitude and longitude.
        unstated_m: radius taken for a position of unstated accuracy.
    """
    match shape:
        case Polygon(corners) | Prism(corners):
            # What crosses itself is kept whole: a claim is not mended.
            return _wide(shapely.make_valid(shapely.Polygon([plane(*corner) for corner in corners])))
        case ArcBand():
            return _wide(shapely.make_valid(shapely.Polygon(_around(shape, plane, _band(shape)))))
        case Ellipse() | Ellipsoid() if radius_m(shape):
            return _wide(shapely.make_valid(shapely.Polygon(_around(shape, plane, _turn(shape)))))
    middle = centre(shape)
    if middle is None:
        return None
    stated = radius_m(shape) if isinstance(shape, Circle | Sphere) else None
    return shapely.Point(plane(*middle)).buffer(max(stated or unstated_m, LEAST_M), quad_segs=CORNERS // 4)


def _wide(geometry: BaseGeometry) -> BaseGeometry:
    return geometry if geometry.area > LEAST_M**2 else geometry.buffer(LEAST_M)


def _around(
    shape: ArcBand | Ellipse | Ellipsoid, plane: Plane, ring: Iterable[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Corners in the plane of a ring of (bearing, distance) around the shape's position."""
    x, y = plane(shape.lat, shape.lon)
    return [
        (x + away * math.sin(math.radians(bearing)), y + away * math.cos(math.radians(bearing)))
        for bearing, away in ring
    ]


def _band(band: ArcBand) -> list[tuple[float, float]]:
    steps = max(4, math.ceil(band.opening / 360 * CORNERS))
    bearings = [band.start + band.opening * step / steps for step in range(steps + 1)]
    outer = [(bearing, band.outer_m) for bearing in bearings]
    return outer + [(bearing, band.inner_m) for bearing in reversed(bearings)]


def _turn(ellipse: Ellipse | Ellipsoid) -> list[tuple[float, float]]:
    ring = []
    for step in range(CORNERS):
        along = math.tau * step / CORNERS
        major, minor = ellipse.major_m * math.cos(along), ellipse.minor_m * math.sin(along)
        ring.append((ellipse.orientation + math.degrees(math.atan2(minor, major)), math.hypot(major, minor)))
    return ring
