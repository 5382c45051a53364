"""What is left of a document that was cut off, as far as it cannot be another place than was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from gateway.evidence import gml
from gateway.xml_document import name_of

POSITIONS = ("pos", "posList", "coordinates", "coord")
RINGS = ("Polygon", "Prism")


def whole(element: Element, unended: Sequence[Element]) -> Iterator[Element]:
    """The parts of an element that are whole, and shapes of which enough is left.

    Args:
        unended: the elements that had not ended where the document did.
    """
    for part in element:
        if not _is_among(part, unended):
            yield part
        elif name_of(part) in gml.PARTS:
            yield from _left_of(part, unended)


def _left_of(shape: Element, unended: Sequence[Element]) -> Iterator[Element]:
    """A shape of those of its parts that had ended. A circle without its radius is its centre; half a ring is another
    place.
    """
    left = _without(shape, unended)
    needed = ("LinearRing",) if name_of(shape) in RINGS else POSITIONS
    if any(name_of(part) in needed for part in left.iter()):
        yield left


def _without(element: Element, unended: Sequence[Element]) -> Element:
    left = Element(element.tag, dict(element.attrib))
    for part in element:
        if not _is_among(part, unended):
            left.append(part)
        elif len(part) and name_of(part) != "LinearRing":
            left.append(_without(part, unended))
    return left


def _is_among(part: Element, unended: Sequence[Element]) -> bool:
    return any(part is each for each in unended)
