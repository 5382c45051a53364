"""A case as the search knows it: in the words that it is found by, and with what tells who may find it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.desk.rights import CONCERNING
from gateway.desk.shown import Told
from gateway.desk.term import Term
from gateway.desk.words import NATURES
from gateway.hand_off import evidence_of
from gateway.incident.location import Location, Names, fuse
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from sms.spelling import fold

LONGEST = 4000
"""Characters of a case's words that are kept."""

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Findable:
    """
    Attributes:
        incident: without what is known of its place.
        entries: those by which it concerns agencies and desks.
        words: folded, each after a blank: nature, place, texts.
    """

    incident: Incident
    entries: tuple[Entry, ...]
    words: str

    def fits(self, term: Term) -> bool:
        number = (self.incident.number or "").lstrip("+")
        return bool(term.wanted) and all(each.fits(self.incident.id, number, self.words) for each in term.wanted)


def findable(known: Told, names: Names | None, now: float) -> Findable:
    """
    Args:
        names: the gazetteer.
    """
    incident = known.incident
    told = [*NATURES.get(incident.nature, ()), *_places(known, names, now), *_texts(known.entries)]
    slim = replace(incident, evidence=[], references=[], proposals=[])
    concerning = tuple(entry for entry in known.entries if entry.kind in CONCERNING)
    return Findable(slim, concerning, _folded(told))


def _places(known: Told, names: Names | None, now: float) -> Iterator[str]:
    location = fuse(evidence_of(known.incident), now, names=names)
    for found in (location, location.last):
        if found:
            yield from _areas(found)
    for claim in known.incident.evidence:
        yield str(claim.get("label") or "")
    for entry in known.entries:
        place = entry.data.get("place") if entry.kind is Kind.FILED else None
        if isinstance(place, Mapping):
            yield from (str(value) for value in place.values() if isinstance(value, str))


def _areas(location: Location) -> Iterator[str]:
    place = location.place
    for area in (place.kelurahan, place.kecamatan, place.city) if place else ():
        if area:
            yield area.name
    yield location.label
    yield from (value for _, value in location.civic)


def _texts(entries: Sequence[Entry]) -> Iterator[str]:
    """What was written, by either side, and what a desk noted at the end."""
    for entry in entries:
        if entry.kind in (Kind.MESSAGE, Kind.REPLY):
            yield str(entry.data.get("text") or "")
        elif entry.kind in (Kind.CLOSED, Kind.DONE):
            yield str(entry.data.get("note") or "")


def _folded(told: Sequence[str]) -> str:
    words = dict.fromkeys(word for text in told for word in _WORD.findall(fold(text[:LONGEST])))
    return "".join(f" {word}" for word in words)[:LONGEST]
