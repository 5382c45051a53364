"""Which of an incident's entries are told to agencies' own systems, and the job each of them brings with it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gateway.incident.timeline import Entry, Job, Kind
from gateway.webhooks import Event

EVENTS: Mapping[Kind, Event] = {
    Kind.HANDED_OFF: Event.HANDED_OFF,
    Kind.INFORMED: Event.INFORMED,
    Kind.LOCATED: Event.LOCATED,
    Kind.CLOSED: Event.CLOSED,
}


def name_of(entry: Entry) -> str:
    """Stands for an entry: its key may hold a number, or be long."""
    return hashlib.sha256(entry.key.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def job_for(entry: Entry) -> Job | None:
    """What an entry brings with it where there are webhooks."""
    if entry.kind not in EVENTS:
        return None
    name = name_of(entry)
    return Job("notify", (entry.incident, name), key=f"notify:{name}")
