"""The power diagram of points that stand for areas: who owns a position where no boundaries are known.

A position belongs to the site with the least squared distance minus the site's weight, so that a large area reaches
further than a small one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gateway.incident.shape import METRES_PER_DEGREE

CELL_M = 1000.0
CELLS_KEPT = 8192
"""Squares whose possible owners are remembered: about a city with its surroundings."""


@dataclass(frozen=True, slots=True)
class Site:
    """A point of a kelurahan, or of a city around.

    Attributes:
        code: of the kelurahan, or, for a neighbour of the province, of its city.
        weight: square metres; what the site's area has over its surroundings.
    """

    code: str
    lat: float
    lon: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A site in the plane."""

    x: float
    y: float
    weight: float
    code: str

    def power(self, x: float, y: float) -> float:
        return (self.x - x) ** 2 + (self.y - y) ** 2 - self.weight

    def distance_m(self, x: float, y: float) -> float:
        return math.hypot(self.x - x, self.y - y)


class Diagram:
    """Sites in plane coordinates: metres, whose error over one province is far below that of the sites.

    Raises:
        IndexError: there is no site.
    """

    def __init__(self, sites: Sequence[Site]):
        self.stretch = math.cos(math.radians(sites[0].lat))
        self.spots = [Spot(*self.plane(site.lat, site.lon), site.weight, site.code) for site in sites]
        self._cells: dict[tuple[int, int], list[Spot]] = {}

    def plane(self, lat: float, lon: float) -> tuple[float, float]:
        """Metres east and north."""
        return lon * METRES_PER_DEGREE * self.stretch, lat * METRES_PER_DEGREE

    def position(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a place in the plane."""
        return y / METRES_PER_DEGREE, x / (METRES_PER_DEGREE * self.stretch)

    def only(self, chosen: Callable[[str], bool]) -> list[Spot]:
        """The sites whose code is chosen."""
        return [spot for spot in self.spots if chosen(spot.code)]

    def owner(self, x: float, y: float) -> Spot:
        """Whose place it is. The second of two in the same square kilometre is found some hundred times faster."""
        cell = (int(x // CELL_M), int(y // CELL_M))
        spots = self._cells.get(cell)
        if spots is None:
            if len(self._cells) >= CELLS_KEPT:
                self._cells.clear()
            middle_x, middle_y = (cell[0] + 0.5) * CELL_M, (cell[1] + 0.5) * CELL_M
            spots = self._cells[cell] = self.within_reach(middle_x, middle_y, CELL_M)
        return owner_among(spots, x, y)

    def within_reach(self, x: float, y: float, reach: float) -> list[Spot]:
        """The sites that may own a position within ``reach`` of x, y: none that does is left out."""
        powers = [spot.power(x, y) for spot in self.spots]
        least = min(powers)
        nearest = self.spots[powers.index(least)]
        # The difference of two powers is linear, and its slope is twice the sites' distance.
        return [
            spot
            for spot, power in zip(self.spots, powers, strict=True)
            if power - least <= 2 * reach * nearest.distance_m(spot.x, spot.y)
        ]


def owner_among(spots: Iterable[Spot], x: float, y: float) -> Spot:
    """Of these sites the one that owns a position; the first of several."""
    best, least = None, math.inf
    for spot in spots:
        power = (spot.x - x) ** 2 + (spot.y - y) ** 2 - spot.weight
        if best is None or power < least:
            best, least = spot, power
    assert best is not None  # noqa: S101 - a diagram has a site
    return best
