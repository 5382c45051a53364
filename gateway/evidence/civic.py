"""Civic addresses (RFC 5139, 6848), read and written: A1 province, A2 city or regency, A3 kecamatan, A4 kelurahan.

No registered profile says which level of Indonesia's administration each element holds, so names are read from
whichever of A1 to A6 they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from xml.etree.ElementTree import Element, SubElement

from gateway.gazetteer import PROVINCE_NAME, gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.place import Place
from gateway.incident.shape import Area, Civic
from gateway.xml_document import name_of

Elements = tuple[tuple[str, str], ...]
"""Name and text of each element in its order; one of a foreign namespace as ``{namespace}name``."""

CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
EXTENSION = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr:ext"
OWN = frozenset(
    {CIVIC, EXTENSION, "urn:ietf:params:xml:ns:pidf:geopriv10:civicLoc", "urn:ietf:params:xml:ns:pidf"},
)
"""RFC 5139's namespace, that of what was registered later (RFC 6848), RFC 4119's old one, and that of who forgot it."""

FOREIGN = re.compile(r"(?!urn:undeclared:)[^\s{}]{1,200}")

LATER = frozenset({"PN", "MP", "STP", "HNP"})
LANGUAGE = "xml:lang"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

HERE = frozenset({"", "ID", "IDN", "INDONESIA"})
CITY = len("31.71")
PROVINCES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "jakarta", "dki", "dkj", "id-jk", "jk", "jakarta raya", "daerah khusus jakarta",
            "daerah khusus ibukota jakarta", "daerah khusus ibu kota jakarta", "jakarta special capital region",
            "special capital region of jakarta", "special region of jakarta",
        ),
        "31",
    ),
    **dict.fromkeys(("jawa barat", "west java", "id-jb", "jb"), "32"),
    **dict.fromkeys(("banten", "id-bt", "bt"), "36"),
}  # fmt: skip
"""Our province and those beside it as others write them, with their official codes."""

CITIES: Mapping[str, str] = {
    "central jakarta": "31.71", "north jakarta": "31.72", "west jakarta": "31.73", "south jakarta": "31.74",
    "east jakarta": "31.75", "thousand islands": "31.01",
}  # fmt: skip
"""Our cities in English."""

JAKARTA = re.compile(r"(?i)\b(jakarta|jkt|dki|dkj)")
"""A name with one of these in it is ours, however else it is written."""
LEVELS = ("A1", "A2", "A3", "A4", "A5", "A6")
SHOWN = (
    "NAM", "LMK", "LOC", "BLD", "UNIT", "FLR", "ROOM", "SEAT", "PLC", "PRM", "PRD", "STP", "A6", "RD", "STS", "POD",
    "POM", "RDSEC", "RDBR", "RDSUBBR", "HNP", "HNO", "HNS", "MP", "PN", "ADDCODE", "POBOX", "PC",
)  # fmt: skip
"""What of an address a desk is told as it stands, in this order. A6 was the street in RFC 4119."""

NUMBERED = {"FLR": "lantai", "ROOM": "ruang", "UNIT": "unit"}
BARE = re.compile(r"-?\d{1,4}[A-Za-z]?", re.ASCII)

LONGEST_LABEL = 200
MOST_ELEMENTS = 200
"""Of an address; those registered are fewer than fifty."""

PREFIXES = (
    "provinsi ", "kota administrasi ", "kota adm. ", "kabupaten administrasi ", "kabupaten adm. ", "kelurahan ",
    "kecamatan ", "kota ", "kel. ", "kec. ",
)  # fmt: skip


def elements_of(address: Element) -> Elements:
    """The elements of a civicAddress as they came; those without a text say nothing."""
    language = address.get(XML_LANGUAGE, "").strip()
    found = [(LANGUAGE, language)] if language else []
    for part in islice(address, MOST_ELEMENTS):
        text = " ".join(" ".join(part.itertext()).split())
        namespace = str(part.tag).rpartition("}")[0].lstrip("{")
        if text:
            is_foreign = FOREIGN.fullmatch(namespace) and namespace not in OWN
            found.append((str(part.tag) if is_foreign else name_of(part), text))
    return tuple(found) if any(name != LANGUAGE for name, _ in found) else ()


def element_of(elements: Elements) -> Element:
    """The civicAddress with these elements; ``elements_of`` gives them back unchanged."""
    address = Element(f"{{{CIVIC}}}civicAddress")
    for name, text in elements:
        if name == LANGUAGE:
            address.set(XML_LANGUAGE, text)
            continue
        space = EXTENSION if name in LATER else CIVIC
        SubElement(address, name if name.startswith("{") else f"{{{space}}}{name}").text = text
    return address


def shape_of(elements: Elements) -> Area | Civic:
    """The finest area that an address names, else the address in words.

    Raises:
        EvidenceRefused: it says nothing.
    """
    address = texts_of(elements)
    try:
        return area_of(address)
    except EvidenceRefused:
        words = words_of(address)
        if not words:
            raise
        return Civic(words)


def texts_of(elements: Iterable[tuple[str, str]]) -> dict[str, str]:
    """An address by the elements' local names; what comes twice is one after the other."""
    address: dict[str, str] = {}
    for name, text in elements:
        plain = name.rpartition("}")[2]
        if name != LANGUAGE:
            address[plain] = f"{address[plain]} {text}" if plain in address else text
    return address


