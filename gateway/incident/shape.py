"""Shapes a claim of where somebody is can have (RFC 5491 §5 and, for Area, a civic location: RFC 5139).

Latitude and longitude are degrees in WGS 84 (EPSG:4326), lengths are metres. A shape may be nonsense: what was claimed
is kept as it was claimed; ``is_null`` says whether it can be a place at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.incident.errors import EvidenceRefused

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180

NULL_ISLAND_DEGREES = 0.001
"""A fix this near to 0,0 is a receiver that has none, not a caller at sea off Ghana."""

LARGEST_RADIUS_M = 20_000_000.0
"""Half the way around the globe: a wider circle says nothing."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position whose accuracy nobody stated (RFC 7459 §4.1: its uncertainty is unknown, which is not zero)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Circle:
    """A position and the radius it is known to."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Polygon:
    """A ring of (lat, lon); the last corner joins the first and is not repeated."""

    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area by its official code: NN province, NN.NN city or regency, NN.NN.NN kecamatan,
    NN.NN.NN.NNNN kelurahan. It has a name and no position: none was measured."""

    code: str
    name: str = ""


Shape = Point | Circle | Polygon | Area

KINDS: dict[str, type[Point] | type[Circle] | type[Polygon] | type[Area]] = {
    "point": Point,
    "circle": Circle,
    "polygon": Polygon,
    "area": Area,
}


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance between two positions."""
    north, east = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    chord = math.sin(north) ** 2 + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(east) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def offset(lat: float, lon: float, bearing: float, metres: float) -> tuple[float, float]:
    """The position ``metres`` away in the direction ``bearing`` (degrees clockwise from north), for city distances."""
    north, east = metres * math.cos(math.radians(bearing)), metres * math.sin(math.radians(bearing))
    return lat + north / METRES_PER_DEGREE, lon + east / (METRES_PER_DEGREE * math.cos(math.radians(lat)))


def centre(shape: Shape) -> tuple[float, float] | None:
    """The position a shape lies around; None for an area, which has none."""
    match shape:
        case Point(lat, lon) | Circle(lat, lon, _):
            return lat, lon
        case Polygon(corners):
            # Between the extremes, so that many corners on one side of a ring do not pull it there.
            lats, lons = [corner[0] for corner in corners], [corner[1] for corner in corners]
            return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        case _:
            return None


def radius_m(shape: Shape) -> float | None:
    """Radius of a circle around the centre that holds the whole shape; None where it is unknown."""
    match shape:
        case Circle(_, _, radius):
            return radius
        case Polygon(corners):
            middle = centre(shape)
            return max(distance_m(*middle, *corner) for corner in corners) if middle else None
        case _:
            return None


def is_null(shape: Shape) -> bool:
    """Whether the shape is no place: outside the globe, at 0,0, not a number, or of no usable extent."""
    match shape:
        case Area(code, _):
            return not is_code(code)
        case Circle(_, _, radius) if not 0 < radius <= LARGEST_RADIUS_M:
            return True
        case Polygon(corners) if len(set(corners)) < 3:
            return True
    positions = shape.corners if isinstance(shape, Polygon) else ((shape.lat, shape.lon),)
    return any(_is_null_position(lat, lon) for lat, lon in positions)


def _is_null_position(lat: float, lon: float) -> bool:
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return True
    return abs(lat) < NULL_ISLAND_DEGREES and abs(lon) < NULL_ISLAND_DEGREES


def is_code(code: str) -> bool:
    """Whether the text has the form of an official area code."""
    parts = code.split(".")
    return code.isascii() and [len(part) for part in parts] == [2, 2, 2, 4][: len(parts)] and "".join(parts).isdigit()


def as_dict(shape: Shape) -> dict[str, object]:
    """The shape in JSON's terms; ``from_dict`` gives it back unchanged."""
    match shape:
        case Point(lat, lon):
            return {"kind": "point", "lat": lat, "lon": lon}
        case Circle(lat, lon, radius):
            return {"kind": "circle", "lat": lat, "lon": lon, "radius_m": radius}
        case Polygon(corners):
            return {"kind": "polygon", "corners": [list(corner) for corner in corners]}
        case Area(code, name):
            return {"kind": "area", "code": code, "name": name}


def from_dict(data: object) -> Shape:
    """The shape that ``as_dict`` wrote.

    Raises:
        EvidenceRefused: the data is anything else.
    """
    if not isinstance(data, Mapping) or str(data.get("kind")) not in KINDS:
        raise EvidenceRefused("shape", f"its kind must be one of {', '.join(KINDS)}")
    values = {name: value for name, value in data.items() if name != "kind"}
    kind = KINDS[str(data["kind"])]
    if set(values) != set(kind.__dataclass_fields__):
        raise EvidenceRefused("shape", f"a {data['kind']} has exactly {', '.join(kind.__dataclass_fields__)}")
    if kind is Area:
        return Area(_text(values, "code"), _text(values, "name"))
    if kind is Polygon:
        return Polygon(_corners(values["corners"]))
    numbers = {name: number(value, f"shape {name}") for name, value in values.items()}
    return Circle(**numbers) if kind is Circle else Point(**numbers)


def number(value: object, where: str) -> float:
    """A finite number.

    Raises:
        EvidenceRefused: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EvidenceRefused(where, "it must be a finite number")
    return value


def _text(values: Mapping[str, object], name: str) -> str:
    value = values[name]
    if not isinstance(value, str):
        raise EvidenceRefused(f"shape {name}", "it must be a text")
    return value


def _corners(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list | tuple):
        raise EvidenceRefused("shape corners", "they must be a list of [lat, lon]")
    corners = []
    for place, corner in enumerate(value):
        if not isinstance(corner, list | tuple) or len(corner) != 2:
            raise EvidenceRefused(f"shape corners[{place}]", "it must be [lat, lon]")
        corners.append((number(corner[0], f"shape corners[{place}]"), number(corner[1], f"shape corners[{place}]")))
    if len(corners) < 3:
        raise EvidenceRefused("shape corners", "a polygon has at least three")
    return tuple(corners)
