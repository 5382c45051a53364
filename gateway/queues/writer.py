"""What events amount to is written by a thread of its own, so that none waits for the store to be understood."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from gateway.incident.timeline import Entry
from gateway.journal import Journal
from gateway.log import get_logger

BATCH = 200

log = get_logger("ami")


@dataclass(frozen=True, slots=True)
class Work:
    """What one event amounts to, to be written.

    Attributes:
        abandoned: incidents whose caller hung up, and what decides on what follows.
    """

    entries: list[Entry]
    abandoned: Sequence[tuple[str, Callable[[], None]]] = ()


@dataclass
class Writer:
    """Writes in the order in which it is given work; None is the end of all work."""

    journal: Journal
    _works: queue.SimpleQueue[Work | None] = field(default_factory=queue.SimpleQueue)

    def put(self, work: Work | None) -> None:
        self._works.put(work)

    def run(self) -> None:
        """Until the end of all work."""
        while self.write():
            pass

    def write(self, most: int = BATCH) -> bool:
        """Write what waits to be written, at least one piece; False at the end of all."""
        works = [self._works.get()]
        with contextlib.suppress(queue.Empty):
            while len(works) < most and works[-1] is not None:
                works.append(self._works.get_nowait())
        done = [work for work in works if work is not None]
        if entries := list(chain.from_iterable(work.entries for work in done)):
            self.journal.add(entries)
        for incident, decide in chain.from_iterable(work.abandoned for work in done):
            try:
                decide()
            except Exception:
                log.exception("what follows a hang-up could not be decided", incident=incident)
                self.journal.alarm("a caller hung up in a queue, and what follows could not be decided", incident)
        return None not in works
