"""Positions in GML: ``pos``, ``posList``, and the older ``coordinates`` and ``coord`` (GML 3.1.1 §9 and its annex).

Each may name its coordinate system and its number of dimensions, or leave that to what it stands in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from gateway.incident.errors import EvidenceRefused
from gateway.xml_document import name_of, text_of

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SEXAGESIMAL = re.compile(r"(\d{1,3}(?:\.\d+)?)(?::(\d{1,2}(?:\.\d+)?))?(?::(\d{1,2}(?:\.\d+)?))?([NSEW])", re.ASCII)
"""``6:14:51S`` and ``6.2475S``: RFC 4119 §2.2.1 shows the first."""

MOST_POSITIONS = 5000
LONGEST_NAME = 200
"""Letters of a coordinate system's name."""

EPSG = re.compile(r"(?i)(?:^|epsg.*[:/#])(4326|4979)$")
CRS84 = re.compile(r"(?i)(?:^|[:/#])(?:crs:?)?84(h?)$")
KML = re.compile(r"(?i)\{https?://(www\.opengis\.net|earth\.google\.com)/kml")
"""A namespace in which longitude comes first, always (OGC 12-007r2, clause 6)."""

WGS84_BY_NAME = re.compile(r"(?i)(?:^|[:/#])wgs[-_ ]?84$")


@dataclass(frozen=True, slots=True)
class Position:
    """A position as claimed.

    Attributes:
        altitude_m: metres above the ellipsoid; None in two dimensions.
        swapped: its longitude stood where its latitude belongs; nothing else could be meant.
        has_bad_altitude: a height was told that is no number.
    """

    lat: float
    lon: float
    altitude_m: float | None = None
    swapped: bool = False
    has_bad_altitude: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system over WGS 84.

    Attributes:
        dimensions: numbers in each position; 0 where nobody said.
        is_lon_first: CRS84 and KML have the longitude first.
    """

    dimensions: int = 0
    is_lon_first: bool = False


def system_of(element: Element, outer: System) -> System:
    """The coordinate system an element states, else that of what it stands in.

    Raises:
        EvidenceRefused: it is another than EPSG 4326 and 4979 in any spelling, or CRS84.
    """
    name = "".join(element.get("srsName", "").split())
    system = System(outer.dimensions, is_lon_first=True) if KML.match(str(element.tag)) else outer
    if name:
        system = _named(name, name_of(element))
    stated = element.get("srsDimension") or element.get("dimension") or ""
    return System(int(stated), system.is_lon_first) if stated in ("2", "3") else system


def positions(element: Element, outer: System, where: str) -> list[Position]:
    """Every position in an element, in order; those of a polygon's holes are none of its own.

    Raises:
        EvidenceRefused: one of them is no position.
    """
    found: list[Position] = []
    for each in _each(element, outer, where):
        found.append(each)
        if len(found) > MOST_POSITIONS:
            raise EvidenceRefused(where, f"it has more than {MOST_POSITIONS} positions")
    return found


def number(text: str, where: str) -> float:
    """A number as XML writes it.

    Raises:
        EvidenceRefused: it is none.
    """
    if not _is_number(text):
        comma = ": its decimal mark must be a point, not a comma" if re.fullmatch(r"[+-]?\d+,\d+", text) else ""
        raise EvidenceRefused(where, f"it is no number{comma}")
    return float(text)


def from_texts(texts: list[str], system: System, where: str) -> list[Position]:
    """Positions of one text each."""
    return [_one(_words(text, where), system, where) for text in texts]


def from_list(text: str, system: System, where: str) -> list[Position]:
    """The positions of a ``posList``, of as many numbers each as fit best."""
    words = _words(text, where)
    step = _step(words, system.dimensions)
    if not words or step == 0:
        raise EvidenceRefused(where, "its numbers are neither pairs nor triples")
    return [_one(words[start : start + step], system, where) for start in range(0, len(words), step)]


def _each(element: Element, outer: System, where: str) -> Iterator[Position]:
    system = system_of(element, outer)
    for part in element:
        name = name_of(part)
        inner = system_of(part, system)
        match name:
            case "pos":
                yield from from_texts([text_of(part)], inner, f"{where} pos")
            case "posList":
                yield from from_list(text_of(part), inner, f"{where} posList")
            case "coordinates":
                yield from _coordinates(part, inner, f"{where} coordinates")
            case "coord":
                axes = {name_of(axis): text_of(axis) for axis in part}
                yield _one([axes[axis] for axis in "XYZ" if axis in axes], inner, f"{where} coord")
            case "interior" | "innerBoundaryIs":
                pass
            case _:
                yield from _each(part, system, where)


def _coordinates(element: Element, system: System, where: str) -> list[Position]:
    """GML 2's form: ``x,y[,z]`` separated by blanks, or with the marks that its attributes name."""
    text = text_of(element)
    decimal, comma, blank = (element.get(name) or mark for name, mark in (("decimal", "."), ("cs", ","), ("ts", " ")))
    if comma != " " and comma not in text:
        # One position in the manner of pos: RFC 4119's own example.
        return from_texts([text], system, where)
    tuples = [text] if comma == blank else re.sub(rf"\s*{re.escape(comma)}\s*", comma, text).split(blank)
    words = [[word.strip().replace(decimal, ".") for word in one.split(comma)] for one in tuples if one.strip()]
    return [_one(each, system, where) for each in words]


