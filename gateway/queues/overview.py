"""The queues as a board shows them, looked at once for all boards of a process, at most each second.

Where the watch or the store is away, Asterisk itself is asked: a board goes blind last.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway.channels.ami_actions import ActionRefused, AmiAway
from gateway.queues.alarms import Troubles
from gateway.queues.board import OnDuty, Seen, is_old
from gateway.queues.snapshot import last
from gateway.queues.state import QueueState
from gateway.rules.rulebook import Rulebook
from gateway.store import GATEWAY, Store, StoreAway
from gateway.store.board import BoardStore
from gateway.store.duty import OFF, Seats

LOOK_SECONDS = 0.9
MISSED_SECONDS = 86_400
TROUBLES_SECONDS = 86_400
"""Alarms and messages that did not arrive are told for so long, as far as the feed goes back."""


class Overview:
    """Safe to share between threads; never raises.

    Args:
        ask: the queues as Asterisk tells them now; raises AmiAway, ActionRefused.

    Attributes:
        store_away: the store was, at the last look.
    """

    def __init__(
        self,
        store: Store,
        rulebook: Callable[[], Rulebook],
        ask: Callable[[float], list[QueueState]],
        clock: Callable[[], float],
    ):
        self.store_away = False
        self.troubles = Troubles(GATEWAY)
        self.acknowledged: Mapping[str, Mapping[str, object]] = {}
        self._store = store
        self._board = BoardStore(store.redis)
        self._seats = Seats(store.redis)
        self._rulebook = rulebook
        self._ask = ask
        self._clock = clock
        self._turn = threading.Lock()
        self._seen = Seen()
        self._looked = float("-inf")

    def look(self) -> Seen:
        """What was seen at most LOOK_SECONDS ago; how old the queues in it are, it says itself."""
        now = self._clock()
        with self._turn:
            if not 0 <= now - self._looked < LOOK_SECONDS:
                self._seen = self._look(now)
                self._looked = now
            return self._seen

    def forget(self) -> None:
        """The next look is a fresh one: something was just changed."""
        with self._turn:
            self._looked = float("-inf")

    def _look(self, now: float) -> Seen:
        try:
            seen = self._stored()
            self._hear(now)
            self.store_away = False
        except StoreAway:
            self.store_away = True
            seen = replace(self._seen, waits=None, held={}, missed=None)
        if not is_old(seen, now):
            return seen
        try:
            return replace(seen, at=now, queues=tuple(self._ask(now)))
        except (AmiAway, ActionRefused):
            return seen

    def _stored(self) -> Seen:
        kept = last(self._store)
        desks = [desk.id for agency in self._rulebook().agencies.values() for desk in agency.desks]
        seats = self._seats.of(desks)
        since = self._clock() - MISSED_SECONDS
        held = {(wait.incident, wait.queue) for wait in self._store.waits.held()}
        return Seen(
            kept.at if kept else 0.0,
            kept.queues if kept else (),
            kept.figures if kept else None,
            tuple(self._store.waits.everybody()),
            Counter(queue for _, queue in held),
            {desk: OnDuty(seat.state, seat.reason, seat.since) for desk, seat in seats.items() if seat.state != OFF},
            self._store.waits.missed(self._rulebook().agencies, since),
        )

    def _hear(self, now: float) -> None:
        if self.troubles.after == "0":
            # The feed's names begin with the time in milliseconds.
            self.troubles.after = f"{int((now - TROUBLES_SECONDS) * 1000)}-0"
        while fresh := self._store.feed(self.troubles.after, wait=0.001):
            for feed_id, entry in fresh:
                self.troubles.take(feed_id, entry)
        self.acknowledged = self._board.acknowledged()
