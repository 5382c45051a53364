"""What a desk takes and ends of a case: all of it, its task, or its words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.desk.rights import may_read, part_of
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import Agency
from gateway.store.waiting import BY_DESK, TASK, Wait


def taken_back(agency: Agency, waits: Sequence[Wait], now: float) -> list[Entry]:
    """The entries by which what has gone on waits with the agency again: then its desk can take it."""
    return [
        Entry(
            wait.incident,
            Kind.MOVED,
            now,
            {"medium": "message", "queue": wait.queue, "to": agency.id, "by": BY_DESK, **_part(wait.part)},
        )
        for wait in waits
        if wait.queue != agency.id
    ]


def accepted(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], now: float) -> list[Entry]:
    """The entries by which a desk takes what waits."""
    return [
        Entry(
            incident.id,
            Kind.ACCEPTED,
            now,
            {**_about(desk, wait, part_of(agency, incident, wait)), "waited": round(now - wait.since, 1)},
        )
        for wait in waits
    ]


def ended(
    agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], said: Mapping[str, object], now: float
) -> list[Entry]:
    """The entries by which a desk ends what it has: the task for itself, and with all else the case.

    Args:
        said: the outcome, and perhaps a note.
    """
    tasks = [wait for wait in waits if part_of(agency, incident, wait) == TASK]
    ends = [Entry(incident.id, Kind.DONE, now, {**_about(desk, wait, TASK), **said}) for wait in tasks]
    if len(tasks) < len(waits):
        ends.append(Entry(incident.id, Kind.CLOSED, now, {"by": f"desk:{desk}", **said}))
    return ends


def call_ended(agency: Agency, desk: str, incident: Incident, said: Mapping[str, object], now: float) -> Entry:
    """The entry by which a desk ends a case that it has by a call alone; who may not read it ends its task."""
    if may_read(agency, incident):
        return Entry(incident.id, Kind.CLOSED, now, {"by": f"desk:{desk}", **said}, f"{incident.id}:closed")
    about = {"queue": agency.id, "desk": desk, "part": TASK}
    return Entry(incident.id, Kind.DONE, now, {**about, **said}, f"{incident.id}:done:{desk}")


def has_words(entries: Sequence[Entry]) -> bool:
    """Whether what these take or end is more than a task: then it concerns the writer, too."""
    return any(entry.kind is Kind.CLOSED or entry.data.get("part", "") != TASK for entry in entries)


def as_one(waits: Sequence[Wait]) -> list[Wait]:
    """The waits in their order, one for each incident: whose two parts are both here is whole again."""
    first = {wait.incident: wait for wait in reversed(waits)}
    both = Counter(wait.incident for wait in waits)
    return [
        replace(wait, part="") if both[wait.incident] > 1 else wait for wait in waits if first[wait.incident] is wait
    ]


def _about(desk: str, wait: Wait, part: str) -> dict[str, object]:
    return {"medium": "message", "queue": wait.queue, "desk": desk, **_part(part)}


def _part(part: str) -> dict[str, object]:
    return {"part": part} if part else {}