def _named(name: str, where: str) -> System:
    name = name[:LONGEST_NAME]
    if found := EPSG.search(name):
        return System(3 if found[1] == "4979" else 0)
    if found := CRS84.search(name):
        return System(3 if found[1] else 0, is_lon_first=True)
    if WGS84_BY_NAME.search(name):
        return System()
    raise EvidenceRefused(where, "its coordinate system is not WGS 84 (EPSG 4326 or 4979)")


def _words(text: str, where: str) -> list[str]:
    """The numbers' texts. A comma may stand between two numbers, never within one."""
    words: list[str] = []
    for word in re.split(r" ?, | ,| ", " ".join(text.split())):
        parts = word.split(",")
        if len(parts) > 1 and not all("." in part for part in parts):
            raise EvidenceRefused(where, f"{word[:20]} has a comma: a decimal mark must be a point")
        words += parts
    return [word for word in words if word]


def _step(words: list[str], stated: int) -> int:
    """Numbers in each position: those that close the ring, else as stated, else two; 0 if none fits."""
    steps = [step for step in dict.fromkeys((stated or 2, 2, 3)) if len(words) % step == 0]
    return next((step for step in steps if words[:step] == words[-step:]), steps[0] if steps else 0)


def _one(words: list[str], system: System, where: str) -> Position:
    if len(words) not in (2, 3):
        raise EvidenceRefused(where, "it needs latitude and longitude, and may have a height")
    if len(words) == 3 and not _is_number(words[2]):
        return replace(_one(words[:2], system, where), has_bad_altitude=True)
    altitude = number(words[2], where) if len(words) == 3 else None
    marked = [SEXAGESIMAL.fullmatch(word) for word in words[:2]]
    if marked[0] and marked[1]:
        named = {"NS" if found[4] in "NS" else "EW": _degrees(found) for found in marked if found}
        if len(named) == 2:
            return Position(named["NS"], named["EW"], altitude)
    first, second = number(words[0], where), number(words[1], where)
    lat, lon = (second, first) if system.is_lon_first else (first, second)
    if 90 < abs(lat) <= 180 and abs(lon) <= 90:
        return Position(lon, lat, altitude, swapped=True)
    return Position(lat, lon, altitude)


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _degrees(found: re.Match[str]) -> float:
    # Exactly, so that 6:14:51 is 6.2475 to the last digit.
    degrees = float(sum(Fraction(part) / 60**power for power, part in enumerate(found.group(1, 2, 3)) if part))
    return -degrees if found[4] in ("S", "W") else degrees
