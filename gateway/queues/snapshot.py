"""The state of the queues as last seen, and the figures: kept in the store once a second, read by displays."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, tzinfo

from gateway.channels.ami_actions import Actions
from gateway.queues.figures import Figures
from gateway.queues.state import QueueState, read
from gateway.queues.talking import talking_calls
from gateway.store import Store, StoreAway

KEPT_SECONDS = 7 * 86_400
"""So long after its last moment the counting goes on from the figures in it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    Attributes:
        at: when the queues were seen so, seconds since the epoch.
    """

    at: float
    queues: tuple[QueueState, ...]
    figures: Figures

    def text(self) -> str:
        queues = [state.as_dict() for state in self.queues]
        return json.dumps({"at": self.at, "queues": queues, "figures": self.figures.as_dict()})


def last(store: Store) -> Snapshot | None:
    """The last snapshot; None if there is none that can be read.

    Raises:
        StoreAway: the store is away.
    """
    text = store.get_snapshot()
    try:
        data = json.loads(text)
        queues = tuple(QueueState.from_dict(state) for state in data["queues"])
        return Snapshot(float(data["at"]), queues, Figures.from_dict(data["figures"]))
    except (ValueError, KeyError, TypeError):
        return None


class Snapshots:
    """Keeps them; the figures are counted from the feed, once each, also over a restart.

    Args:
        zone: whose days are counted.
    """

    def __init__(self, store: Store, zone: tzinfo = UTC):
        self._store = store
        self._zone = zone
        self._figures: Figures | None = None

    def keep(self, states: list[QueueState], now: float) -> None:
        """A store that is away keeps nothing: displays see by its time that the last snapshot is old."""
        with contextlib.suppress(StoreAway):
            figures = self._figures = self._figures or self._where_it_stood()
            while fresh := self._store.feed(figures.after, wait=0.001):
                for feed_id, entry in fresh:
                    figures.count(feed_id, entry, self._zone)
            self._store.put_snapshot(Snapshot(now, tuple(states), figures).text(), KEPT_SECONDS)

    def _where_it_stood(self) -> Figures:
        before = last(self._store)
        return before.figures if before else Figures(after=self._store.last_feed_id())


def ask(manager: Actions, now: float) -> list[QueueState]:
    """The queues as Asterisk itself tells them, for when the store or the watch is away.

    Raises:
        AmiAway, ActionRefused: Asterisk's manager is away, or will not.
    """
    channels = manager.send_for_list({"Action": "CoreShowChannels"})
    status = manager.queue_status()
    return read(status, {channel["Uniqueid"]: channel for channel in channels}, now, talking_calls(channels))
