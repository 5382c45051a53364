"""A case as a page gets it, in JSON's terms: what the desk may see, what it may do, and what happened. Pure.

What is in it besides the case (map, timeline, earlier contacts, keys, care) has one form for all cases of an agency
that may not know of violence: nothing in it tells by being there, or missing, which case is one of violence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.desk.care import Care, care_of
from gateway.desk.case import Case, case
from gateway.desk.chart import chart
from gateway.desk.earlier import Earlier, medium_of
from gateway.desk.happened import happenings
from gateway.desk.missed import Missed
from gateway.desk.near import Near
from gateway.desk.on_the_line import JOINED, RINGING, keys_of, on_the_line
from gateway.desk.rights import (
    has_answered,
    has_it,
    is_here,
    may_accept,
    may_call_back,
    may_care,
    may_close_call,
    may_correct,
    may_inform,
    may_open,
    may_place,
    may_see_all,
    may_write,
)
from gateway.incident.location import Names
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Kind
from gateway.numbers import is_mobile
from gateway.queues.drills import is_drill
from gateway.rules.rulebook import Agency
from gateway.store.lines import Line
from gateway.store.waiting import Wait

AGES = ("place", "age_s")
"""What changes by time alone is no news."""


@dataclass(frozen=True, slots=True)
class Told:
    """An incident's timeline, and what it adds up to."""

    incident: Incident
    lines: tuple[Line, ...]

    @property
    def entries(self) -> list[Any]:
        return [line.entry for line in self.lines]

    @property
    def ids(self) -> list[tuple[str, Any]]:
        return [(line.id, line.entry) for line in self.lines]


def told(identifier: str, lines: Sequence[Line]) -> Told:
    return Told(add_up(identifier, [line.entry for line in lines]), tuple(lines))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a case is shown with.

    Attributes:
        names: the gazetteer.
        near: who helps, who comes and what stands near a place; None: nobody is told.
    """

    names: Names | None = None
    near: Near | None = None


def for_agency(
    known: Told, agency: Agency, around: Surroundings, now: float, language: str, earlier: Sequence[Earlier] = ()
) -> dict[str, Any]:
    """What every desk of an agency sees of it.

    Args:
        earlier: the number's other cases; for who may know of them.
    """
    incident, entries = known.incident, known.entries
    seen = case(incident.id, entries, agency, around.names, now, language, around.near)
    open_to = agency.sees_violence
    evidence = [(line.id, line.entry.data) for line in known.lines if line.entry.kind is Kind.EVIDENCE]
    return {
        **asdict(seen),
        "medium": medium_of(entries),
        "test": is_drill(entries),
        "timeline": [asdict(each) for each in happenings(known.ids, agency, language)],
        "map": chart(
            incident,
            evidence,
            around.names,
            now,
            around.near,
            nature=seen.nature,
            language=language,
            discreet=not open_to,
        ),
        "earlier": [asdict(each) for each in earlier] if open_to else [],
        "keys": [asdict(each) for each in keys_of(entries)] if open_to else [],
        "care": _care(known, seen) if open_to else None,
    }


def for_desk(
    known: Told,
    agency: Agency,
    desk: str,
    waits: Sequence[Wait],
    missed: Missed | None = None,
    *,
    has_trunk: bool = True,
) -> dict[str, Any]:
    """What besides concerns one desk alone.

    Args:
        missed: its caller, whom nobody answered, is for a desk of the agency to reach.
        has_trunk: the rules have one by which callers are rung.
    """
    wait = next(iter(sorted(waits, key=lambda wait: _distance(wait, agency, desk))), None)
    may = rights(known, agency, desk, waits, missed)
    return {
        "rights": {**may, "call_back": may["call_back"] and has_trunk},
        "no_trunk": may["call_back"] and not has_trunk,
        "call": call_shown(known, agency, desk),
        "wait": _wait(wait, agency, desk, shown=may_see_all(agency, known.incident, known.entries)) if wait else None,
    }


def call_shown(known: Told, agency: Agency, desk: str) -> dict[str, Any] | None:
    """The call of it that a desk has or had; None: it had none. Of who else is in it, or was asked, who may not know of
    violence learns that somebody is."""
    line = on_the_line(desk, known.entries)
    if line is None:
        return None
    together = any(peer.state == JOINED for peer in line.peers)
    return {**asdict(line), "together": together, **({} if agency.sees_violence else {"peers": []})}


def is_for(known: Told, agency: Agency, desk: str, waits: Sequence[Wait]) -> bool:
    """Whether the case concerns this desk at all; also while its call rings there."""
    if may_open(agency, desk, known.incident, waits) or has_answered(desk, known.entries):
        return True
    line = on_the_line(desk, known.entries)
    return line is not None and line.state == RINGING


def rights(
    known: Told, agency: Agency, desk: str, waits: Sequence[Wait], missed: Missed | None = None
) -> dict[str, bool]:
    """Each act by its name, and whether this desk may do it now."""
    incident, entries = known.incident, known.entries
    is_open = not incident.closed
    own = any(wait.desk == desk for wait in waits)
    has_a_way = bool(incident.messages) or is_mobile(incident.number or "")
    taker = missed.taken_by(agency) if missed else ""
    writes = is_open and has_a_way and may_write(agency, desk, incident, waits, entries)
    return {
        "accept": bool(missed and not taker) or any(may_accept(agency, wait) for wait in waits),
        "release": own or taker == desk,
        "close": own or may_close_call(desk, incident, waits, entries),
        "write": writes,
        "unmute": writes and bool(incident.muted),
        "place": is_open and may_place(agency, desk, incident, waits, entries),
        "link": writes and is_mobile(incident.number or ""),
        "nature": may_correct(agency, desk, incident, waits, entries),
        "consent": may_care(agency, desk, incident, waits, entries),
        "timer": may_care(agency, desk, incident, waits, entries),
        "inform": may_inform(desk, incident, waits, entries),
        "call_back": may_call_back(agency, desk, incident, waits, entries),
        "transfer": is_open and has_it(desk, waits, entries),
    }


def without_ages(value: Any) -> Any:
    """For comparing: without what changes by time alone."""
    if isinstance(value, dict):
        return {name: without_ages(item) for name, item in value.items() if name not in AGES}
    if isinstance(value, list | tuple):
        return [without_ages(item) for item in value]
    return value


def _care(known: Told, seen: Case) -> dict[str, Any] | None:
    found: Care | None = care_of(known.incident, known.entries, takeover="takeover" in seen.warnings)
    return asdict(found) if found else None


def _distance(wait: Wait, agency: Agency, desk: str) -> tuple[bool, bool, bool]:
    """Of an incident's waits the least concerns the desk most."""
    return wait.desk != desk, wait.queue != agency.id, not may_accept(agency, wait)


def _wait(wait: Wait, agency: Agency, desk: str, *, shown: bool) -> dict[str, Any]:
    """How it waits, or who has it; of what another agency has nothing but that, where that would tell."""
    own = wait.desk == desk
    here = agency.id if is_here(agency, wait) else ""
    return {
        "queue": wait.queue if shown else here,
        "desk": wait.desk if shown or own else "",
        "part": wait.part if shown else "",
        "since": wait.since,
        "raised": wait.raised,
        "own": own,
    }
