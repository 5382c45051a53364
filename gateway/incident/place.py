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

from gateway.incident.shape import METRES_PER_DEGREE, Area, Shape, centre, is_null, radius_m

BORDER_ERROR_M = 300.0
"""How far the diagram's borders are off the real ones, typically."""

UNSTATED_RADIUS_M = 1000.0
"""What a position of unstated accuracy is taken to be good for when it is named or compared; never shown."""

NAMED_FROM_PERCENT = 60
"""The least share of a shape that an area must hold to give the shape its name."""

SURE_FROM_PERCENT = 90
"""The share from which a name is told without "about"."""

FAR_M = 4000.0
"""Further than this from every site (at sea, in the hills) no kelurahan or kecamatan is named."""

FARTHEST_M = 25000.0
"""Further than this from every site not even a city is named."""


@dataclass(frozen=True, slots=True)
class Place:
    """A shape's name, as fine as the shape supports and no finer.

    Attributes:
        kelurahan, kecamatan, city: None where the shape does not support one.
        percent: how much of what could be the true position lies in the finest area named.
        inside: whether the place is in the gateway's own province; outside, at most a neighbouring city is named.
    """

    kelurahan: Area | None = None
    kecamatan: Area | None = None
    city: Area | None = None
    percent: int = 0
    inside: bool = True

    @property
    def finest(self) -> Area | None:
        return self.kelurahan or self.kecamatan or self.city

    @property
    def sure(self) -> bool:
        return self.finest is not None and self.percent >= SURE_FROM_PERCENT

    def as_dict(self) -> dict[str, object]:
        named = {"kelurahan": self.kelurahan, "kecamatan": self.kecamatan, "city": self.city}
        codes: dict[str, object] = {k: {"code": a.code, "name": a.name} for k, a in named.items() if a}
        return {**codes, "percent": self.percent, "inside": self.inside}


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

    def area(self, code: str) -> Area | None:
        return Area(code, self.names[code]) if code in self.names else None

    def name(self, shape: Shape) -> Place | None:
        """The shape's name; None for an area the gazetteer does not know, and for nonsense."""
        if is_null(shape):
            return None
        if isinstance(shape, Area):
            return self._place(shape.code, 100) if shape.code in self.names else None
        shares = self._shares(shape)
        for length in (len("NN.NN.NN.NNNN"), len("NN.NN.NN"), len("NN.NN"), len("NN")):
            code, percent = _largest(shares, length)
            if percent >= NAMED_FROM_PERCENT:
                return self._place(code, percent)
        return Place(inside=False)

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the gazetteer cannot tell."""
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
            code = _owner(sites, x + reach * east, y + reach * north)
            shares[code] = shares.get(code, 0) + 1
        return shares

    def _place(self, code: str, percent: int) -> Place:
        return Place(
            kelurahan=self.area(code) if len(code) == len("NN.NN.NN.NNNN") else None,
            kecamatan=self.area(code[: len("NN.NN.NN")]) if len(code) >= len("NN.NN.NN") else None,
            city=self.area(code[: len("NN.NN")]) if len(code) >= len("NN.NN") else None,
            percent=percent,
            inside=code.startswith(self.province),
        )


def _spread(count: int) -> tuple[tuple[float, float], ...]:
    """Positions spread evenly over the unit disc (a sunflower's seeds)."""
    golden = math.pi * (3 - math.sqrt(5))
    radii = [math.sqrt((i + 0.5) / count) for i in range(count)]
    return tuple((radius * math.cos(i * golden), radius * math.sin(i * golden)) for i, radius in enumerate(radii))


SAMPLES = _spread(61)


def _owner(sites: Iterable[tuple[float, float, float, str]], x: float, y: float) -> str:
    """The code that owns a position: shortened to the city far from its site, empty where nobody is near."""
    east, north, _, code = min(sites, key=lambda site: (site[0] - x) ** 2 + (site[1] - y) ** 2 - site[2])
    distance = math.hypot(east - x, north - y)
    if distance > FARTHEST_M:
        return ""
    return code[: len("NN.NN")] if distance > FAR_M else code


def _largest(shares: Mapping[str, int], length: int) -> tuple[str, int]:
    """The area of this length of code with the largest share, and that in percent of all."""
    sums: dict[str, int] = {}
    for code, count in shares.items():
        if len(code) >= length:
            sums[code[:length]] = sums.get(code[:length], 0) + count
    best = max(sums, key=lambda code: (sums[code], code), default="")
    return best, round(100 * sums.get(best, 0) / sum(shares.values()))
