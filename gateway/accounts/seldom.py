"""What happens again and again is told once in a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000


class Seldom:
    """Safe to share between threads; of more than MOST things it forgets those that were told first."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._told: OrderedDict[tuple[str, ...], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_due(self, what: tuple[str, ...], seconds: float) -> bool:
        """Whether it was not told within so many seconds; then it is now."""
        with self._lock:
            now, last = self._clock(), self._told.get(what)
            if last is not None and 0 <= now - last < seconds:
                return False
            self._told[what] = now
            self._told.move_to_end(what)
            if len(self._told) > MOST:
                self._told.popitem(last=False)
            return True
