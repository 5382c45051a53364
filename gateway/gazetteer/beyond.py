"""Who owns what no boundary holds: the gap between two kelurahan, a neighbouring city, the sea off the coast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gateway.incident.place import CITY, FAR_BEYOND_M, FAR_M, FARTHEST_M, SAMPLES, Gazetteer

GRID = 7
"""Positions along and across by which it is told who owns the part of a shape that no boundary holds."""

PIECE = 16
"""Sides of a boundary that are looked at together: the nearest of short pieces is found soon."""

FOLLOWED_TO_M = 5.0
"""To tell a gap between two areas from what lies around all of them this is exact enough, and many times as fast."""

PLANE_M = 1e9
"""Beyond this no plane makes sense."""

Figures = np.ndarray[Any, np.dtype[np.float64]]


class Beyond:
    """What lies around boundaries, in plane metres.

    Args:
        codes, areas: the boundaries.
        gazetteer: its points stand for neighbouring cities, and kelurahan, that have no boundary here.

    Attributes:
        missing: kelurahan without a boundary.
    """

    def __init__(self, codes: Sequence[str], areas: Sequence[BaseGeometry], gazetteer: Gazetteer):
        pieces = [(code, piece) for code, area in zip(codes, areas, strict=True) for piece in _pieces(area)]
        self._codes = np.array([code for code, _ in pieces], dtype=object)
        self._cities = np.array([code[:CITY] for code, _ in pieces], dtype=object)
        self._ours = np.array([code.startswith(gazetteer.province) for code, _ in pieces])
        self._edges = np.array([piece for _, piece in pieces], dtype=object)
        self._tree = shapely.STRtree(self._edges)
        # Between two neighbours whose edges do not quite meet is no third place.
        ours = [area for code, area in zip(codes, areas, strict=True) if code.startswith(gazetteer.province)]
        self._whole = _without_holes(shapely.union_all(shapely.simplify(ours, FOLLOWED_TO_M)))
        self._diagram = gazetteer.diagram
        known = gazetteer.diagram.only(lambda code: code.startswith(gazetteer.province))
        self.missing = {spot.code for spot in known} - set(codes)
        bounded = {code[:CITY] for code in codes}
        spots = gazetteer.diagram.only(
            lambda code: code[:CITY] not in bounded and not code.startswith(gazetteer.province)
        )
        self._spots = np.array([(spot.x, spot.y) for spot in spots], dtype=float).reshape(-1, 2)
        self._spot_codes = np.array([spot.code for spot in spots], dtype=object)
        self._spot_tree = shapely.STRtree(shapely.points(self._spots))

    def code_at(self, x: float, y: float) -> str:
        """The code of a position in no boundary; empty where nobody can be named."""
        return str(self.codes_at(np.array([x]), np.array([y]))[0])

    def codes_at(self, x: Figures, y: Figures) -> list[str]:
        """The same for many positions."""
        sane = (np.abs(x) < PLANE_M) & (np.abs(y) < PLANE_M)
        x, y = np.where(sane, x, 0.0), np.where(sane, y, 0.0)
        points = shapely.points(x, y)
        nearest = self._tree.nearest(points)
        lines = shapely.shortest_line(points, self._edges[nearest])
        shore = shapely.get_coordinates(lines)[1::2]
        # The city's sea lies to its north: what is north of its edge and far from any village is water.
        maybe_sea = self._ours[nearest] & (y - shore[:, 1] > np.abs(x - shore[:, 0]))
        theirs, away = self._nearest_spots(x, y)
        # Beside the city, nearer to a village of theirs than to us, is no sea of ours.
        ours = self._ours[nearest] & (maybe_sea | (away >= shapely.length(lines)))
        codes = np.where(shapely.length(lines) <= np.where(ours, FARTHEST_M, FAR_M), self._cities[nearest], "")
        codes = np.where(away <= np.where(maybe_sea, FAR_M / 2, FAR_BEYOND_M), theirs, codes)
        codes = np.where(shapely.covers(self._whole, points), self._codes[nearest], codes)
        for at in range(len(x)) if self.missing else ():
            owner = self._diagram.owner(x[at], y[at])
            if owner.code in self.missing and owner.distance_m(x[at], y[at]) <= FAR_M:
                codes[at] = owner.code
        return [str(code) for code in np.where(sane, codes, "")]

    def _nearest_spots(self, x: Figures, y: Figures) -> tuple[np.ndarray[Any, Any], Figures]:
        """Of each position the city whose point is the nearest beyond the province, and how far away that is."""
        if not len(self._spots):
            return np.full(len(x), "", dtype=object), np.full(len(x), np.inf)
        spot = self._spot_tree.nearest(shapely.points(x, y))
        return self._spot_codes[spot], np.hypot(*(self._spots[spot] - np.stack([x, y], axis=1)).T)

    def shares_around(self, x: float, y: float, reach: float) -> dict[str, float]:
        """The share that each city has of a disc that touches no boundary; by the points of neighbours, if any."""
        code = self.code_at(x, y)
        if code not in self._spot_codes:
            return {code: 1.0}
        at = np.array([(x, y)]) + reach * np.array(SAMPLES)
        owners = Counter(self._spot_codes[self._spot_tree.nearest(shapely.points(at))].tolist())
        return {str(owner): count / len(SAMPLES) for owner, count in owners.items()}

    def shares_of(self, rest: BaseGeometry) -> dict[str, float]:
        """The share that each code has of a geometry that no boundary holds."""
        west, south, east, north = rest.bounds
        x, y = (side.ravel() for side in np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID)))
        held = shapely.contains_xy(rest, x, y)
        if not held.any():
            inner = rest.representative_point()
            return {self.code_at(inner.x, inner.y): 1.0}
        owners = Counter(self.codes_at(x[held], y[held]))
        return {owner: count / int(held.sum()) for owner, count in owners.items()}


def _pieces(area: BaseGeometry) -> Iterator[BaseGeometry]:
    """The edge of an area in short pieces."""
    for ring in shapely.get_parts(shapely.boundary(area)):
        corners = shapely.get_coordinates(ring)
        for start in range(0, len(corners) - 1, PIECE):
            yield shapely.LineString(corners[start : start + PIECE + 1])


def _without_holes(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    whole = shapely.union_all([shapely.Polygon(part.exterior) for part in parts])
    shapely.prepare(whole)
    return whole
