"""Civic addresses (RFC 5139): A1 province, A2 city or regency, A3 kecamatan, A4 kelurahan, as we write and read them.

No registered profile says which level of Indonesia's administration each element holds, so names are read from
whichever of A1 to A6 they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    levels = [_plain(address[name]) for name in LEVELS if address.get(name)]
    named: set[str] = set()
    for name in levels:
        codes = _codes_by_name().get(name, frozenset())
        # A name that recurs is the one within what coarser levels named: Jatinegara is a kelurahan of Cakung. Of a
        # kecamatan and its kelurahan of the same name, the kecamatan is meant first.
        within = _coarsest(code for code in codes if any(code.startswith(f"{coarse}.") for coarse in named))
        named = within or named or _coarsest(codes)
    if len(named) != 1:
        raise EvidenceRefused("civicAddress", "its areas are unknown to the gazetteer, or more than one")
    code = named.pop()
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


def _coarsest(codes: Iterable[str]) -> set[str]:
    found = set(codes)
    return {code for code in found if len(code) == min(map(len, found))}


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
