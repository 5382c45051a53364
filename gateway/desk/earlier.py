"""The same number's earlier contacts, each in a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind


@dataclass(frozen=True, slots=True)
class Earlier:
    """
    Attributes:
        at: when it began, seconds since the epoch.
        medium: ``call``, ``message``, or ``both``; empty: none came.
        outcome: how a desk ended it; empty: none did, or it said nothing of that.
        closed: it is over.
    """

    incident: str
    at: float
    nature: str
    medium: str
    outcome: str
    closed: bool


def earlier(incident: str, entries: Sequence[Entry]) -> Earlier:
    known = add_up(incident, entries)
    ends = [str(e.data.get("outcome", "")) for e in entries if e.kind in (Kind.CLOSED, Kind.DONE)]
    outcome = ends[-1] if ends else ""
    return Earlier(incident, known.opened_at, known.nature, medium_of(entries), outcome, known.closed)


def medium_of(entries: Sequence[Entry]) -> str:
    """By what its contacts came: ``call``, ``message``, or ``both``."""
    found = {
        "message" if entry.data.get("medium") == "message" else "call" for entry in entries if entry.kind is Kind.OPENED
    }
    found |= {"message" for entry in entries if entry.kind is Kind.MESSAGE}
    return "both" if len(found) > 1 else next(iter(found), "")
