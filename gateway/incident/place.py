"""Names of places: which kelurahan, kecamatan and city a shape lies in, and how sure that is.

Without official boundaries a gazetteer knows one point (a site) per kelurahan, and divides the plane among them by a
power diagram. Such borders are some hundred metres off the real ones; so a shape is named by the share of it, widened
by that error, that lies in an area, and by no finer area than that share supports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gateway.incident.diagram import Diagram, Site, Spot, owner_among
from gateway.incident.shape import Area, Civic, Shape, centre, is_null, radius_m

__all__ = ["Gazetteer", "Place", "Site"]

KELURAHAN, KECAMATAN, CITY, PROVINCE = (len(code) for code in ("NN.NN.NN.NNNN", "NN.NN.NN", "NN.NN", "NN"))
"""Length of an area's code at each level."""

BORDER_ERROR_M = 500.0
"""How far the diagram's borders are off the real ones. Measured against boundaries of DKI Jakarta: widened by so much,
the share of a shape that lies in an area is about the share of cases in which naming that area is right."""

OUTER_ERROR_M = 1500.0
"""The same beyond the province, whose villages are larger: nobody of ours is said to be a neighbour's for certain."""

BEST_PERCENT = {KELURAHAN: 88, KECAMATAN: 96, CITY: 98, PROVINCE: 99}
"""How often the name was right where the diagram leaves no doubt, measured likewise; no name is told to be surer."""

NAMED_FROM_PERCENT = 50
"""The least share of a shape that an area must hold to give the shape its name: more likely than not."""

CERTAIN_FROM_PERCENT = 95
"""The share from which a name is told without "about"."""

UNSTATED_RADIUS_M = 1000.0
"""What a position of unstated accuracy is taken to be good for when it is named or compared; never shown."""

FAR_M = 4000.0
"""Further than this from a site (at sea, among islands) its kelurahan and kecamatan are not named."""

FAR_BEYOND_M = 6000.0
"""Further than this from a site beyond the province its city is not named: some of them are twice as far apart."""

FARTHEST_M = 25000.0
"""Further than this from every site not even a city is named."""

TOLD_PERCENT = 80
"""Of a shape that no area holds: where the cities told hold less of it, or are more than MOST_TOLD, it is too wide."""

MOST_TOLD = 3
"""Cities; more are no help to anybody."""

MAY_WELL_PERCENT = 100 - CERTAIN_FROM_PERCENT
"""The least share of a shape by which a city is one that it may lie in."""

NAMES_KEPT = 512
"""Shapes whose names are kept at hand."""


@dataclass(frozen=True, slots=True)
class Place:
    """A shape's name, as fine as the shape supports and no finer.

    Attributes:
        kelurahan, kecamatan, city: None where the shape does not support one.
        percent: how likely the finest of them is right.
        certain: the finest area that is as good as certain; None if even the city may be the next one.
        inside_percent: how likely the place is in the gateway's own province.
        cities: every city that it may well lie in, the likeliest first, each with how likely that is in percent.
        neighbour: of those the likeliest beyond the province; its 112 is the one to hand over to.
        meets: whether any of the shape, however little, may lie in the province.
    """

    kelurahan: Area | None = None
    kecamatan: Area | None = None
    city: Area | None = None
    percent: int = 0
    certain: Area | None = None
    inside_percent: int = 0
    cities: tuple[tuple[Area, int], ...] = ()
    neighbour: Area | None = None
    meets: bool = False

    @property
    def finest(self) -> Area | None:
        return self.kelurahan or self.kecamatan or self.city

    @property
    def is_certain(self) -> bool:
        return self.finest is not None and self.certain == self.finest

    @property
    def is_inside(self) -> bool:
        return self.inside_percent >= NAMED_FROM_PERCENT

    @property
    def is_certainly_outside(self) -> bool:
        return self.inside_percent <= 100 - CERTAIN_FROM_PERCENT and not self.meets

    @property
    def is_too_wide(self) -> bool:
        """Whether it is the province or what lies around it, and no name tells more."""
        if self.finest or not self.meets or self.inside_percent >= CERTAIN_FROM_PERCENT:
            return False
        return len(self.cities) > MOST_TOLD or sum(percent for _, percent in self.cities) < TOLD_PERCENT

    def as_dict(self) -> dict[str, object]:
        levels = {"kelurahan": self.kelurahan, "kecamatan": self.kecamatan, "city": self.city}
        return {
            **{level: {"code": area.code, "name": area.name} if area else None for level, area in levels.items()},
            "percent": self.percent,
            "certain": self.certain.code if self.certain else None,
            "inside_percent": self.inside_percent,
            "cities": [{"code": city.code, "name": city.name, "percent": percent} for city, percent in self.cities],
            "neighbour": self.neighbour.code if self.neighbour else None,
        }


