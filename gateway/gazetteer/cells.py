"""The cells of the power diagram as polygons: where the built-in points alone say whose a place is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gateway.incident.diagram import Spot
from gateway.incident.place import FAR_M, Gazetteer

CORNERS = 24
"""Of the circle beyond which a point names no place."""

Corner = tuple[float, float]


def cells(gazetteer: Gazetteer) -> dict[str, list[list[Corner]]]:
    """The rings (latitude, longitude) of each kelurahan of the province, one for each of its points, by its code."""
    diagram = gazetteer.diagram
    found: dict[str, list[list[Corner]]] = {}
    for spot in diagram.only(lambda code: code.startswith(gazetteer.province)):
        ring = _cell(spot, diagram.within_reach(spot.x, spot.y, FAR_M))
        if len(ring) > 2:
            found.setdefault(spot.code, []).append([diagram.position(x, y) for x, y in ring])
    return found


def _cell(spot: Spot, others: Sequence[Spot]) -> list[Corner]:
    """What is within FAR_M of a site, and has less power to it than to any other."""
    angles = (math.tau * step / CORNERS for step in range(CORNERS))
    ring = [(spot.x + FAR_M * math.cos(angle), spot.y + FAR_M * math.sin(angle)) for angle in angles]
    for other in others:
        if other is not spot and ring:
            ring = _nearer(ring, spot, other)
    return ring


def _nearer(ring: Sequence[Corner], spot: Spot, other: Spot) -> list[Corner]:
    """The part of a convex ring that is the site's rather than the other's: the difference of powers is linear."""
    more = [spot.power(x, y) - other.power(x, y) for x, y in ring]
    kept: list[Corner] = []
    for at, (corner, value) in enumerate(zip(ring, more, strict=True)):
        after, next_value = ring[(at + 1) % len(ring)], more[(at + 1) % len(ring)]
        if value <= 0:
            kept.append(corner)
        if (value < 0 < next_value) or (next_value < 0 < value):
            share = value / (value - next_value)
            kept.append((corner[0] + share * (after[0] - corner[0]), corner[1] + share * (after[1] - corner[1])))
    return kept
