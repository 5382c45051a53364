"""Civic addresses (RFC 5139): A1 province, A2 city or regency, A3 kecamatan, A4 kelurahan, as we write and read them.

No registered profile says which level of Indonesia's administration each element holds, so names are read from
whichever of A1 to A6 they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gateway.gazetteer import PROVINCE_NAME, gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.place import Place
from gateway.incident.shape import Area

LEVELS = ("A1", "A2", "A3", "A4", "A5", "A6")
SHOWN = ("NAM", "LMK", "LOC", "BLD", "UNIT", "FLR", "ROOM", "RD", "STS", "HNO", "HNS", "PC")
"""What of an address a desk is told as it stands, in this order."""

LONGEST_LABEL = 200
PREFIXES = ("kota administrasi ", "kabupaten administrasi ", "kelurahan ", "kecamatan ", "kota ", "kel. ", "kec. ")


def area_of(address: Mapping[str, str]) -> Area:
    """The finest area that an address names.

    Raises:
        EvidenceRefused: it names none that the gazetteer knows, or several.
    """
    if not address:
        raise EvidenceRefused("location-info", "it has neither a shape nor a civic address that is understood")
    code = ""
    for name in (_plain(address[level]) for level in LEVELS if address.get(level)):
        codes = [found for found in _codes_by_name().get(name, ()) if not code or found.startswith(f"{code}.")]
        # Of a kecamatan and its kelurahan of the same name the kecamatan is meant first. A name that still may be two
        # places (Jatinegara is a kecamatan, and a kelurahan of another one) says nothing finer.
        outer = [found for found in codes if not any(found.startswith(f"{other}.") for other in codes)]
        code = outer[0] if len(outer) == 1 else code
    if not code:
        raise EvidenceRefused("civicAddress", "its areas are unknown to the gazetteer, or more than one")
    return Area(code, gazetteer().names[code])


def label_of(address: Mapping[str, str]) -> str:
    """What an address says below its areas: building, floor, street, number."""
    return ", ".join(address[name] for name in SHOWN if address.get(name))[:LONGEST_LABEL]


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


def _plain(name: str) -> str:
    plain = " ".join(name.lower().split())
    for prefix in PREFIXES:
        plain = plain.removeprefix(prefix)
    return plain


@cache
def _codes_by_name() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, name in gazetteer().names.items():
        found.setdefault(_plain(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
