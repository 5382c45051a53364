"""What it is to wait for a desk with messages, or to be with one.

What nobody took in time goes on to another queue, and stays before the desks of those it has passed: one of them may be
free first.

Of violence that needs an agency which may not know of it, two parts wait, each for itself: the task (need and place)
with that agency, and the words, to be read and answered, with one that may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TASK, WORDS = "task", "words"
"""The two parts; an incident whose parts are not apart is neither."""

MISSED_VIOLENCE = "#violence"
"""The list of missed callers of violence, whatever the queue."""

BY_DESK = "desk"
"""Who had it wait elsewhere, where a desk took back what had gone on from its queue."""


@dataclass(frozen=True, slots=True)
class Wait:
    """An incident whose messages wait for a desk, or are with one.

    Attributes:
        queue: where it waits now, or waited when its desk took it.
        first: the queue that the rules named, where its chain begins.
        passed: queues that it has gone on from, the last one first; their desks may take it still.
        priority: 1 (most urgent) to 5.
        since: when it began to wait in all, seconds since the epoch.
        entered: when it entered ``queue``.
        bound: seconds after which it may no longer wait while desks answer; None: no bound.
        raised: it stands before all who are not.
        desk, at: who has it, and since when; empty and 0 while it waits.
        part: TASK or WORDS; empty: both in one.
        violent: it is a case of violence.
    """

    incident: str
    queue: str
    first: str
    priority: int
    since: float
    entered: float
    bound: float | None = None
    raised: bool = False
    desk: str = ""
    at: float = 0.0
    part: str = ""
    violent: bool = False
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenOn:
    """A caller who hung up before anybody answered, and whom a desk is to reach.

    Attributes:
        queue: its agency, for which the desk took the caller on.
    """

    incident: str
    queue: str
    desk: str


def read_wait(incident: str, values: Mapping[str, Any]) -> Wait:
    """A wait as store.lua keeps it."""
    return Wait(
        incident=incident,
        queue=str(values["queue"]),
        first=str(values["first"]),
        priority=int(values["priority"]),
        since=float(values["since"]),
        entered=float(values["entered"]),
        bound=values.get("bound"),
        raised=bool(values.get("raised")),
        desk=str(values.get("desk", "")),
        at=float(values.get("at", 0.0)),
        part=str(values.get("part") or ""),
        violent=bool(values.get("violent")),
        passed=tuple(values.get("passed") or ()),
    )
