"""What a place asks for and only a person may do: another agency, or the 112 of the city next door.

Nothing of it happens by itself, and no caller is told to redial: whoever is on the line stays there until somebody else
has him.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, replace

from gateway.incident.location import Location
from gateway.incident.report import Report
from gateway.incident.routing import lies_in
from gateway.rules.rulebook import Neighbour, Rulebook

REROUTE, NEIGHBOUR = "reroute", "neighbour"

CERTAIN_PERCENT = 80
"""The least confidence of a place that decides or proposes anything."""

OUTWEIGHED = frozenset({"trunk_area"})
"""Who contradicts a certain place in vain: callers come by another city's trunk; that is what the proposal is for."""

OUTWEIGHED_BY_A_FIX = OUTWEIGHED | {"network_cell", "registered_number", "desk"}
"""Who besides does where a proposal is made of a fix or a desk's word; what a desk said is its older word then."""

FIXES = frozenset({"aml", "browser", "pidf_lo"})
FIX_M = 100.0
"""What a telephone's own fix is good to; a cell that it tells as its place is wider."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "id": {
        REROUTE: "USUL: pindahkan ke {to}, sesuai lokasi",
        NEIGHBOUR: "USUL: serahkan ke 112 {name}{way}; jangan minta penelepon menelepon ulang",
        "no_neighbour": "DI LUAR WILAYAH, kota tetangga tidak diketahui; jangan minta penelepon menelepon ulang",
        "trunk": " ({number} lewat trunk {trunk})",
        "say": " ({say})",
        "unknown": " (nomornya belum diisi di aturan)",
    },
    "en": {
        REROUTE: "PROPOSAL: move it to {to}, for where it is",
        NEIGHBOUR: "PROPOSAL: hand over to the 112 of {name}{way}; do not ask the caller to redial",
        "no_neighbour": "OUTSIDE THE AREA SERVED, no neighbour is known; do not ask the caller to redial",
        "trunk": " ({number} over trunk {trunk})",
        "say": " ({say})",
        "unknown": " (the rules do not have its number)",
    },
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    Attributes:
        what: REROUTE or NEIGHBOUR.
        to: the queue, or the official code of the neighbouring city; empty: none is known there.
        rule: the rule that names the queue.
        why: in a sentence, without a place.
        name: of the neighbouring city.
        trunk, number, say: how its 112 is reached, as in the rules.
        area: official code of the certain area for which another queue is proposed.
    """

    what: str
    to: str
    why: str
    rule: str = ""
    name: str = ""
    trunk: str = ""
    number: str = ""
    say: str = ""
    area: str = ""

    def as_dict(self) -> dict[str, object]:
        """The data of a PROPOSED entry."""
        return asdict(self)


def certain_area(location: Location) -> str:
    """Official code of the finest area that certainly holds the place, to decide by; empty where none does."""
    return _area(location) if _is_certain(location, OUTWEIGHED) else ""


def proposable_area(location: Location) -> str:
    """The same to propose something by: a person looks at the doubts before anything comes of it."""
    return _area(location) if _is_proposable(location) else ""


def to_neighbour(location: Location, book: Rulebook) -> Proposal | None:
    """To hand over to the city in which the place certainly lies; None inside the area served, or where it may be."""
    place = location.place
    if place is None or not place.is_certainly_outside or not _is_proposable(location):
        return None
    city = place.neighbour or place.city
    why = "the place is certainly outside the area served"
    if city is None:
        return Proposal(NEIGHBOUR, "", why)
    finest = place.certain if place.certain and lies_in(place.certain.code, city.code) else city
    known = [each for each in book.neighbours.values() if lies_in(finest.code, each.code)]
    found = max(known, key=lambda each: len(each.code), default=Neighbour(city.code, city.name))
    return Proposal(
        NEIGHBOUR, found.code, why, name=found.name, trunk=found.trunk or "", number=found.number or "", say=found.say
    )


def to_queue(report: Report, before: str, area: str, queue: str, book: Rulebook) -> Proposal | None:
    """To move a case to the agency whose it is by its place; None where the place changes nothing.

    Args:
        report: as it was handed off.
        before, area: the certain area at the hand-off, and what may be proposed by now.
        queue: who has it.
    """
    then, now = (book.rules.choose(replace(report, area=where)) for where in (before, area))
    if now.route.queue in (then.route.queue, queue):
        return None
    return Proposal(REROUTE, now.route.queue, "the place is in the area of that rule", rule=now.name, area=area)


def _area(location: Location) -> str:
    return location.place.certain.code if location.place and location.place.certain else ""


def _is_certain(location: Location, outweighed: Set[str]) -> bool:
    sure = location.confidence is not None and location.confidence >= CERTAIN_PERCENT
    return sure and all(doubt.source in outweighed for doubt in location.doubts)


def _is_proposable(location: Location) -> bool:
    is_fix = location.source in FIXES and location.radius_m is not None and location.radius_m <= FIX_M
    is_outweighing = is_fix or location.source == "desk"
    return _is_certain(location, OUTWEIGHED_BY_A_FIX if is_outweighing else OUTWEIGHED)


def still_holds(proposal: Mapping[str, object], location: Location) -> bool:
    """Whether a PROPOSED entry's data are true of the place as it is known by now; a doubtful place takes none back."""
    if proposal.get("what") == NEIGHBOUR:
        return not (location.place and location.place.is_inside)
    here, there = proposable_area(location), str(proposal.get("area", ""))
    return not here or not there or lies_in(here, there) or lies_in(there, here)


def in_words(proposal: Mapping[str, object], language: str) -> str:
    """A PROPOSED entry's data as a desk reads it."""
    phrases = PHRASES.get(language, PHRASES["id"])
    values = {name: str(proposal.get(name, "")) for name in ("what", "to", "name", "trunk", "number", "say")}
    if values["what"] == NEIGHBOUR and not values["name"]:
        return phrases["no_neighbour"]
    way = "trunk" if values["trunk"] else "say" if values["say"] else "unknown"
    return phrases.get(values["what"], "{what}: {to}").format(way=phrases[way].format(**values), **values)
