"""Tells when something happens, so that a desk sees it at once; it looks once a second in any case."""

from __future__ import annotations

import time
from collections.abc import Callable

from gateway.incident.timeline import Entry
from gateway.store import Store, StoreAway

PAUSE_SECONDS = 1.0


class Feed:
    """
    Args:
        tell: given the entries that came together.
    """

    def __init__(self, store: Store, tell: Callable[[list[Entry]], object]):
        self._store = store
        self._tell = tell

    def follow(self) -> None:
        """Without end; where the store was away, entries may be passed over."""
        after = ""
        while True:
            try:
                after = after or self._store.last_feed_id()
                found = self._store.feed(after, wait=5.0)
            except StoreAway:
                after = ""
                time.sleep(PAUSE_SECONDS)
                continue
            if found:
                after = found[-1][0]
                self._tell([entry for _, entry in found])
