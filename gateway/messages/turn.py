"""Whose turn it is among the replies that a channel still has to send. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.timeline import Entry
from gateway.messages.thread import FOLLOW_UP, GATEWAY, number


@dataclass(eq=False, slots=True)
class Waiting:
    """A reply that is to be sent.

    Attributes:
        urgent, id: where it stands in the store.
        due: when to look at it next.
        tried: when it was last given to the channel; 0: never by us.
        unacted: the claim of ours that may or may not have reached the store, and on which we did nothing.
    """

    urgent: bool
    id: str
    reply: Entry
    due: float = 0.0
    tried: float = 0.0
    unacted: str = ""

    @property
    def valid_until(self) -> float:
        return number(self.reply.data.get("valid_until"))

    @property
    def rank(self) -> int:
        """0 a person writes, 1 a case of violence, 2 what else is urgent, 3 routine."""
        if not self.urgent:
            return 3
        if self.reply.data.get("by") not in (GATEWAY, FOLLOW_UP):
            return 0
        return 1 if self.reply.data.get("violence") else 2


def next_of(waiting: Sequence[Waiting], now: float, *, probing: bool) -> Waiting | None:
    """Which of them to send now; None: none is due. Within a rank in the order they came.

    Args:
        probing: the last attempt failed for what may be wrong with every reply. It may be wrong with that one alone, so
            each tries in turn.
    """
    ready = [each for each in waiting if now >= each.due]
    return min(ready, key=lambda each: (each.tried if probing else 0.0, each.rank), default=None)
