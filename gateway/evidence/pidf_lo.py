"""PIDF-LO documents read: RFC 4119, its shapes in RFC 5491, confidence in RFC 7459, civic addresses in RFC 5139.

Each location-info becomes one claim or one refusal that names its place in the document. Shapes that the ledger has no
word for become the circle that holds them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gateway.evidence.civic import area_of, label_of
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle, Point, Polygon, Shape, is_null

SOURCE = "pidf_lo"
LARGEST = 64 * 1024
DEFAULT_CONFIDENCE = 95.0

METRES = frozenset({"", "urn:ogc:def:uom:EPSG::9001", "urn:ogc:def:uom:EPSG:9001"})
WGS84 = frozenset({"4326", "4979", "CRS84"})
METHOD = re.compile(r"[A-Za-z0-9_.\-]{1,40}")


def parse(document: bytes, received_at: float) -> list[Evidence | EvidenceRefused]:
    """What a PIDF-LO document claims: one claim or refusal for each location in it; never raises."""
    try:
        root = _root(document)
    except EvidenceRefused as refused:
        return [EvidenceRefused(refused.where, refused.why, SOURCE, document[:LARGEST])]
    found: list[Evidence | EvidenceRefused] = []
    for where, holder, geopriv in _locations(root):
        try:
            found.append(_claim(holder, geopriv, received_at, document))
        except EvidenceRefused as refused:
            found.append(EvidenceRefused(f"PIDF-LO {where} {refused.where}", refused.why, SOURCE, document))
    return found or [EvidenceRefused("PIDF-LO", "it has no geopriv element", SOURCE, document)]


def _root(document: bytes) -> Element:
    if len(document) > LARGEST:
        raise EvidenceRefused("PIDF-LO", f"it is larger than {LARGEST} bytes")
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except DefusedXmlException:
        raise EvidenceRefused("PIDF-LO", "it declares a document type or entities, which are not read") from None
    except ParseError as fault:
        raise EvidenceRefused("PIDF-LO", f"it is no XML: {fault}") from None
    except (ValueError, LookupError):
        raise EvidenceRefused("PIDF-LO", "its encoding is unknown or wrong") from None
    return root


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _find(parent: Element, name: str) -> Element | None:
    return next((element for element in parent.iter() if _name(element) == name), None)


def _locations(root: Element) -> Iterator[tuple[str, Element, Element]]:
    """Where, what holds it (tuple, device, person), and each geopriv element."""
    for position, holder in enumerate(root, 1):
        for geopriv in holder.iter():
            if _name(geopriv) == "geopriv":
                yield f"{_name(holder)}[{position}]", holder, geopriv


def _claim(holder: Element, geopriv: Element, received_at: float, document: bytes) -> Evidence:
    info = _find(geopriv, "location-info")
    if info is None:
        raise EvidenceRefused("location-info", "there is none")
    civic = {_name(part): _text(part) for part in _children(info, "civicAddress")}
    geodetic = next((element for element in info if _name(element) in SHAPES or _name(element) == "location"), None)
    shape = _shape(geodetic) if geodetic is not None else area_of(civic)
    method = _find(geopriv, "method")
    return Evidence(
        SOURCE,
        shape,
        received_at=received_at,
        observed_at=_timestamp(holder),
        confidence=confidence(_text(_find(info, "confidence"))),
        method=method_token(_text(method)),
        label=label_of(civic),
        original=document,
    )


def _children(parent: Element, name: str) -> list[Element]:
    element = _find(parent, name)
    return list(element) if element is not None else []


def _text(element: Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""


def _timestamp(holder: Element) -> float | None:
    """RFC 3339; None where there is none or it cannot be understood: a bad date does not spoil a good position."""
    try:
        when = datetime.fromisoformat(_text(next(e for e in holder if _name(e) == "timestamp")))
        return when.timestamp() if when.tzinfo else None
    except (StopIteration, ValueError, OverflowError):
        return None


def method_token(text: str) -> str:
    return text if METHOD.fullmatch(text) else ""


def confidence(text: str) -> float:
    """Percent; RFC 7459 §5.3 takes 95 where it is not stated or unknown."""
    try:
        value = float(text)
    except ValueError:
        return DEFAULT_CONFIDENCE
    return value if 0 < value <= 100 else DEFAULT_CONFIDENCE


def _shape(element: Element) -> Shape:
    if _name(element) == "location":  # gml:location, an old wrapper
        inner = next((child for child in element if _name(child) in SHAPES), None)
        if inner is None:
            raise EvidenceRefused("location", "its shape is unknown")
        return _shape(inner)
    reference = element.get("srsName", "")
    if reference and not any(reference.endswith(code) for code in WGS84):
        raise EvidenceRefused(_name(element), "its coordinate system is not WGS 84 (EPSG 4326 or 4979)")
    values: dict[str, list[str]] = {}
    for part in element.iter():
        unit = part.get("uom", "")
        if _name(part) in LENGTHS and unit not in METRES:
            raise EvidenceRefused(f"{_name(element)} {_name(part)}", "its unit is not the metre (EPSG 9001)")
        values.setdefault(_name(part), []).append(_text(part))
    return shape_of(_name(element), values, dimensions=3 if reference.endswith("4979") else None)


def shape_of(name: str, values: Mapping[str, Sequence[str]], dimensions: int | None = None) -> Shape:
    """A shape of RFC 5491 from the texts of its elements.

    Args:
        dimensions: numbers in each position, where the coordinate system says so.

    Raises:
        EvidenceRefused: the shape is unknown, lacks a value, or is no place.
    """
    if name not in SHAPES:
        raise EvidenceRefused(name[:40] or "shape", "the shape is unknown")
    corners = _positions(values, dimensions, name)
    reach = SHAPES[name]
    shape: Shape
    if name in ("Polygon", "Prism"):
        ring = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
        shape = Polygon(tuple(ring))
    elif reach:
        shape = Circle(*corners[0], max(_number(_first(values, part), f"{name} {part}") for part in reach))
    else:
        shape = Point(*corners[0])
    if is_null(shape):
        raise EvidenceRefused(name, "it is no place: a NULL fix, outside the globe, or without extent")
    return shape


SHAPES: Mapping[str, tuple[str, ...]] = {
    "Point": (),
    "Polygon": (),
    "Prism": (),
    "Circle": ("radius",),
    "Sphere": ("radius",),
    "Ellipse": ("semiMajorAxis", "semiMinorAxis"),
    "Ellipsoid": ("semiMajorAxis", "semiMinorAxis"),
    "ArcBand": ("outerRadius",),
}
"""The shapes, and of each the lengths of which the greatest is the radius of a circle that holds it."""

LENGTHS = frozenset(part for parts in SHAPES.values() for part in parts)


def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _number(text: str, where: str) -> float:
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EvidenceRefused(where, "it is no number")
    return value


def _positions(values: Mapping[str, Sequence[str]], dimensions: int | None, name: str) -> list[tuple[float, float]]:
    """(lat, lon) of every position, heights left out."""
    found = [_numbers(text, f"{name} pos") for text in values.get("pos", ())]
    for text in values.get("posList", ()):
        numbers = _numbers(text, f"{name} posList")
        # Two numbers for each position unless three alone can be meant.
        step = dimensions or (3 if name == "Prism" or len(numbers) % 2 else 2)
        found += [numbers[start : start + step] for start in range(0, len(numbers), step)]
    if not found or any(len(numbers) not in (2, 3) for numbers in found):
        raise EvidenceRefused(f"{name} pos", "it needs latitude and longitude, and may have a height")
    return [(numbers[0], numbers[1]) for numbers in found]


def _numbers(text: str, where: str) -> list[float]:
    return [_number(word, where) for word in text.replace(",", " ").split()]
