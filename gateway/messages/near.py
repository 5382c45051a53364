"""Telephones near by that match no contact, offered to contacts that may be theirs: no more than a "maybe".

A caller whose number is withheld, or whose telephone has no card, may be the one whose location came beside the call.
Nobody knows; so it is told to whoever has such a contact, as what it is, and it never is the contact's location.

A telephone sends its own some 20 s into the call. So each second around then has places of its own, which nobody who
comes before can take; and one telephone takes few, however often it tells where it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gateway.incident.evidence import LEAST_CONFIDENCE, Evidence
from gateway.incident.location import Names
from gateway.incident.report import Medium
from gateway.incident.timeline import Entry, Kind
from gateway.messages.joining import AFTER_S, BEFORE_S, belongs
from gateway.numbers import EMERGENCY_CODES
from gateway.rules.rulebook import Rulebook
from gateway.store import Store

SOURCE = "aml_unmatched"
MOST_CONFIDENCE = 25.0
"""Percent, below what any location may be made of: that it is this caller's telephone is a guess."""

MOST_OFFERED = 5
"""Contacts to which one location is offered: those whose telephone's own would come about now."""

USUAL_S = 15.0, 35.0
"""Seconds into a call in which its telephone's own location comes (TS 103 625: sent after 20 to 25 s)."""

MOST_A_SECOND, MOST_ELSE = 2, 5
"""Locations that one contact is told of in each usual second, and in all the time before them, or after them."""

MOST_OF_ONE = 2
"""Locations of one telephone that one contact is told of."""

MOST_LOOKED_AT = 300
MOST_ENTRIES = 200

if MOST_CONFIDENCE >= LEAST_CONFIDENCE:
    raise AssertionError("an unmatched telephone must never win")


@dataclass(slots=True)
class Nameless:
    """An open call without a number.

    Attributes:
        opened: how it began.
        slots: of what time the locations are that it was told of.
        holders: whose they are.
    """

    opened: Entry
    slots: list[float]
    holders: list[str]

    def has_place(self, at: float, holder: str) -> bool:
        """Whether it may be told of one more location, which came then."""
        slot = _slot(at - self.opened.at)
        most = MOST_A_SECOND if math.isfinite(slot) else MOST_ELSE
        return self.slots.count(slot) < most and (not holder or self.holders.count(holder) < MOST_OF_ONE)

    def tell(self, at: float, holder: str) -> None:
        self.slots.append(_slot(at - self.opened.at))
        self.holders.append(holder)


class Near:
    """Offers locations that match nobody.

    Args:
        names: says whether a position can lie in the area of a trunk.
        rulebook: the rules in force; which area a trunk serves is in them. None: no trunk's area is known.
    """

    def __init__(self, store: Store, names: Names, rulebook: Callable[[], Rulebook] | None = None):
        self._store = store
        self._names = names
        self._rulebook = rulebook

    def nameless(self, times: Sequence[float]) -> list[Nameless]:
        """The open calls without a number that such locations may belong to.

        Args:
            times: when the locations came.

        Raises:
            StoreAway
        """
        if not times:
            return []
        names = self._store.joins.opened_between(min(times) - AFTER_S, max(times) + BEFORE_S, MOST_LOOKED_AT)
        told = dict(zip(names, self._store.timelines(names, MOST_ENTRIES), strict=True)) if names else {}
        closed = self._store.joins.closed(names)
        return [call for name in names if name not in closed and (call := _without_number(told[name]))]

    def offers(
        self, claim: Evidence, emergency_number: str, at: float, calls: Sequence[Nameless], holder: Callable[[str], str]
    ) -> list[tuple[str, Evidence]]:
        """The claim as it is told at each incident that it may belong to, with the incident's name.

        Nothing of it tells the telephone's number or IMEI, for it may be a stranger's.

        Args:
            holder: the opaque name that the telephone has in an incident; empty if nobody knows which one it is.
        """
        fitting = [call for call in calls if belongs(call.opened.at, at) and self._may_be(call.opened, claim)]
        fitting = [call for call in fitting if _may_have_called(call.opened, emergency_number)]
        fitting.sort(key=lambda call: abs(at - call.opened.at - sum(USUAL_S) / 2))
        confidence = min(MOST_CONFIDENCE, claim.counted_confidence / max(1, len(fitting)))
        offered = replace(claim, source=SOURCE, confidence=round(confidence, 1), label="", original=b"")
        found = []
        for call in fitting[:MOST_OFFERED]:
            incident = call.opened.incident
            whose = holder(incident)
            if call.has_place(at, whose):
                call.tell(at, whose)
                found.append((incident, replace(offered, holder=whose)))
        return found

    def _may_be(self, opened: Entry, claim: Evidence) -> bool:
        """Whether the call's trunk serves an area in which the position can lie."""
        trunk = self._rulebook().trunks.get(str(opened.data.get("trunk"))) if self._rulebook else None
        return trunk is None or not trunk.area or self._names.could_lie_in(claim.shape, trunk.area)


def _slot(age: float) -> float:
    """The usual second of a location that came so long after its call began; else before or after all of them."""
    if USUAL_S[0] <= age < USUAL_S[1]:
        return math.floor(age)
    return -math.inf if age < USUAL_S[0] else math.inf


def _without_number(told: Sequence[Entry]) -> Nameless | None:
    """The call whose timeline this is, if it has no number; None if it is another contact."""
    openings = [entry for entry in told if entry.kind is Kind.OPENED]
    if not openings or any(entry.data.get("number") for entry in openings):
        return None
    if openings[-1].data.get("medium") != Medium.CALL:
        return None
    call = Nameless(openings[-1], [], [])
    for entry in told:
        if entry.kind is Kind.EVIDENCE and entry.data.get("source") == SOURCE:
            call.tell(entry.at, str(entry.data.get("holder", "")))
    return call


def _may_have_called(opened: Entry, emergency_number: str) -> bool:
    """Whether the number that the telephone called may be the one of this call; a network may have turned it."""
    dialled = str(opened.data.get("dialled", ""))
    both_known = {dialled, emergency_number} <= EMERGENCY_CODES
    return not both_known or dialled == emergency_number
