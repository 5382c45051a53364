"""Names of places: which kelurahan, kecamatan and city a shape lies in, and how sure that is.

Without official boundaries a gazetteer knows one point (a site) per kelurahan. The plane is divided among the sites by
a power diagram: a position belongs to the site with the least squared distance minus the site's weight, so that a
large kelurahan reaches further than a small one. Such borders are some hundred metres off the real ones; so a shape is
named by the share of it, widened by that error, that lies in an area, and by no finer area than that share supports.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.incident.shape import METRES_PER_DEGREE, Area, Civic, Shape, centre, is_null, radius_m

KELURAHAN, KECAMATAN, CITY, PROVINCE = (len(code) for code in ("NN.NN.NN.NNNN", "NN.NN.NN", "NN.NN", "NN"))
"""Length of an area's code at each level."""

BORDER_ERROR_M = 500.0
"""How far the diagram's borders are off the real ones. Measured against boundaries of DKI Jakarta: widened by so much,
the share of a shape that lies in an area is about the share of cases in which naming that area is right."""

BEST_PERCENT = {KELURAHAN: 88, KECAMATAN: 96, CITY: 98, PROVINCE: 99}
"""How often the name was right where the diagram leaves no doubt, measured likewise; no name is told to be surer."""

NAMED_FROM_PERCENT = 50
"""The least share of a shape that an area must hold to give the shape its name: more likely than not."""

CERTAIN_FROM_PERCENT = 95
"""The share from which a name is told without "about"."""

UNSTATED_RADIUS_M = 1000.0
"""What a position of unstated accuracy is taken to be good for when it is named or compared; never shown."""

FAR_M = 4000.0
"""Further than this from a site (at sea, among islands) its kelurahan and kecamatan are not named, nor a neighbour."""

