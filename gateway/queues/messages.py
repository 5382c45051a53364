"""Messages in the agencies' queues at one moment: how many wait, or are with desks, and which desks are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rules.rulebook import Agency
from gateway.store.waits import Waits


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One agency's.

    Attributes:
        longest: seconds that the longest waiting one has waited, over all queues it was in; 0 without one.
        held: how many are with desks.
        desks: ids of the desks that are there.
    """

    queue: str
    waiting: int
    longest: float
    held: int
    desks: tuple[str, ...]


def message_lines(waits: Waits, agencies: Mapping[str, Agency], now: float) -> list[MessageLine]:
    """A line for each agency, in their order.

    Raises:
        StoreAway: nobody can tell.
    """
    waiting, held = waits.everybody(), waits.held()
    present = waits.present(desk.id for agency in agencies.values() for desk in agency.desks)
    return [
        MessageLine(
            queue,
            len({wait.incident for wait in waiting if wait.queue == queue}),
            max((now - wait.since for wait in waiting if wait.queue == queue), default=0.0),
            len({wait.incident for wait in held if wait.queue == queue}),
            tuple(desk.id for desk in agency.desks if desk.id in present),
        )
        for queue, agency in agencies.items()
    ]
