"""Entries with a name of their own, by which a page knows what it has: the same in a timeline and in the feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from gateway.incident.timeline import Entry
from gateway.log import get_logger
from gateway.store.connection import LONGEST_WAIT, away
from gateway.store.record import read_entry
from gateway.store.script import name

log = get_logger("store")

BEGINNING = "0"
"""The feed id before all others."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a timeline.

    Attributes:
        id: stands for the entry; tells nothing of it.
        order: by which lines are told: when it happened, then when it was accepted.
    """

    id: str
    order: tuple[float, int]
    entry: Entry


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines as they are told, each once."""
    return sorted({line.id: line for line in lines}.values(), key=lambda line: line.order)


class Lines:
    """Reads them. Every method raises StoreAway, and nothing else.

    Args:
        key: makes the names of lines.
        reader: waits for the feed.
    """

    def __init__(self, client: Any, reader: Any, key: str):
        self._redis = client
        self._reader = reader
        self._key = blake2b(key.encode()).digest()

    def of(self, incidents: Sequence[str]) -> list[list[Line]]:
        """The timelines of these incidents, with one question."""
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for incident in incidents:
                pipe.xrange(name(f"timeline:{incident}"))
            found = pipe.execute() if incidents else []
        return [in_order(line for _, fields in stream if (line := self._read(fields))) for stream in found]

    def feed(self, after: str, wait: float, count: int = 500) -> list[tuple[str, Line | None]]:
        """As Store.feed; of what cannot be read the feed id alone."""
        with away():
            milliseconds = max(1, int(min(wait, LONGEST_WAIT) * 1000))
            answer = self._reader.xread({"feed": after}, count=count, block=milliseconds)
        return [(feed_id.decode(), self._read(fields)) for feed_id, fields in (answer[0][1] if answer else ())]

    def between(self, after: str, until: str, count: int = 2000) -> list[tuple[str, Line | None]]:
        """What the feed holds after one feed id, up to another and with it, the first ``count`` of it."""
        with away():
            found = self._redis.xrange("feed", f"({after}", until, count=count)
        return [(feed_id.decode(), self._read(fields)) for feed_id, fields in found]

    def ends(self) -> tuple[str, str]:
        """The oldest and the newest feed id there are; BEGINNING twice of an empty feed."""
        with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.xrange("feed", count=1)
            pipe.xrevrange("feed", count=1)
            oldest, newest = pipe.execute()
        first, last = (found[0][0].decode() if found else BEGINNING for found in (oldest, newest))
        return first, last

    def _read(self, fields: dict[bytes, bytes]) -> Line | None:
        try:
            raw = fields[b"e"]
            accepted, entry = read_entry(raw)
        except (ValueError, KeyError):
            # Another version's, say. What else is told must not be lost with it.
            log.exception("an entry cannot be read")
            return None
        return Line(blake2b(raw, key=self._key, digest_size=9).hexdigest(), (entry.at, accepted), entry)
