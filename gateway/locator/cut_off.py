"""Requests that the edge could not read to their end are told to desks and monitoring: nothing else of them remains.

Kamailio runs no script for a request over TCP that is longer than it has room for, copies nothing of it, and counts
nothing: a line in its log is all that tells of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

MARK = b"tcp_read_req: error reading"
LOOK_SECONDS = 1.0
MOST_BYTES = 1 << 20
"""What a flood wrote beyond that between two looks is passed over: one alarm tells of all of it."""

TOLD = "the edge closed a connection within a request: it was longer than 300,000 bytes, or it broke off (edge.log)"


class CutOff:
    """
    Args:
        log: the edge's log; it may not be there yet, and it may begin anew.
        leads: whether this process is the one that speaks.
    """

    def __init__(self, log: Path, alarm: Callable[[str], None], leads: Callable[[], bool]):
        self._log = log
        self._alarm = alarm
        self._leads = leads
        self._read = self._size()

    def run(self, stop: threading.Event) -> None:
        """Look until ``stop``."""
        while not stop.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Tell of what was written since the last look."""
        size = self._size()
        if size < self._read:
            self._read = 0
        if size == self._read:
            return
        with self._log.open("rb") as log:
            log.seek(max(self._read, size - MOST_BYTES))
            fresh = log.read(MOST_BYTES)
        # A line that is not yet whole is read with its rest.
        self._read = size - (len(fresh) - fresh.rfind(b"\n") - 1)
        if MARK in fresh[: fresh.rfind(b"\n") + 1] and self._leads():
            self._alarm(TOLD)

    def _size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0
