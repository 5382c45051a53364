"""A contact in a line, for who supervises: what it is, how urgent, in which kecamatan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.desk.case import case, need_and_place
from gateway.hand_off import evidence_of
from gateway.incident.location import Names, fuse
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry
from gateway.rules.rulebook import Agency


@dataclass(frozen=True, slots=True)
class Brief:
    """
    Attributes:
        nature: what the agency may call it; of one that may not know of violence the need, of each of its cases.
        priority: 1 to 5.
        area: the kecamatan, or the city, as said; empty: not known.
    """

    nature: str
    priority: int
    area: str


def brief(incident: str, entries: Sequence[Entry], agency: Agency, names: Names | None, now: float) -> Brief:
    """
    Args:
        names: the gazetteer.
    """
    seen = case(incident, entries, agency, names, now)
    if not agency.sees_violence:
        # A case that is shown in full, beside one that is not, would tell which of the two is violence.
        seen = need_and_place(seen)
    location = fuse(evidence_of(add_up(incident, entries)), now, names=names)
    place = location.place or (location.last.place if location.last else None)
    kecamatan, city = (place.kecamatan, place.city) if place else (None, None)
    return Brief(seen.nature, seen.priority, f"Kec. {kecamatan.name}" if kecamatan else city.name if city else "")
