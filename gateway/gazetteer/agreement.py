"""Whether boundaries lie where the gazetteer's own points are: a file of another datum or zone is shifted as one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import shapely
from shapely.geometry.base import BaseGeometry

from gateway.incident.place import Gazetteer
from gateway.incident.shape import METRES_PER_DEGREE

ASTRAY_M = 10_000.0
"""So far from the gazetteer's point of it a boundary is another place's."""

SHIFTED_M = 500.0
"""So far to one side of their points all boundaries together lie in no good file: half of them err to each side."""

ENOUGH = 20
"""Boundaries of which a common shift can be told."""


def astray(ours: Mapping[str, BaseGeometry], gazetteer: Gazetteer) -> Iterator[str]:
    """Why boundaries are not where their kelurahan is."""
    points = _points(gazetteer)
    for code, area in sorted(ours.items()):
        away = min((float(area.distance(point)) for point in points.get(code, ())), default=0.0) * METRES_PER_DEGREE
        if away > ASTRAY_M:
            yield f"{code} {gazetteer.names[code]} lies {away / 1000:.0f} km from where it is: is its code another's?"
    east, north = _shift(ours, points)
    if math.hypot(east, north) > SHIFTED_M:
        sides = f"{_metres(east, 'east', 'west')} and {_metres(north, 'north', 'south')}"
        yield f"all of it lies {sides} of where it is: was it drawn in another datum or zone than it says?"


def _metres(way: float, ahead: str, back: str) -> str:
    return f"{abs(way):,.0f} m {ahead if way > 0 else back}"


def exchanged(ours: Mapping[str, BaseGeometry], gazetteer: Gazetteer) -> Iterator[str]:
    """Pairs of kelurahan each of which has the other's point and not its own: two codes may be exchanged."""
    points = _points(gazetteer)
    codes = [code for code in sorted(ours) if code in points]
    tree = shapely.STRtree([ours[code] for code in codes])
    holders = {
        code: {codes[at] for point in points[code] for at in tree.query(point, predicate="within")} for code in codes
    }
    for code, held in holders.items():
        for other in sorted(held):
            if code < other and code not in held and code in holders[other] and other not in holders[other]:
                yield (
                    f"{code} {gazetteer.names[code]} and {other} {gazetteer.names[other]} each lie where the other is: "
                    "are their codes exchanged?"
                )


def _points(gazetteer: Gazetteer) -> dict[str, list[shapely.Point]]:
    points: dict[str, list[shapely.Point]] = {}
    for spot in gazetteer.diagram.spots:
        lat, lon = gazetteer.diagram.position(spot.x, spot.y)
        points.setdefault(spot.code, []).append(shapely.Point(lon, lat))
    return points


def _shift(ours: Mapping[str, BaseGeometry], points: Mapping[str, Sequence[shapely.Point]]) -> tuple[float, float]:
    """How far the boundaries lie from their points, in metres to the east and the north: the middle of all."""
    pairs = [(area.centroid, points[code][0]) for code, area in ours.items() if code in points]
    if len(pairs) < ENOUGH:
        return 0.0, 0.0
    east = median((to.x - point.x) * math.cos(math.radians(point.y)) for to, point in pairs)
    return east * METRES_PER_DEGREE, median(to.y - point.y for to, point in pairs) * METRES_PER_DEGREE
