"""Lengths and angles of shapes, with the units that are stated, wrongly stated or left out."""

from __future__ import annotations

import math
import re
from xml.etree.ElementTree import Element

from gateway.evidence.positions import number
from gateway.incident.errors import EvidenceRefused
from gateway.xml_document import name_of, text_of

ANGLES = frozenset({"orientation", "startAngle", "openingAngle"})

METRES = {
    re.compile(r"(?i)(|m|met(er|re)s?|#m|.*[:/#]9001)"): 1.0,
    re.compile(r"(?i)(km|kilomet(er|re)s?|.*[:/#]9036)"): 1000.0,
    re.compile(r"(?i)(ft|foot|feet|.*[:/#]9002)"): 0.3048,
    re.compile(r"(?i).*[:/#]9003"): 1200 / 3937,
}
"""Units of length, and the metres in each: EPSG 9001 metre, 9036 kilometre, 9002 foot, 9003 US survey foot."""

RADIANS = re.compile(r"(?i)(rad|radians?|#rad|.*[:/#]9101)")


def measure(element: Element, part: str, where: str) -> float:
    """The length in metres, or the angle in degrees, of a shape's part.

    Raises:
        EvidenceRefused: there is none, it is no number, or its unit is unknown.
    """
    found = next((each for each in element.iter() if name_of(each) == part), None)
    value = number(text_of(found), f"{where} {part}")
    unit = "".join((found.get("uom", "") if found is not None else "").split())
    if part in ANGLES:
        # RFC 5491 §5.2 allows degrees and radians alone: whatever else stands there, it is no radians.
        return math.degrees(value) if RADIANS.fullmatch(unit) else value
    metres = next((metres for spelling, metres in METRES.items() if spelling.fullmatch(unit)), None)
    if metres is None:
        raise EvidenceRefused(f"{where} {part}", "its unit is not the metre (EPSG 9001), nor foot or kilometre")
    return value * metres if metres != 1.0 else value
