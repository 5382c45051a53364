"""The store's stream of requests that the edge copied, read together with the feed, which tells whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.incident.timeline import Entry
from gateway.log import get_logger
from gateway.store.connection import LONGEST_WAIT, away
from gateway.store.record import read_entry
from gateway.store.script import CAPTURED

log = get_logger("store")

FEED = "feed"
MOST = 20_000
"""Requests kept at most; the oldest go first."""

Place = tuple[str, str]
"""How far both streams were read: ids of the latest request and of the latest entry."""


class Captured:
    """Safe to share between threads; every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any, waiting_client: Any):
        self._redis = client
        self._waiting = waiting_client

    def start(self, since: float) -> Place:
        """The place before all that came after then, seconds since the epoch."""
        # Redis names an item by its time in milliseconds.
        before = f"{max(0, int(since * 1000))}-0"
        return before, before

    def read(self, after: Place, wait: float, count: int = 500) -> tuple[list[tuple[str, Entry]], list[Entry], Place]:
        """Requests with their ids, entries, and the new place. Waits for the first up to ``wait`` seconds."""
        block = max(1, int(min(wait, LONGEST_WAIT) * 1000))
        with away():
            answer = self._waiting.xread({CAPTURED: after[0], FEED: after[1]}, count=count, block=block)
        requests: list[tuple[str, Entry]] = []
        entries: list[Entry] = []
        latest = {CAPTURED: after[0], FEED: after[1]}
        for stream, items in answer or ():
            for identifier, fields in items:
                latest[stream.decode()] = identifier.decode()
                try:
                    entry = read_entry(fields[b"e"])[1]
                except (ValueError, KeyError):
                    log.warning("an entry cannot be read and is passed over", what=stream.decode())
                    continue
                if stream.decode() == CAPTURED:
                    requests.append((identifier.decode(), entry))
                else:
                    entries.append(entry)
        return requests, entries, (latest[CAPTURED], latest[FEED])

    def done(self, ids: Sequence[str]) -> None:
        """Of these requests all is told that there was to tell."""
        if ids:
            with away():
                self._redis.xdel(CAPTURED, *ids)

    def tidy(self, before: float) -> None:
        """Let go of what came before then, and of what is more than can be kept."""
        with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.xtrim(CAPTURED, minid=f"{max(0, int(before * 1000))}-0", approximate=False)
            pipe.xtrim(CAPTURED, maxlen=MOST, approximate=True)
            pipe.execute()
