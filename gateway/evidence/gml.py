"""Shapes as XML: GML 3.1.1 and its PIDF-LO profile (RFC 5491 §5), read with what others make of it, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from gateway.evidence.gml_measures import ANGLES, measure
from gateway.evidence.positions import Position, System, positions, system_of
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
    is_null,
)
from gateway.xml_document import name_of

GML = "http://www.opengis.net/gml"
SHAPES = "http://www.opengis.net/pidflo/1.0"
WGS84_2D = "urn:ogc:def:crs:EPSG::4326"
WGS84_3D = "urn:ogc:def:crs:EPSG::4979"
METRE = "urn:ogc:def:uom:EPSG::9001"
DEGREE = "urn:ogc:def:uom:EPSG::9102"

PARTS: Mapping[str, tuple[str, ...]] = {
    "Point": (),
    "Polygon": (),
    "Circle": ("radius",),
    "Ellipse": ("semiMajorAxis", "semiMinorAxis", "orientation"),
    "ArcBand": ("innerRadius", "outerRadius", "startAngle", "openingAngle"),
    "Sphere": ("radius",),
    "Ellipsoid": ("semiMajorAxis", "semiMinorAxis", "verticalAxis", "orientation"),
    "Prism": ("height",),
}
"""The shapes, and the lengths and angles that each has besides its positions, in our classes' order."""

WRAPPERS = {
    "location", "position", "pointProperty", "pointMember", "pointMembers", "MultiPoint", "centerOf",
    "polygonProperty", "polygonMember", "MultiPolygon", "surfaceMember", "surfaceProperty", "MultiSurface",
    "geometryMember", "geometryMembers", "MultiGeometry", "geometryProperty", "extentOf",
}  # fmt: skip
"""Elements of GML, and the HELD and LoST ``location``, that hold shapes and say nothing themselves."""

SWAPPED = "lintang dan bujur tertukar / latitude and longitude were swapped"
"""Told to the desk with a position that made sense only the other way round."""


NO_HEIGHT = "ketinggian tidak terbaca / the height cannot be read"
"""Told to the desk with a position that is as good without its height."""


def is_shape(element: Element) -> bool:
    """Whether an element is a shape, or wraps some."""
    return name_of(element) in PARTS or (name_of(element) in WRAPPERS and any(is_shape(part) for part in element))


def shapes_in(element: Element, outer: System | None = None) -> Iterator[tuple[Element, System]]:
    """Each shape's element with the coordinate system it stands in: the element itself, or what it wraps.

    Raises:
        EvidenceRefused: a wrapper states a coordinate system that is not WGS 84.
    """
    system = outer or System()
    if name_of(element) in PARTS:
        yield element, system
    elif name_of(element) in WRAPPERS:
        for part in element:
            yield from shapes_in(part, system_of(element, system))


@dataclass(frozen=True, slots=True)
class Read:
    """What an element gave.

    Attributes:
        note: what a desk is told of how it was read; empty if there is nothing to tell.
        flaw: why only the position of the shape is left; None if nothing was lost.
    """

    shape: Shape
    note: str = ""
    flaw: EvidenceRefused | None = None


def shape_of_element(element: Element, outer: System | None = None) -> Shape:
    """The shape that an element is, or the first one that it wraps.

    Raises:
        EvidenceRefused: the shape is unknown, lacks a position, is no place, or has another coordinate system.
    """
    return read(element, outer).shape


def read(element: Element, outer: System | None = None) -> Read:
    """The shape that an element is, or the first one that it wraps; raises as ``shape_of_element``.

    A length or angle that cannot be understood costs the extent and not the position: then the accuracy is unknown.
    """
    if name_of(element) in WRAPPERS:
        inner = next(shapes_in(element, outer), None)
        if inner is None:
            raise EvidenceRefused(name_of(element), "its shape is unknown")
        element, outer = inner
    name = name_of(element)
    if name not in PARTS:
        raise EvidenceRefused(name[:40] or "shape", "the shape is unknown")
    found = positions(element, outer or System(), name)
    notes = [SWAPPED] * any(each.swapped for each in found) + [NO_HEIGHT] * any(each.has_bad_altitude for each in found)
    note = ", ".join(notes)
    try:
        return Read(_shape(name, found, [measure(element, part, name) for part in PARTS[name]]), note)
    except EvidenceRefused as flaw:
        try:
            return Read(_shape("Polygon" if name == "Prism" else "Point", found, []), note, flaw)
        except EvidenceRefused:
            raise flaw from None