FARTHEST_M = 25000.0
"""Further than this from every site not even a city is named."""

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
    """

    kelurahan: Area | None = None
    kecamatan: Area | None = None
    city: Area | None = None
    percent: int = 0
    certain: Area | None = None
    inside_percent: int = 0

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
        return self.inside_percent <= 100 - CERTAIN_FROM_PERCENT

    def as_dict(self) -> dict[str, object]:
        levels = {"kelurahan": self.kelurahan, "kecamatan": self.kecamatan, "city": self.city}
        return {
            **{level: {"code": area.code, "name": area.name} if area else None for level, area in levels.items()},
            "percent": self.percent,
            "certain": self.certain.code if self.certain else None,
            "inside_percent": self.inside_percent,
        }


@dataclass(frozen=True, slots=True)
class Site:
    """A kelurahan's one point.

    Attributes:
        code: of the kelurahan, or, for a neighbour of the province, of its city.
        weight: square metres; what the site's area has over its surroundings.
    """

    code: str
    lat: float
    lon: float
    weight: float = 0.0


class Gazetteer:
    """Names of areas by code, and the power diagram of the sites.

    Args:
        names: of every area by its code, as shown to people.
        province: code of the province this gateway serves.
    """

    def __init__(self, names: Mapping[str, str], sites: Sequence[Site], province: str):
        self.names = dict(names)
        self.province = province
        # Plane coordinates in metres: over one province the error is far below that of the sites.
        self._stretch = math.cos(math.radians(sites[0].lat))
        self._sites = [(*self._plane(site.lat, site.lon), site.weight, site.code) for site in sites]
        self._codes = {site.code for site in sites}
        # Cells, trunks and buildings come again and again.
        self._named = lru_cache(maxsize=NAMES_KEPT)(self._name)
        self._compared = lru_cache(maxsize=NAMES_KEPT)(self._could_lie_in)

    def area(self, code: str) -> Area | None:
        return Area(code, self.names[code]) if code in self.names else None

    def name(self, shape: Shape) -> Place | None:
        """The shape's name; None for an area the gazetteer does not know, and for nonsense."""
        return self._named(shape)

    def _name(self, shape: Shape) -> Place | None:
        if is_null(shape) or isinstance(shape, Civic):
            return None
        if isinstance(shape, Area):
            return self._named_area(shape.code) if shape.code in self.names else None
        shares = self._shares(shape)
        inside = round(100 * sum(n for code, n in shares.items() if code.startswith(self.province)) / len(SAMPLES))
        likely = {length: _largest(shares, length) for length in BEST_PERCENT}
        code, percent = next((best for best in likely.values() if best[1] >= NAMED_FROM_PERCENT), ("", 0))
        certain = next((best[0] for best in likely.values() if best[1] >= CERTAIN_FROM_PERCENT), "")
        return Place(*self._levels(code), percent, self.area(certain[: len(code)]), inside)

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the gazetteer cannot tell."""
        return self._compared(shape, code)

    def _could_lie_in(self, shape: Shape, code: str) -> bool:
        middle = centre(shape)
        if middle is None or not any(known.startswith(code) for known in self._codes):
            return True
        x, y = self._plane(*middle)
        reach = (radius_m(shape) or UNSTATED_RADIUS_M) + 2 * BORDER_ERROR_M
        return any(
            site[3].startswith(code) and math.hypot(site[0] - x, site[1] - y) <= FARTHEST_M + reach
            for site in self._within_reach(x, y, reach)
        )

    def _plane(self, lat: float, lon: float) -> tuple[float, float]:
        return lon * METRES_PER_DEGREE * self._stretch, lat * METRES_PER_DEGREE

    def _within_reach(self, x: float, y: float, reach: float) -> list[tuple[float, float, float, str]]:
        """The sites that may own a position within ``reach`` of x, y: none that does is left out."""
        powers = [(site[0] - x) ** 2 + (site[1] - y) ** 2 - site[2] for site in self._sites]
        least = min(powers)
        nearest = self._sites[powers.index(least)]
        # The difference of two powers is linear, and its slope is twice the sites' distance.
        return [
            site
            for site, power in zip(self._sites, powers, strict=True)
            if power - least <= 2 * reach * math.hypot(site[0] - nearest[0], site[1] - nearest[1])
        ]

    def _shares(self, shape: Shape) -> dict[str, int]:
        """How many of the samples of the shape, widened by the borders' error, each code owns."""
        x, y = self._plane(*(centre(shape) or (0.0, 0.0)))
        reach = math.hypot(radius_m(shape) or UNSTATED_RADIUS_M, BORDER_ERROR_M)
        sites = self._within_reach(x, y, reach)
        shares: dict[str, int] = {}
        for east, north in SAMPLES:
            code = self._owner(sites, x + reach * east, y + reach * north)
            shares[code] = shares.get(code, 0) + 1
        return shares

    def _owner(self, sites: Iterable[tuple[float, float, float, str]], x: float, y: float) -> str:
        """The code that owns a position; empty where nobody can be named."""
        east, north, _, code = min(sites, key=lambda site: (site[0] - x) ** 2 + (site[1] - y) ** 2 - site[2])
        distance = math.hypot(east - x, north - y)
        if distance <= FAR_M:
            return code
        return code[:CITY] if code.startswith(self.province) and distance <= FARTHEST_M else ""

    def _named_area(self, code: str) -> Place:
        return Place(*self._levels(code), 100, self.area(code), 100 if code.startswith(self.province) else 0)

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


def _largest(shares: Mapping[str, int], length: int) -> tuple[str, int]:
    """The area of this level with the largest share, and how likely it is right, in percent."""
    sums: dict[str, int] = {}
    for code, count in shares.items():
        if len(code) >= length:
            sums[code[:length]] = sums.get(code[:length], 0) + count
    best = max(sums, key=lambda code: (sums[code], code), default="")
    return best, min(BEST_PERCENT[length], round(100 * sums.get(best, 0) / len(SAMPLES)))
