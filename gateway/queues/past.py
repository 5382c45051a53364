"""How far a call had come, as its own timeline tells it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import InvitedDesk


@dataclass(slots=True)
class Past:
    """
    Attributes:
        queue: in which it waited last; empty: in none.
        visits: how often it has entered each queue.
        desks: who has the caller, who came first is first.
        answered_at: since when the first of them.
        was_answered: a desk had it at any time.
        invited: the invitations that nothing has come of yet, by name.
    """

    incident: str = ""
    queue: str = ""
    visits: Counter[str] = field(default_factory=Counter)
    desks: list[str] = field(default_factory=list)
    answered_at: float = 0.0
    was_answered: bool = False
    invited: dict[str, InvitedDesk] = field(default_factory=dict)


def past_of(told: Iterable[Entry]) -> Past:
    """
    Args:
        told: one call's entries, oldest first.
    """
    past = Past()
    for entry in told:
        past.incident = entry.incident
        _goes_on(past, entry, str(entry.data.get("queue", "")), str(entry.data.get("desk", "")))
    return past


def _goes_on(past: Past, entry: Entry, queue: str, desk: str) -> None:
    match entry.kind:
        case Kind.QUEUED:
            past.queue, past.desks = queue, []
            past.visits[queue] += 1
        case Kind.ANSWERED:
            past.desks, past.answered_at, past.was_answered = [desk], entry.at, True
        case Kind.JOINED:
            past.desks.append(desk)
            past.invited.pop(_invitation(entry), None)
        case Kind.DEPARTED:
            past.desks = [each for each in past.desks if each != desk]
        case Kind.RETURNED:
            past.desks = []
        case Kind.INVITED:
            past.invited[_invitation(entry)] = InvitedDesk(entry.incident, queue, desk, entry.channel_id)
        case Kind.DECLINED:
            past.invited.pop(_invitation(entry), None)
        case _:
            pass


def _invitation(entry: Entry) -> str:
    """Its name, by which the entries about it are keyed (gateway/queues/together.py)."""
    return entry.key.removeprefix("sip:").removesuffix(f":{entry.kind.value}")
