"""A record: the entries and jobs of one happening, saved together or not at all; as JSON in Redis and in the spool."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.incident.timeline import Entry, Job, Kind


@dataclass(frozen=True, slots=True)
class Record:
    """What is saved in one transaction.

    Attributes:
        accepted: when this process accepted it, a number that only grows within a process: nanoseconds since the epoch.
            Entries of the same second are told in this order, whichever way and however late they reached the store.
    """

    entries: tuple[Entry, ...]
    jobs: tuple[Job, ...] = ()
    accepted: int = 0


class _Order:
    """Numbers that grow within a process, also when its clock is set back."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return self._last


_order = _Order()


def accept(entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> Record:
    """A record in which everything has a key, so that it can be stored twice and is there once.

    The keys are given before the first attempt to store: an attempt whose answer got lost may have succeeded. A job
    without a key of its own takes it from its entry: the entry's redelivery then brings no second job.
    """
    order = _order.next()
    keyed = tuple(entry if entry.key else replace(entry, key=f"own/{uuid.uuid4().hex}") for entry in entries)
    owner = keyed[0].key if keyed else f"own/{uuid.uuid4().hex}"
    return Record(keyed, tuple(job if job.key else replace(job, key=job_key(owner, job)) for job in jobs), order)


def job_key(owner: str, job: Job) -> str:
    return "/".join((owner, job.name, *job.arguments))


def entry_text(entry: Entry, accepted: int) -> str:
    """An entry as a line of JSON; never raises, whatever its data holds."""
    return _json(_entry_values(entry, accepted))


def read_entry(text: str | bytes) -> tuple[int, Entry]:
    """When it was accepted, and the entry.

    Raises:
        ValueError: the text is not an entry.
    """
    return _entry(_object(text))


def record_text(record: Record) -> str:
    """A record as one line of JSON (no line end within); never raises."""
    return _json(
        {
            "n": record.accepted,
            "entries": [_entry_values(entry, record.accepted) for entry in record.entries],
            "jobs": [
                {"name": job.name, "arguments": job.arguments, "urgent": job.urgent, "key": job.key, "after": job.after}
                for job in record.jobs
            ],
        }
    )


def read_record(text: str | bytes) -> Record:
    """
    Raises:
        ValueError: the text is not a record.
    """
    values = _object(text)
    try:
        entries = tuple(_entry(item)[1] for item in values["entries"])
        jobs = tuple(_job(item) for item in values["jobs"])
        return Record(entries, jobs, int(values["n"]))
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not a record: {type(fault).__name__}") from None


def _entry_values(entry: Entry, accepted: int) -> dict[str, object]:
    return {
        "i": entry.incident,
        "k": entry.kind,
        "t": entry.at,
        "d": dict(entry.data),
        "key": entry.key,
        "c": entry.channel_id,
        "n": accepted,
    }


def _entry(values: Mapping[str, Any]) -> tuple[int, Entry]:
    try:
        entry = Entry(
            incident=str(values["i"]),
            kind=Kind(values["k"]),
            at=float(values["t"]),
            data=dict(values["d"]),
            key=str(values["key"]),
            channel_id=str(values["c"]),
        )
        return int(values["n"]), entry
    except (KeyError, TypeError) as fault:
        raise ValueError(f"not an entry: {type(fault).__name__}") from None


def _job(values: Mapping[str, Any]) -> Job:
    arguments = tuple(str(argument) for argument in values["arguments"])
    return Job(str(values["name"]), arguments, bool(values["urgent"]), str(values["key"]), float(values["after"]))


def _object(text: str | bytes) -> dict[str, Any]:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - a reader of text has one error for wrong text
    return values


def _json(values: Mapping[str, object]) -> str:
    try:
        return json.dumps(values, separators=(",", ":"), default=str)
    except (TypeError, ValueError, RecursionError):
        # Keys that are no text, or a circle: rather an entry with odd data than none.
        return json.dumps(_plain(values, depth=6), separators=(",", ":"), default=str)


def _plain(value: object, depth: int) -> object:
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth - 1) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
