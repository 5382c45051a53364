"""Names of places by official boundaries: exact, for a shape by the share of its area in each kelurahan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import shapely

from gateway.gazetteer.beyond import Beyond
from gateway.gazetteer.outlines import outline
from gateway.incident.place import (
    BORDER_ERROR_M,
    CITY,
    KECAMATAN,
    KELURAHAN,
    NAMES_KEPT,
    PROVINCE,
    UNSTATED_RADIUS_M,
    Gazetteer,
    Place,
)
from gateway.incident.shape import METRES_PER_DEGREE, Area, Circle, Civic, Point, Shape, centre, is_null, radius_m

EXACT = dict.fromkeys((KELURAHAN, KECAMATAN, CITY, PROVINCE), 100)
"""The percent that a name deserves at most."""

POINT_SHARE = 0.5
"""Of a position of unstated accuracy: so much counts as the very position, the rest as anywhere around it."""

DRAWN_TO_M = 100.0
"""How far maps are off the ground, and a coast off the water's edge: nearer than this an area is not excluded."""

REST = 0.002
"""The share of a shape below which it does not matter who owns it."""


class Boundaries:
    """Boundaries of kelurahan, and of neighbouring cities where they are known.

    Args:
        areas: geometry in WGS 84 as WKB by code: of a kelurahan, or of a neighbouring city.
        gazetteer: the names; its points tell what lies beyond the boundaries, and in those that are missing.

    Raises:
        ValueError: the geometry cannot be read.
    """

    def __init__(self, areas: Mapping[str, bytes], gazetteer: Gazetteer):
        self._gazetteer = gazetteer
        self._plane = gazetteer.diagram.plane
        self._codes = np.array(list(areas), dtype=object)
        try:
            whole = shapely.from_wkb(list(areas.values()))
        except shapely.errors.GEOSException as fault:
            raise ValueError(f"no geometry: {fault}") from None
        scale = np.array([METRES_PER_DEGREE * gazetteer.diagram.stretch, METRES_PER_DEGREE])
        self._areas = shapely.transform(whole, lambda lonlat: lonlat * scale)
        self._edges = shapely.boundary(self._areas)
        # Each is asked again and again: indexed, it answers many times as fast.
        shapely.prepare(self._areas)
        shapely.prepare(self._edges)
        self._tree = shapely.STRtree(self._areas)
        self._beyond = Beyond(list(areas), self._areas, gazetteer)
        self._named = lru_cache(maxsize=NAMES_KEPT)(self._name)
        self._compared = lru_cache(maxsize=NAMES_KEPT)(self._could_lie_in)
        self._whole = lru_cache(maxsize=len(areas))(self._named_whole)

    def area(self, code: str) -> Area | None:
        return self._gazetteer.area(code)

    def name(self, shape: Shape) -> Place | None:
        """The shape's name; None for an area the gazetteer does not know, and for nonsense."""
        return self._named(shape)

    def is_exact(self, shape: Shape) -> bool:
        """Whether boundaries alone name the shape; False where some of it is in a kelurahan or city without one."""
        if isinstance(shape, Area | Civic) or is_null(shape):
            return False
        shares = self._shares(shape)
        owned = (code in self._codes or code.startswith(self._gazetteer.province) for code in shares)
        return bool(shares) and all(owned) and self._beyond.missing.isdisjoint(shares)

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the boundaries cannot tell."""
        return self._compared(shape, code)

    def code_at(self, lat: float, lon: float) -> str:
        """The finest code that a position is in; empty where nobody can be named."""
        x, y = self._plane(lat, lon)
        found = self._tree.query(shapely.Point(x, y), predicate="intersects")
        return self._first(found) or self._beyond.code_at(x, y)

    def codes_at(self, lats: Sequence[float], lons: Sequence[float]) -> list[str]:
        """The same for many positions at once."""
        x = np.asarray(lons, dtype=float) * METRES_PER_DEGREE * self._gazetteer.diagram.stretch
        y = np.asarray(lats, dtype=float) * METRES_PER_DEGREE
        codes = np.full(len(x), "", dtype=object)
        positions, found = self._tree.query(shapely.points(x, y), predicate="intersects")
        # Where two overlap the first by code is taken, as for one position.
        order = np.argsort(self._codes[found].astype(str))[::-1]
        codes[positions[order]] = self._codes[found[order]]
        free = np.flatnonzero(codes == "")
        if len(free):
            codes[free] = self._beyond.codes_at(x[free], y[free])
        return [str(code) for code in codes]

    def _first(self, found: np.ndarray) -> str:
        return min((str(code) for code in self._codes[found]), default="")

    def _name(self, shape: Shape) -> Place | None:
        if isinstance(shape, Area | Civic) or is_null(shape):
            return self._gazetteer.name(shape)
        inner = self._inner(shape) if isinstance(shape, Circle) else ""
        if inner:
            return self._whole(inner)
        shares = self._shares(shape)
        if not self._beyond.missing.isdisjoint(shares):
            return self._gazetteer.name(shape)  # by points nobody can be surer than they are
        return self._gazetteer.named_by(shares, EXACT)

    def _named_whole(self, code: str) -> Place:
        return self._gazetteer.named_by({code: 1.0}, EXACT)

    def _inner(self, circle: Circle) -> str:
        """The code of the one area that a circle lies in wholly: most do, and need no cutting."""
        if not circle.radius_m:
            return ""
        at = shapely.Point(self._plane(circle.lat, circle.lon))
        found = self._tree.query(at, predicate="dwithin", distance=circle.radius_m)
        if len(found) != 1:
            return ""
        area, edge = self._areas[found[0]], self._edges[found[0]]
        return str(self._codes[found[0]]) if area.covers(at) and edge.distance(at) >= circle.radius_m else ""

    def _shares(self, shape: Shape) -> dict[str, float]:
        """The share of the shape that each code owns."""
        geometry = outline(shape, self._plane, UNSTATED_RADIUS_M)
        if geometry is None or not geometry.area > 0:
            return {}
        found = self._tree.query(geometry, predicate="intersects")
        if not len(found):
            # Neighbours' borders are those of points, and as far off.
            around = math.hypot(radius_m(shape) or UNSTATED_RADIUS_M, BORDER_ERROR_M)
            return self._beyond.shares_around(*self._plane(*(centre(shape) or (0.0, 0.0))), around)
        cut = shapely.area(shapely.intersection(self._areas[found], geometry)) / geometry.area
        shares = {str(self._codes[at]): float(share) for at, share in zip(found, cut, strict=True)}
        rest = 1.0 - sum(shares.values())
        if rest < -REST:  # boundaries overlap: each has its part of the whole
            shares = {code: share / (1.0 - rest) for code, share in shares.items()}
        elif rest > REST:
            beyond = shapely.difference(geometry, shapely.union_all(self._areas[found]))
            for code, share in self._beyond.shares_of(beyond).items():
                shares[code] = shares.get(code, 0.0) + share * rest
        return self._at_the_point(shape, shares) if _is_unstated(shape) else shares

    def _at_the_point(self, shape: Shape, shares: dict[str, float]) -> dict[str, float]:
        middle = centre(shape)
        code = self.code_at(*middle) if middle else ""
        spread = {other: share * (1 - POINT_SHARE) for other, share in shares.items()}
        return {**spread, code: spread.get(code, 0.0) + POINT_SHARE}

    def _could_lie_in(self, shape: Shape, code: str) -> bool:
        known = np.array([area.startswith(code) for area in self._codes])
        geometry = None if is_null(shape) else outline(shape, self._plane, UNSTATED_RADIUS_M)
        if geometry is None or not known.any():
            return self._gazetteer.could_lie_in(shape, code)
        found = self._tree.query(geometry, predicate="dwithin", distance=DRAWN_TO_M)
        if known[found].any():
            return True
        middle = geometry.representative_point()
        return len(found) == 0 and self._beyond.code_at(middle.x, middle.y).startswith(code)


def _is_unstated(shape: Shape) -> bool:
    return isinstance(shape, Point) or getattr(shape, "radius_m", 1.0) == 0
