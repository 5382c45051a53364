"""A process that works until it is told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping

Work = Callable[[threading.Event], None]
"""Works until the event is set."""


def when_told_to_end(act: Callable[[], object]) -> None:
    """Have this done once who keeps the process, or somebody at its terminal, tells it to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: act())


def told_to_end() -> threading.Event:
    """Is set once the process is told to end."""
    stop = threading.Event()
    when_told_to_end(stop.set)
    return stop


def work_until(stop: threading.Event, works: Mapping[str, Work], patience: float) -> None:
    """All of it until the event is set, each in a thread of its own, by name.

    Args:
        patience: seconds that each has for what it is in the middle of, once it is set.
    """
    threads = [threading.Thread(target=work, args=(stop,), name=name, daemon=True) for name, work in works.items()]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(timeout=patience)
