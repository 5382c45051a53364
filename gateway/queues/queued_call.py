"""A call that is or was in a queue, and the entries that tell of it. Pure, no I/O."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import Event

_STARTED = re.compile(r"(\d{9,})\.\d+$")


@dataclass(slots=True)
class QueuedCall:
    """A call that is or was in a queue, until it is hung up.

    Attributes:
        event: an event of its channel, for its variables.
        left: it left the queue, and what came of it is not known yet.
        answered: a desk, or whoever a trunk leads to, has it.
        desk: who that is.
        answered_at: since when.
        again: it was at a desk before, and came back.
        moved: a supervisor has it wait elsewhere from now on, which is told by whoever did it.
        called_home: the same of who was called by a free desk of its own agency, or had to go back from there.
        declined: a desk answered it and did not accept, or was no longer free; it goes on waiting where it did.
        visits: how often it has entered each queue, this time counted.
        rung, turned_down: the desks that rang for it in this queue, and those that did not take it, with how.
    """

    event: Event
    incident: str
    queue: str
    since: float
    left: bool = False
    answered: bool = False
    desk: str = ""
    answered_at: float = 0.0
    again: bool = False
    declined: bool = False
    moved: bool = False
    called_home: bool = False
    visits: Counter[str] = field(default_factory=Counter)
    rung: set[str] = field(default_factory=set)
    turned_down: set[tuple[str, str]] = field(default_factory=set)

    @property
    def channel_id(self) -> str:
        return self.event["Uniqueid"]

    @property
    def waiting(self) -> bool:
        """It is in a queue now, as far as we know."""
        return not (self.left or self.answered)


def raised_entry(call: QueuedCall, at: float) -> Entry:
    """The entry of a call that was put before all others."""
    return entry_of(call, Kind.RAISED, at, {"queue": call.queue, "waited": seconds_waited(call, at)})


def overflowed_entry(call: QueuedCall, at: float, data: Mapping[str, object]) -> Entry:
    return entry_of(
        call, Kind.OVERFLOWED, at, {"queue": call.queue, "waited": seconds_waited(call, at), **data}, call.queue
    )


def answered_entry(call: QueuedCall, by: str, at: float, data: Mapping[str, object]) -> Entry:
    """``by`` is the uniqueid of who has the caller: to be answered by another is another entry."""
    return entry_of(call, Kind.ANSWERED, at, data, by)


def seconds_waited(call: QueuedCall, at: float) -> float:
    return round(max(0.0, at - call.since), 1)


def seconds_lived(channel_id: str, at: float) -> int | None:
    """How long a channel lived: its uniqueid tells the second in which it began."""
    began = _STARTED.search(channel_id)
    return max(0, round(at - int(began[1]) - 0.5)) if began else None


def entry_of(call: QueuedCall, kind: Kind, at: float, data: Mapping[str, object], detail: str = "") -> Entry:
    key = f"sip:{call.channel_id}:{kind.value}"
    if detail:
        # A second visit to the same queue is not the first one seen twice.
        visits = call.visits[call.queue]
        key += f":{detail}:{visits}" if visits > 1 else f":{detail}"
    return Entry(call.incident, kind, at, data, key, call.channel_id)
