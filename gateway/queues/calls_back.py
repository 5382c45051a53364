"""The gateway's own calls back, while they wait for a desk: one that nobody needs any more goes from its queue."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.channels.ami_actions import Actions
from gateway.channels.call_back import called_back
from gateway.incident.follow_up import needless
from gateway.incident.timeline import Entry
from gateway.queues.snapshot import Snapshot
from gateway.queues.state import WaitingCall
from gateway.store import StoreAway

FRESH_SECONDS = 5.0
NORMAL = 16
"""Q.850: normal clearing."""


@dataclass
class CallsBack:
    """
    Attributes:
        seen: the queues as last seen.
        timeline: of an incident; raises StoreAway.
    """

    manager: Actions
    seen: Callable[[], Snapshot | None]
    timeline: Callable[[str], Sequence[Entry]]

    def settle(self, now: float) -> None:
        """End those that wait, and of which the timeline says by now that nobody need, or may, be called.

        Raises:
            AmiAway, ActionRefused: the next look decides anew.
        """
        with contextlib.suppress(StoreAway):
            self._end_needless(self.seen(), now)

    def _end_needless(self, seen: Snapshot | None, now: float) -> None:
        if seen is None or now - seen.at > FRESH_SECONDS:
            return
        for call in [call for queue in seen.queues for call in queue.waiting if call.call_back]:
            if self._is_needless(call) and self._still_waits(call):
                self.manager.hang_up(call.channel, NORMAL)

    def _is_needless(self, call: WaitingCall) -> bool:
        """Its own story set aside: a desk that has answered it is about to reach the caller by it."""
        whose = called_back(call.channel_id)
        entries = [entry for entry in self.timeline(call.incident) if entry.channel_id != call.channel_id]
        return bool(whose and needless(entries, whose, "call_back"))

    def _still_waits(self, call: WaitingCall) -> bool:
        return any(each.get("Uniqueid") == call.channel_id for each in self.manager.queue_status(call.queue))
