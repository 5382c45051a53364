"""What a wall board shows of the queues: counts, waits and desks. Pure: what was seen is handed in.

A board hangs where visitors see it, and has one form for all agencies: no nature, priority, place or number is on it,
for nobody. Callers stand in the order of their waiting, since the queue's own order would tell who goes first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum

from gateway.queues.figures import Figures
from gateway.queues.periods import ANSWER_BOUNDS, Tally
from gateway.queues.state import QueueState, Readiness
from gateway.rules.rulebook import Agency
from gateway.store.waiting import Wait

OLD_SECONDS = 5.0
"""What was seen longer ago is shown as old: the queues are looked at each second."""

SHOWN_CONTACTS = 200


class DeskIs(StrEnum):
    """What a desk does now."""

    FREE = "free"
    RINGING = "ringing"
    TALKING = "talking"
    PAUSED = "paused"
    LOST = "lost"  # on duty, and its telephone cannot be reached
    OFF = "off"


_READY = {Readiness.AVAILABLE: DeskIs.FREE, Readiness.RINGING: DeskIs.RINGING, Readiness.BUSY: DeskIs.TALKING}


@dataclass(frozen=True, slots=True)
class OnDuty:
    """That somebody is on duty at a desk.

    Attributes:
        state: ``on`` or ``pause``.
        since: seconds since the epoch; 0: not known.
    """

    state: str
    reason: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at one moment.

    Attributes:
        at: when the queues were seen so; 0: never.
        figures: None: not known now.
        waits: incidents whose messages wait; None: the store is away.
        held: how many incidents' messages desks have, by queue.
        duties: by desk.
        missed: incidents whose callers hung up in a queue before anybody answered, and whom no desk has taken on yet.
    """

    at: float = 0.0
    queues: Sequence[QueueState] = ()
    figures: Figures | None = None
    waits: Sequence[Wait] | None = None
    held: Mapping[str, int] = field(default_factory=dict)
    duties: Mapping[str, OnDuty] = field(default_factory=dict)
    missed: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class DeskLine:
    """
    Attributes:
        since: since when it is so; 0: not known.
    """

    id: str
    state: DeskIs
    reason: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class ContactLine:
    """Somebody who waits or talks.

    Attributes:
        incident: empty where the call came to a queue without us.
        medium: ``call`` or ``message``.
        desk: who talks with the caller; empty: it waits.
        drill: it is none of a person in need.
    """

    incident: str
    queue: str
    medium: str
    since: float
    desk: str = ""
    drill: bool = False


def queue_lines(
    seen: Seen, agencies: Mapping[str, Agency], language: str, now: float, zone: tzinfo = UTC
) -> list[dict[str, object]]:
    """A line of the board for each of these agencies, in their order, in JSON's terms."""
    states = {state.name: state for state in seen.queues}
    return [_line(states.get(name), seen, agency, language, now, zone) for name, agency in agencies.items()]


def _line(
    state: QueueState | None, seen: Seen, agency: Agency, language: str, now: float, zone: tzinfo
) -> dict[str, object]:
    waiting = state.callers if state else []
    desks = desk_lines(state, agency, seen.duties)
    periods = seen.figures.periods if seen.figures else None
    return {
        "queue": agency.id,
        "short": agency.short,
        "name": agency.name_id if language == "id" else agency.name_en,
        "seen": state is not None,
        "waiting": len(waiting),
        "since": min((call.since for call in waiting), default=None),
        "desks": [asdict(desk) for desk in desks],
        "hour": _shares(periods.last_hour(agency.id, now)) if periods else None,
        "today": _shares(periods.of_today(agency.id, now, zone)) if periods else None,
        "messages": _messages(seen, agency.id),
        "missed": _missed(seen, agency.id),
    }


def _shares(tally: Tally) -> dict[str, object]:
    bounds = [str(int(bound)) for bound in ANSWER_BOUNDS]
    within = dict(zip(bounds, tally.within, strict=True))
    return {"answered": tally.answered, "within": within, "abandoned": tally.hung_up}


def _messages(seen: Seen, queue: str) -> dict[str, object] | None:
    if seen.waits is None:
        return None
    own = [wait for wait in seen.waits if wait.queue == queue]
    return {
        "waiting": len({wait.incident for wait in own}),
        "since": min((wait.since for wait in own), default=None),
        "held": seen.held.get(queue, 0),
    }


def _missed(seen: Seen, queue: str) -> int | None:
    """How many callers are to be reached by the queue's desks; None: the store is away."""
    if seen.missed is None:
        return None
    drills = seen.figures.drills.incidents if seen.figures else {}
    return sum(incident not in drills for incident in seen.missed.get(queue, ()))


def desk_lines(state: QueueState | None, agency: Agency, duties: Mapping[str, OnDuty]) -> list[DeskLine]:
    """The agency's desks in the order of the rules."""
    readiness = {desk.id: desk.readiness for desk in state.desks} if state else {}
    talking = {call.desk: call.since for call in state.talking} if state else {}
    return [_desk(desk.id, readiness.get(desk.id), talking, duties.get(desk.id)) for desk in agency.desks]


def _desk(desk: str, readiness: Readiness | None, talking: Mapping[str, float], duty: OnDuty | None) -> DeskLine:
    if desk in talking:
        return DeskLine(desk, DeskIs.TALKING, since=talking[desk])
    if duty and duty.state == "pause":
        return DeskLine(desk, DeskIs.PAUSED, duty.reason, duty.since)
    if readiness in _READY:
        return DeskLine(desk, _READY[readiness], since=duty.since if duty and readiness is Readiness.AVAILABLE else 0.0)
    return DeskLine(desk, DeskIs.LOST if duty else DeskIs.OFF, since=duty.since if duty else 0.0)


def contact_lines(seen: Seen, queues: Collection[str]) -> list[ContactLine]:
    """Who waits in these queues, or talks at their desks: who waits longest first, then who talks longest."""
    drills = seen.figures.drills.incidents if seen.figures else {}
    states = [state for state in seen.queues if state.name in queues]
    found = [
        ContactLine(call.incident, state.name, "call", call.since, drill=call.incident in drills)
        for state in states
        for call in state.callers
    ]
    found += [
        ContactLine(call.incident, state.name, "call", call.since, call.desk, call.incident in drills)
        for state in states
        for call in state.talking
    ]
    # One line for each case and queue, be its task and its words apart or not.
    own = {(wait.incident, wait.queue): wait for wait in sorted(seen.waits or (), key=lambda wait: -wait.since)}
    found += [
        ContactLine(wait.incident, wait.queue, "message", wait.since, drill=wait.incident in drills)
        for wait in own.values()
        if wait.queue in queues
    ]
    return sorted(found, key=lambda line: (bool(line.desk), line.since))[:SHOWN_CONTACTS]


def is_old(seen: Seen, now: float) -> bool:
    """Whether the queues may be otherwise by now."""
    return now - seen.at > OLD_SECONDS