class Gazetteer:
    """Names of areas by code, and the power diagram of the sites.

    Args:
        names: of every area by its code, as shown to people.
        province: code of the province this gateway serves.

    Attributes:
        diagram: the sites.
    """

    def __init__(self, names: Mapping[str, str], sites: Sequence[Site], province: str):
        self.names = dict(names)
        self.province = province
        self.diagram = Diagram(sites)
        self._codes = {site.code for site in sites}
        self._ours = self.diagram.only(lambda code: code.startswith(province))
        # Cells, trunks and buildings come again and again.
        self._named = lru_cache(maxsize=NAMES_KEPT)(self._name)
        self._compared = lru_cache(maxsize=NAMES_KEPT)(self._could_lie_in)

    def area(self, code: str) -> Area | None:
        return Area(code, self.names[code]) if code in self.names else None

    def name(self, shape: Shape) -> Place | None:
        """The shape's name; None for an area the gazetteer does not know, and for nonsense."""
        return self._named(shape)

    def _name(self, shape: Shape) -> Place | None:
        if is_null(shape):
            return None
        if isinstance(shape, Area | Civic):
            return self.named_area(shape.code) if isinstance(shape, Area) and shape.code in self.names else None
        place = self.named_by(self._shares(shape, BORDER_ERROR_M), BEST_PERCENT)
        if place.is_inside:
            return place
        place = self.named_by(self._shares(shape, OUTER_ERROR_M), BEST_PERCENT)
        return replace(place, meets=self._meets(shape))

    def named_area(self, code: str) -> Place:
        """The name of a whole area, by its code."""
        place = self.named_by({code: 1.0}, dict.fromkeys(BEST_PERCENT, 100))
        return replace(place, percent=100, certain=self.area(code))

    def named_by(self, shares: Mapping[str, float], best: Mapping[int, int]) -> Place:
        """The name of what lies in these areas.

        Args:
            shares: of 1, by the finest code; what is missing, or has an empty code, lies where nobody can be named.
            best: the percent, by the length of a code, that a name deserves at most.
        """
        sums = {length: _sums(shares, length, best[length]) for length in best}
        likely = [max(found.items(), key=lambda one: (one[1], one[0]), default=("", 0)) for found in sums.values()]
        code, percent = next((one for one in likely if one[1] >= NAMED_FROM_PERCENT), ("", 0))
        certain = next((one[0] for one in likely if one[1] >= CERTAIN_FROM_PERCENT), "")
        inside = round(100 * sum(share for code, share in shares.items() if code.startswith(self.province)))
        cities = self._cities(sums[CITY])
        neighbour = next((city for city, _ in cities if not city.code.startswith(self.province)), None)
        certainly = self.area(certain[: len(code)])
        meets = any(share > 0 and code.startswith(self.province) for code, share in shares.items())
        return Place(*self._levels(code), percent, certainly, inside, cities, neighbour, meets)

    def code_at(self, lat: float, lon: float) -> str:
        """The finest code that a position is in; empty where nobody can be named."""
        x, y = self.diagram.plane(lat, lon)
        return self._known(self.diagram.owner(x, y), x, y)

    def codes_at(self, lats: Sequence[float], lons: Sequence[float]) -> list[str]:
        """The same for many positions at once."""
        return [self.code_at(lat, lon) for lat, lon in zip(lats, lons, strict=True)]

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the gazetteer cannot tell."""
        return self._compared(shape, code)

    def _could_lie_in(self, shape: Shape, code: str) -> bool:
        middle = centre(shape)
        if middle is None or is_null(shape) or not any(known.startswith(code) for known in self._codes):
            return True
        x, y = self.diagram.plane(*middle)
        reach = (radius_m(shape) or UNSTATED_RADIUS_M) + 2 * BORDER_ERROR_M
        return any(
            spot.code.startswith(code) and spot.distance_m(x, y) <= FARTHEST_M + reach
            for spot in self.diagram.within_reach(x, y, reach)
        )

    def _shares(self, shape: Shape, error_m: float) -> dict[str, float]:
        """The share of the shape, widened by the borders' error, that each code owns."""
        x, y = self.diagram.plane(*(centre(shape) or (0.0, 0.0)))
        reach = math.hypot(radius_m(shape) or UNSTATED_RADIUS_M, error_m)
        spots = self.diagram.within_reach(x, y, reach)
        shares: dict[str, float] = {}
        for east, north in SAMPLES:
            at = x + reach * east, y + reach * north
            code = self._known(owner_among(spots, *at), *at)
            shares[code] = shares.get(code, 0.0) + 1 / len(SAMPLES)
        return shares

    def _meets(self, shape: Shape) -> bool:
        """Whether the province has any of the shape. All samples of a wide one may miss it, its sites do not."""
        x, y = self.diagram.plane(*(centre(shape) or (0.0, 0.0)))
        radius = radius_m(shape) or UNSTATED_RADIUS_M
        if any(spot.distance_m(x, y) <= radius for spot in self._ours):
            return True
        return any(code.startswith(self.province) for code in self._shares(shape, 0.0))

    def _known(self, owner: Spot, x: float, y: float) -> str:
        """The code that a position may be called by, given who owns it; empty where nobody can be named."""
        distance = owner.distance_m(x, y)
        if not owner.code.startswith(self.province):
            return owner.code if distance <= FAR_BEYOND_M else ""
        if distance <= FAR_M:
            return owner.code
        return owner.code[:CITY] if distance <= FARTHEST_M else ""

    def _cities(self, percents: Mapping[str, int]) -> tuple[tuple[Area, int], ...]:
        likely = sorted(((percent, code) for code, percent in percents.items()), reverse=True)
        named = ((self.area(code), percent) for percent, code in likely if percent >= MAY_WELL_PERCENT)
        return tuple((area, percent) for area, percent in named if area)

    def _levels(self, code: str) -> tuple[Area | None, Area | None, Area | None]:
        """The kelurahan, kecamatan and city that a code names, each as far as it goes."""
        levels = (KELURAHAN, KECAMATAN, CITY)
        kelurahan, kecamatan, city = (self.area(code[:length]) if len(code) >= length else None for length in levels)
        return kelurahan, kecamatan, city


def _spread(count: int) -> tuple[tuple[float, float], ...]:
    """Positions spread evenly over the unit disc (a sunflower's seeds)."""
    golden = math.pi * (3 - math.sqrt(5))
    radii = [math.sqrt((i + 0.5) / count) for i in range(count)]
    return tuple((radius * math.cos(i * golden), radius * math.sin(i * golden)) for i, radius in enumerate(radii))


SAMPLES = _spread(61)


def _sums(shares: Mapping[str, float], length: int, best: int) -> dict[str, int]:
    """Percent by area of one level, at most ``best``."""
    sums: dict[str, float] = {}
    for code, share in shares.items():
        if len(code) >= length:
            sums[code[:length]] = sums.get(code[:length], 0.0) + share
    return {code: min(best, round(100 * share)) for code, share in sums.items()}
