"""Shapes a claim of where somebody is can have: those of RFC 5491 §5, and two for addresses (RFC 5139).

Latitude and longitude are degrees in WGS 84 (EPSG:4326), lengths are metres, angles are degrees clockwise from north.
Altitudes are metres above the ellipsoid (EPSG:4979); None, or no list, where the claim has two dimensions. A shape may
be nonsense: what was claimed is kept as it was claimed; ``is_null`` says whether it can be a place at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gateway.incident.globe import (
    EARTH_RADIUS_M,
    METRES_PER_DEGREE,
    centroid,
    distance_m,
    is_within,
    offset,
    plane,
)

__all__ = ["EARTH_RADIUS_M", "METRES_PER_DEGREE", "distance_m", "offset"]

NULL_ISLAND_DEGREES = 0.001
"""A fix this near to 0,0 is a receiver that has none, not a caller at sea off Ghana."""

LARGEST_RADIUS_M = 20_000_000.0
"""Half the way around the globe: a wider circle says nothing."""

Corners = tuple[tuple[float, float], ...]
"""A ring of (lat, lon); the last one joins the first and is not repeated."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position whose accuracy nobody stated (RFC 7459 §4.1: its uncertainty is unknown, which is not zero)."""

    lat: float
    lon: float
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A position and the radius it is known to."""

    lat: float
    lon: float
    radius_m: float
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A position with half axes; ``orientation`` is the major one's direction."""

    lat: float
    lon: float
    major_m: float
    minor_m: float
    orientation: float
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class ArcBand:
    """What lies between two distances from a mast, from the bearing ``start`` on, ``opening`` degrees clockwise."""

    lat: float
    lon: float
    inner_m: float
    outer_m: float
    start: float
    opening: float
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """An area on the ground, or at the altitudes of its corners."""

    corners: Corners
    altitudes_m: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sphere:
    """A position in space and the radius it is known to."""

    lat: float
    lon: float
    altitude_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A position in space with half axes; ``orientation`` is the major one's direction."""

    lat: float
    lon: float
    altitude_m: float
    major_m: float
    minor_m: float
    vertical_m: float
    orientation: float


@dataclass(frozen=True, slots=True)
class Prism:
    """The space above a base: floors of a building."""

    corners: Corners
    altitudes_m: tuple[float, ...]
    height_m: float


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area by its official code: NN province, NN.NN city or regency, NN.NN.NN kecamatan,
    NN.NN.NN.NNNN kelurahan. It has a name and no position: none was measured."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Civic:
    """An address of which the gazetteer knows no area: it has words for a person to read, and no position."""

    words: str


Shape = Point | Circle | Ellipse | ArcBand | Polygon | Sphere | Ellipsoid | Prism | Area | Civic

LENGTHS = ("radius_m", "major_m", "minor_m", "vertical_m", "inner_m", "outer_m", "height_m")
ANGLES = ("orientation", "start", "opening")


def centre(shape: Shape) -> tuple[float, float] | None:
    """The centroid of a shape (RFC 7459 §5.1); None for an area or an address, which have no position."""
    match shape:
        case Area() | Civic():
            return None
        case Polygon(corners) | Prism(corners):
            return centroid(corners)
        case ArcBand():
            return offset(shape.lat, shape.lon, shape.start + shape.opening / 2, _arc_band_middle_m(shape))
        case _:
            return shape.lat, shape.lon


def radius_m(shape: Shape) -> float | None:
    """Radius of a circle around the centre that holds the whole shape, seen from above (RFC 7459 §5.2 and §5.3).

    None where it is unknown; a radius of nothing is none that anybody measured.
    """
    match shape:
        case Circle(radius_m=radius) | Sphere(radius_m=radius):
            return radius or None
        case Ellipse() | Ellipsoid():
            return max(shape.major_m, shape.minor_m) or None
        case ArcBand():
            middle, half = _arc_band_middle_m(shape), math.radians(min(shape.opening, 360) / 2)
            return max(
                math.sqrt(max(0.0, reach**2 + middle**2 - 2 * reach * middle * math.cos(half)))
                for reach in (shape.inner_m, shape.outer_m)
            )
        case Polygon(corners) | Prism(corners):
            middle_at = centroid(corners)
            return max(distance_m(*middle_at, *corner) for corner in corners)
        case _:
            return None


def altitude_m(shape: Shape) -> float | None:
    """The altitude of a shape's centroid, metres above the ellipsoid; None where it has two dimensions."""
    match shape:
        case Area() | Civic():
            return None
        case Polygon(_, altitudes):
            return sum(altitudes) / len(altitudes) if altitudes else None
        case Prism(_, altitudes, height):
            return sum(altitudes) / len(altitudes) + height / 2 if altitudes else None
        case _:
            return shape.altitude_m


def holds(shape: Shape, lat: float, lon: float) -> bool:
    """Whether a position lies within a shape seen from above; never for a point, an area and an address."""
    match shape:
        case Point() | Area() | Civic():
            return False
        case Polygon(corners) | Prism(corners):
            return is_within(lat, lon, corners)
    east, north = plane(shape.lat, shape.lon, lat, lon)
    away, bearing = math.hypot(east, north), math.degrees(math.atan2(east, north))
    match shape:
        case Circle(radius_m=radius) | Sphere(radius_m=radius):
            return away <= radius
        case ArcBand():
            return shape.inner_m <= away <= shape.outer_m and (bearing - shape.start) % 360 <= shape.opening
        case Ellipse() | Ellipsoid():
            turned = math.radians(bearing - shape.orientation)
            return (
                math.hypot(away * math.cos(turned) * shape.minor_m, away * math.sin(turned) * shape.major_m)
                <= shape.major_m * shape.minor_m
            )


def is_null(shape: Shape) -> bool:
    """Whether the shape is no place: outside the globe, at 0,0, not a number, or of no possible extent."""
    match shape:
        case Area(code, _):
            return not is_code(code)
        case Civic(words):
            return not words.strip()
        case Polygon(corners) | Prism(corners):
            return len(set(corners)) < 3 or any(_is_null_position(*corner) for corner in corners)
        case ArcBand() if not (shape.inner_m <= shape.outer_m and shape.outer_m > 0 and 0 < shape.opening <= 360):
            return True
    lengths, angles = ([getattr(shape, name, 0.0) for name in names] for names in (LENGTHS, ANGLES))
    has_extent = all(0 <= length <= LARGEST_RADIUS_M for length in lengths) and all(map(math.isfinite, angles))
    return not has_extent or _is_null_position(shape.lat, shape.lon)


def _is_null_position(lat: float, lon: float) -> bool:
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return True
    return abs(lat) < NULL_ISLAND_DEGREES and abs(lon) < NULL_ISLAND_DEGREES


def _arc_band_middle_m(band: ArcBand) -> float:
    """How far an arc band's centroid is from its mast (RFC 7459 §5.1.1.1)."""
    half, inner, outer = math.radians(min(band.opening, 360) / 2), band.inner_m, band.outer_m
    if 3 * half * (outer + inner) <= 0:
        return 0.0
    return 2 * math.sin(half) * (outer**2 + outer * inner + inner**2) / (3 * half * (outer + inner))


def is_code(code: str) -> bool:
    """Whether the text has the form of an official area code."""
    parts = code.split(".")
    return code.isascii() and [len(part) for part in parts] == [2, 2, 2, 4][: len(parts)] and "".join(parts).isdigit()
