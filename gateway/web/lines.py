"""The connections that hold a thread of this process, and which of them gives way when threads are few.

No connection is refused: in a crowd the oldest of the address that has most gives way, so that whoever holds many
threads pays with his own. To give way is to be read no more, which harms no request that has come whole: what has
arrived can still be read (Linux), and it is answered.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

READ_SECONDS = 10.0
"""Within this a request has been read, or its connection gives no more."""

ANSWER_SECONDS = 60.0
"""Within this it is answered, unless the answer is a stream, which has no end."""

OLD_SECONDS = 1.0
"""An answer on its way for so long gives way in a crowd."""


class Phase(Enum):
    READING = "reading"
    ANSWERING = "answering"
    STREAMING = "streaming"
    CLOSING = "closing"
    GONE = "gone"


@dataclass(eq=False, slots=True)
class Line:
    """
    Attributes:
        own: a handle of our own: TLS takes the connection's socket away while it begins.
        since: when its phase began, monotonic seconds.
    """

    address: str
    own: socket.socket
    since: float
    phase: Phase = Phase.READING


class Lines:
    """Safe to share between threads.

    Args:
        most: so many may hold a thread before one has to give way.
    """

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic):
        self._most = most
        self._now = now
        self._lines: set[Line] = set()
        self._lock = threading.Lock()

    def begin(self, address: str, sock: socket.socket) -> Line:
        """A thread has taken this connection; another gives way for it if need be."""
        line = Line(address, sock.dup(), self._now())
        with self._lock:
            if len(self._lines) >= self._most:
                self._give_way()
            self._lines.add(line)
        return line

    def goes_on(self, line: Line, phase: Phase) -> None:
        with self._lock:
            if line.phase is not Phase.GONE:
                line.phase, line.since = phase, self._now()

    def end(self, line: Line) -> None:
        """The thread is free."""
        with self._lock:
            self._lines.discard(line)
            line.own.close()

    def look(self) -> None:
        """Once a second: what has lasted too long, and room where all threads are taken."""
        with self._lock:
            now = self._now()
            for line in self._lines:
                if now - line.since > _LONGEST.get(line.phase, now):
                    _cut(line)
            for _ in range(len(self._held()) - self._most + 1):
                self._give_way()

    def _held(self) -> list[Line]:
        return [line for line in self._lines if line.phase is not Phase.GONE]

    def _give_way(self) -> None:
        now, held = self._now(), self._held()
        reading = [line for line in held if line.phase in (Phase.READING, Phase.CLOSING)]
        old = [line for line in held if line.phase is Phase.ANSWERING and now - line.since > OLD_SECONDS]
        if candidates := reading or old:
            of_whom = Counter(line.address for line in candidates)
            _cut(min(candidates, key=lambda line: (-of_whom[line.address], line.since)))


_LONGEST = {Phase.READING: READ_SECONDS, Phase.ANSWERING: ANSWER_SECONDS}


def _cut(line: Line) -> None:
    # A request that is not whole gets nothing more; an answer that nobody takes is not sent on.
    how = socket.SHUT_RDWR if line.phase is Phase.ANSWERING else socket.SHUT_RD
    line.phase = Phase.GONE
    with contextlib.suppress(OSError):
        line.own.shutdown(how)
