"""Shapes in JSON's terms, as timelines keep them; what an older version wrote, without altitudes, is read as well."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields

from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import (
    ArcBand,
    Area,
    Circle,
    Civic,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Shape,
    Sphere,
)

KINDS: Mapping[str, type[Shape]] = {
    "point": Point,
    "circle": Circle,
    "ellipse": Ellipse,
    "arc_band": ArcBand,
    "polygon": Polygon,
    "sphere": Sphere,
    "ellipsoid": Ellipsoid,
    "prism": Prism,
    "area": Area,
    "civic": Civic,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def as_dict(shape: Shape) -> dict[str, object]:
    """The shape in JSON's terms; ``from_dict`` gives it back unchanged. What is not stated is left out."""
    data: dict[str, object] = {"kind": NAMES[type(shape)]}
    for field in fields(shape):
        value = getattr(shape, field.name)
        if field.name == "corners":
            data["corners"] = [list(corner) for corner in value]
        elif value not in (None, ()):
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def from_dict(data: object) -> Shape:
    """The shape that ``as_dict`` wrote.

    Raises:
        EvidenceRefused: the data is anything else.
    """
    if not isinstance(data, Mapping) or str(data.get("kind")) not in KINDS:
        raise EvidenceRefused("shape", f"its kind must be one of {', '.join(KINDS)}")
    values = {str(name): value for name, value in data.items() if name != "kind"}
    kind = KINDS[str(data["kind"])]
    allowed = {field.name: field.default is MISSING for field in fields(kind)}
    needed = {name for name, is_needed in allowed.items() if is_needed and (kind, name) != (Prism, "altitudes_m")}
    if not needed <= set(values) <= set(allowed):
        raise EvidenceRefused("shape", f"a {data['kind']} has exactly {', '.join(allowed)}")
    read = {name: _value(name, value) for name, value in values.items()}
    if kind is Prism:
        read.setdefault("altitudes_m", ())
    make: Callable[..., Shape] = kind
    shape = make(**read)
    if isinstance(shape, Polygon | Prism) and len(shape.altitudes_m) not in (0, len(shape.corners)):
        raise EvidenceRefused("shape altitudes_m", "there must be one for each corner, or none")
    return shape


def number(value: object, where: str) -> float:
    """A finite number.

    Raises:
        EvidenceRefused: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EvidenceRefused(where, "it must be a finite number")
    return value


def _value(name: str, value: object) -> object:
    match name:
        case "code" | "name" | "words":
            if not isinstance(value, str):
                raise EvidenceRefused(f"shape {name}", "it must be a text")
            return value
        case "corners":
            return _corners(value)
        case "altitudes_m":
            if not isinstance(value, list | tuple):
                raise EvidenceRefused("shape altitudes_m", "they must be a list of numbers")
            return tuple(number(altitude, "shape altitudes_m") for altitude in value)
        case "altitude_m" if value is None:
            return None
        case _:
            return number(value, f"shape {name}")


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
