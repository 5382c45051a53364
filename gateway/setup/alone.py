"""One at a time: two set-ups at once would write into each other's folders."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.setup.progress import Progress

WAITS = "another set-up is at work here: waiting for it"


@contextmanager
def alone(file: Path, progress: Progress) -> Iterator[None]:
    """Hold ``file`` locked; while another process holds it, wait. A process that dies lets go of it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(WAITS)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