def element_of(shape: Shape) -> Element:
    """A shape as its element, every digit kept; ``shape_of_element`` gives it back unchanged.

    Raises:
        ValueError: an area or an address has no shape.
    """
    match shape:
        case Polygon(corners, altitudes):
            return _polygon(corners, altitudes)
        case Prism(corners, altitudes, height):
            element = Element(f"{{{SHAPES}}}Prism", {"srsName": WGS84_3D if altitudes else WGS84_2D})
            SubElement(element, f"{{{SHAPES}}}base").append(_polygon(corners, altitudes))
            _measure(element, "height", height)
            return element
        case Area() | Civic():
            raise ValueError("an address has no shape")
    name = type(shape).__name__
    space = GML if name == "Point" else SHAPES
    element = Element(f"{{{space}}}{name}", {"srsName": WGS84_2D if shape.altitude_m is None else WGS84_3D})
    place = (shape.lat, shape.lon) if shape.altitude_m is None else (shape.lat, shape.lon, shape.altitude_m)
    SubElement(element, f"{{{GML}}}pos").text = _numbers(place)
    for part, value in zip(PARTS[name], _measures(shape), strict=True):
        _measure(element, part, value)
    return element


def _shape(name: str, found: list[Position], values: list[float]) -> Shape:
    if not found:
        raise EvidenceRefused(f"{name} pos", "it has no position")
    if name in ("Polygon", "Prism"):
        shape = _ring(name, found, *values)
    elif len(found) > 1:
        raise EvidenceRefused(f"{name} pos", f"it has {len(found)} positions instead of one")
    else:
        shape = _around(name, found[0], values)
    if is_null(shape):
        raise EvidenceRefused(name, "it is no place: a NULL fix, outside the globe, or without extent")
    return shape


def _around(name: str, at: Position, values: list[float]) -> Shape:
    where = at.lat, at.lon
    if at.altitude_m is None and name in ("Sphere", "Ellipsoid"):
        # Nobody said how high it is: what is left is what it covers on the ground.
        return Circle(*where, *values) if name == "Sphere" else Ellipse(*where, values[0], values[1], values[3])
    match name:
        case "Sphere":
            return Sphere(*where, at.altitude_m or 0.0, *values)
        case "Ellipsoid":
            return Ellipsoid(*where, at.altitude_m or 0.0, *values)
        case "Circle":
            return Circle(*where, values[0], at.altitude_m)
        case "Ellipse":
            return Ellipse(*where, values[0], values[1], values[2], at.altitude_m)
        case "ArcBand":
            # More than once around is all around.
            return ArcBand(*where, values[0], values[1], values[2], min(values[3], 360.0), at.altitude_m)
        case _:
            return Point(*where, at.altitude_m)


def _ring(name: str, found: list[Position], height: float = 0.0) -> Shape:
    """The ring without its closing corner, however often that was repeated, or whether it was forgotten."""
    while len(found) > 1 and (found[0].lat, found[0].lon) == (found[-1].lat, found[-1].lon):
        found = found[:-1]
    corners = tuple((each.lat, each.lon) for each in found)
    if len(set(corners)) < 3:
        raise EvidenceRefused(name, "it is no place: its ring has fewer than three corners")
    altitudes = tuple(each.altitude_m for each in found if each.altitude_m is not None)
    altitudes = altitudes if len(altitudes) == len(corners) else ()
    return Prism(corners, altitudes, height) if name == "Prism" else Polygon(corners, altitudes)


def _measures(shape: Circle | Ellipse | ArcBand | Sphere | Ellipsoid | Point) -> tuple[float, ...]:
    match shape:
        case Circle() | Sphere():
            return (shape.radius_m,)
        case Ellipse():
            return shape.major_m, shape.minor_m, shape.orientation
        case ArcBand():
            return shape.inner_m, shape.outer_m, shape.start, shape.opening
        case Ellipsoid():
            return shape.major_m, shape.minor_m, shape.vertical_m, shape.orientation
        case _:
            return ()


def _polygon(corners: Iterable[tuple[float, float]], altitudes: tuple[float, ...]) -> Element:
    element = Element(f"{{{GML}}}Polygon", {"srsName": WGS84_3D if altitudes else WGS84_2D})
    ring = SubElement(SubElement(element, f"{{{GML}}}exterior"), f"{{{GML}}}LinearRing")
    places = [(*corner, *altitudes[at : at + 1]) for at, corner in enumerate(corners)]
    for place in (*places, places[0]):
        SubElement(ring, f"{{{GML}}}pos").text = _numbers(place)
    return element


def _measure(element: Element, part: str, value: float) -> None:
    unit = DEGREE if part in ANGLES else METRE
    SubElement(element, f"{{{SHAPES}}}{part}", {"uom": unit}).text = _numbers((value,))


def _numbers(values: Iterable[float]) -> str:
    return " ".join(repr(value) for value in values)
