"""The calls of an incident: who has each caller now, or where it waits. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the same incident.

    Attributes:
        desk: who has the caller, or had it last when the call ended; of several the first; empty: nobody, or not for
            this desk to know.
        over: the caller is no longer on the line.
        waits: the agency in whose queue the caller is; empty: in none, or not for this desk to know.
    """

    at: float
    desk: str = ""
    over: bool = False
    waits: str = ""


def calls_of(entries: Iterable[Entry]) -> list[Call]:
    """In the order in which they came."""
    calls: dict[str, Call] = {}
    having: dict[str, list[str]] = {}
    for entry in entries:
        name, call = entry.channel_id, calls.get(entry.channel_id)
        if entry.kind is Kind.OPENED and entry.data.get("medium") != "message":
            calls[name], having[name] = Call(entry.at), []
        elif call:
            calls[name] = _went_on(call, entry, having[name])
    return list(calls.values())


def _went_on(call: Call, entry: Entry, having: list[str]) -> Call:
    """
    Args:
        having: the desks that have the caller, who came first is first; brought up to this entry.
    """
    desk, queue = str(entry.data.get("desk", "")), str(entry.data.get("queue", ""))
    match entry.kind:
        case Kind.ANSWERED:
            having[:] = [desk]
        case Kind.JOINED:
            having.append(desk)
        case Kind.DEPARTED:
            having[:] = [each for each in having if each != desk]
        case Kind.RETURNED | Kind.QUEUED:
            having.clear()
            return replace(call, desk="", waits=queue)
        case Kind.ENDED | Kind.ABANDONED:
            return replace(call, over=True, waits="")
        case _:
            return call
    return replace(call, desk=having[0] if having else "", waits="")


def is_lost(entries: Iterable[Entry]) -> bool:
    """Whether the last caller was with a desk when the call went without anybody seeing how, as when Asterisk dies with
    all its calls: somebody may need help still, until a desk has the caller again or another call comes.
    """
    had: set[str] = set()
    lost = False
    for entry in entries:
        if entry.kind is Kind.OPENED and entry.data.get("medium") != "message":
            lost = False
        elif entry.kind in (Kind.ANSWERED, Kind.JOINED):
            had.add(entry.channel_id)
            lost = False
        elif entry.kind in (Kind.RETURNED, Kind.QUEUED):
            had.discard(entry.channel_id)
        elif entry.kind is Kind.ENDED and entry.channel_id in had:
            lost = entry.data.get("why") == UNSEEN
    return lost