def words_of(address: Mapping[str, str]) -> str:
    """An address as people write it: from what stands in the street to the country."""
    coarse = [address[level] for level in reversed(LEVELS) if address.get(level) and level not in SHOWN]
    country = [address["country"]] if address.get("country") else []
    others = [text for name, text in address.items() if name not in (*SHOWN, *LEVELS, "country")]
    return ", ".join([label_of(address), *others, *coarse, *country]).strip(", ")


def area_of(address: Mapping[str, str]) -> Area:
    """The finest area that an address names.

    Raises:
        EvidenceRefused: it names none that the gazetteer knows, or several.
    """
    if not address:
        raise EvidenceRefused("location-info", "it has neither a shape nor a civic address that is understood")
    if address.get("country", "").upper() not in HERE:
        raise EvidenceRefused("civicAddress", "it is in another country")
    code = _finest([address[level] for level in LEVELS if address.get(level)])
    if code not in gazetteer().names:
        raise EvidenceRefused("civicAddress", "its areas are unknown to the gazetteer, or more than one")
    return Area(code, gazetteer().names[code])


def _finest(levels: Iterable[str]) -> str:
    """The code of the finest area that names, from the coarsest on, lead to; empty, or a province's, where they lead
    elsewhere: every province has a Menteng or a Gambir.
    """
    code = ""
    for text in levels:
        digits = _told_level(text)
        known = [found for found in _codes_by_name().get(_plain(text), ()) if not code or _within(found, code)]
        # Of a kecamatan and its kelurahan of the same name the kecamatan is meant first. A name that still may be two
        # places (Jatinegara is a kecamatan, and a kelurahan of another one) says nothing finer.
        codes = [found for found in known if digits in (0, len(found))]
        outer = [found for found in codes if not any(found != other and _within(found, other) for other in codes)]
        if not known and len(code) < CITY and not JAKARTA.search(text):
            return code
        code = outer[0] if len(outer) == 1 else code
    return code


def _within(code: str, outer: str) -> bool:
    return f"{code}.".startswith(f"{outer}.")


def label_of(address: Mapping[str, str]) -> str:
    """What an address says below its areas: building, floor, street, number."""
    return ", ".join(_named(name, address[name]) for name in SHOWN if address.get(name))[:LONGEST_LABEL]


def address_of(place: Place) -> dict[str, str]:
    """The elements for a place's names, as fine as they are certain."""
    if place.certain is None:
        return {}
    named = {
        element: area.name
        for element, area in (("A2", place.city), ("A3", place.kecamatan), ("A4", place.kelurahan))
        if area and len(area.code) <= len(place.certain.code)
    }
    return {"country": "ID", **({"A1": PROVINCE_NAME} if place.is_inside else {}), **named}


def _named(name: str, text: str) -> str:
    """A floor's bare number needs the word for it."""
    return f"{NUMBERED[name]} {text}" if name in NUMBERED and BARE.fullmatch(text) else text


def _told_level(name: str) -> int:
    """Length of the codes of what a name is said to be; 0 where it does not say."""
    kind = name.strip().lower().partition(" ")[0]
    return {"kelurahan": 13, "kel.": 13, "kecamatan": 8, "kec.": 8}.get(kind, 0)


def _plain(name: str) -> str:
    plain = " ".join(name.lower().split())
    for prefix in PREFIXES:
        plain = plain.removeprefix(prefix)
    return plain.removesuffix(" city")


@cache
def _codes_by_name() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    others = ((code, name) for name, code in (*PROVINCES.items(), *CITIES.items()))
    for code, name in (*gazetteer().names.items(), *others):
        found.setdefault(_plain(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
