"""A place as who may not know of violence is told it: where it is, and no word that a person wrote of it.

"The house of the husband who beats her" is a place, too. What such an agency is told has one form for all of its cases,
so that nothing which is missing tells what a case is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.evidence.civic import LANGUAGE, LEVELS, SHOWN, Elements, label_of, texts_of, words_of
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location
from gateway.incident.shape import Civic, Shape

TABLES = frozenset({"registered_number", "keyed_code", "trunk_area", "network_cell"})
"""Sources whose words stand in a table of the operators', and are of no caller."""

FREE = frozenset({"NAM", "LMK", "LOC", "SEAT", "ADDCODE", "POBOX"})
"""Elements of an address that hold names of persons, or whatever was written into them."""

ADDRESS = frozenset({LANGUAGE, "country", *LEVELS, *SHOWN}) - FREE

NUMBERS = re.compile(r"\b(?:RT \d{1,3})?(?: ?\bRW \d{1,3})?\b")
"""Neighbourhoods, as gateway.evidence.message_place writes them."""


TELLING = re.compile(
    r"\b(?:di|ke|me[mn]?|pe[mn]?)?(?:suami|istri|isteri|bini|pacar|mantan|ayah|[pm]ukul|[tn]ampar|[sy]iksa|aniaya|cekik|bunuh|"
    r"perkosa|cabul|leceh|ancam|kerasan|kdrt|jahat|takut|wife|husband|boyfriend|beat|hit(?:s|ting)?\b|rape[sd]?\b|abus|violen)",
    re.IGNORECASE,
)
"""What no street is called by, and what a writer may have put there."""


def street(text: str) -> str:
    """A street as it was read of a text, for the people who are sent there; empty where it tells more."""
    return "" if TELLING.search(text) else text


def claim(of: Evidence) -> Evidence:
    """The claim without words, originals, or who vouches for it."""
    shape, label, civic = _told(of.source, of.shape, of.label, of.civic)
    return replace(
        of, shape=shape or of.shape, label=label, civic=civic, original=b"", provided_by="", holder="", reference=""
    )


def location(of: Location) -> Location:
    """What the claims amount to, likewise."""
    shape, label, civic = _told(of.source, of.shape, of.label, of.civic)
    last = location(of.last) if of.last else None
    word = claim(of.word) if of.word else None
    return replace(of, shape=shape, label=label, civic=civic, word=word, last=last)


def _told(source: str, shape: Shape | None, label: str, civic: Elements) -> tuple[Shape | None, str, Elements]:
    if source in TABLES:
        return shape, label, civic
    civic = tuple((name, text) for name, text in civic if name in ADDRESS)
    address = texts_of(civic)
    if isinstance(shape, Civic):
        shape = Civic(words_of(address))
    return shape, label_of(address) or _numbers(label), civic


def _numbers(label: str) -> str:
    return next((found for found in NUMBERS.findall(label) if found), "").strip()
