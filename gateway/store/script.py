"""What store.lua is told: entries, jobs and claims as words, with the keys that make each happen once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from gateway.incident.timeline import Entry, Job, Kind
from gateway.store.changes import change_words
from gateway.store.record import entry_text

SCRIPT = (Path(__file__).parent / "store.lua").read_text(encoding="utf-8")

FEED_LENGTH = 50_000
INBOX_LENGTH = 1_000
GATEWAY_LENGTH = 10_000
SEEN_SECONDS = 3 * 86_400
INDEX_SECONDS = 86_400

INCOMING = "incoming"
CAPTURED = "captured"
BOUNDS = (SEEN_SECONDS, INDEX_SECONDS, FEED_LENGTH, INBOX_LENGTH, GATEWAY_LENGTH)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Words for the script, and how many answers it gives to them."""

    words: list[Any]
    answers: int


def entry_words(entry: Entry, accepted: int, number_key: str) -> list[Any]:
    """
    Args:
        number_key: stands for the caller's number in the index of callers; empty: this entry does not keep it.
    """
    agency = entry.data.get("agency") if entry.kind is Kind.INFORMED else None
    return [
        "entry",
        seen(entry.key),
        name(entry.incident),
        entry_text(entry, accepted),
        repr(entry.at),
        _stream(entry),
        "1" if entry.kind in (Kind.RECEIVED, Kind.CAPTURED) else "",
        name(f"inbox:{agency}") if agency else "",
        "1" if entry.kind is Kind.OPENED else "",
        caller(number_key) if number_key else "",
        name(f"closed:{entry.incident}") if entry.kind is Kind.CLOSED else "",
        change_words(entry),
    ]


def _stream(entry: Entry) -> str:
    """Where an entry waits for something to be done about it."""
    if entry.kind is Kind.RECEIVED:
        return INCOMING
    if entry.kind is Kind.CAPTURED:
        return CAPTURED
    if entry.kind is Kind.REPLY:
        return outgoing_stream(str(entry.data.get("channel", "")), urgent=bool(entry.data.get("urgent")))
    return ""


def job_words(job: Job, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    """
    Args:
        commands: what RQ would send to enqueue the job.
    """
    words: list[Any] = ["job", seen(f"job/{job.key}"), len(commands)]
    for command in commands:
        words += [len(command), *command]
    return words


def claim_words(number_key: str, new: str, now: float, within: float) -> list[Any]:
    return ["claim", caller(number_key), name(new), repr(now), within]


def seen(key: str) -> str:
    # Keys come from outside and may be long, or hold a number.
    return f"seen:{blake2b(name(key).encode(), digest_size=12).hexdigest()}"


def outgoing_stream(channel: str, *, urgent: bool) -> str:
    return name(f"outgoing:{channel}:{'urgent' if urgent else 'routine'}")


def caller(number_key: str) -> str:
    return f"caller:{number_key}"


def name(text: str) -> str:
    """``text``, without the lone surrogates that UTF-8 cannot carry."""
    return text.encode("utf-8", "backslashreplace").decode()
