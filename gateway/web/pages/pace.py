"""How much one account may ask for: far more than a person does, and less than would keep others waiting.

What a caller's life may hang on is never refused for it: duty, calls, the page's word that it is there, its feed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from gateway.accounts.seldom import Seldom

READS, READS_AT_ONCE = 15.0, 300.0
"""A second, and at once: a page that comes back asks for all it shows."""

WRITES, WRITES_AT_ONCE = 5.0, 120.0
REFUSED, REFUSED_AT_ONCE = 0.5, 30.0
"""Lines of the audit of what an account was refused to look at; others like them are told of once a minute."""

MINUTE, HOUR = 60.0, 3600.0

NEVER_REFUSED = ("/api/duty", "/api/here", "/api/sip", "/api/calls", "/api/line", "/api/feed", "/logout")


@dataclass
class Bucket:
    """So many a second, and so many at once."""

    a_second: float
    at_once: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Seconds to wait; 0: it is taken."""
        self.left = min(self.at_once, self.left + max(0.0, now - self.at) * self.a_second)
        self.at = now
        if self.left < 1:
            return (1 - self.left) / self.a_second
        self.left -= 1
        return 0.0


class Buckets:
    """One for each name. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._lock = threading.Lock()

    def take(self, name: tuple[str, ...], a_second: float, at_once: float) -> float:
        """Seconds to wait; 0: it is taken."""
        with self._lock:
            now = self._clock()
            return self._buckets.setdefault(name, Bucket(a_second, at_once, at_once, now)).take(now)


class Pace:
    """Safe to share between threads."""

    def __init__(self, clock: Callable[[], float]):
        self._buckets = Buckets(clock)
        self._seldom = Seldom(clock)

    def wait(self, account: str, path: str, *, reads: bool) -> float:
        """Seconds until this account may ask for this; 0: now."""
        if path.startswith(NEVER_REFUSED):
            return 0.0
        rate = (READS, READS_AT_ONCE) if reads else (WRITES, WRITES_AT_ONCE)
        return self._buckets.take((account, "reads" if reads else "writes"), *rate)

    def is_news(self, account: str, act: str, incident: str, outcome: str) -> str:
        """What the audit says of a look that was refused: the outcome; ``many`` once a minute where there are too many;
        empty: nothing, for it has said the same within the minute."""
        if not self._seldom.is_due((account, act, incident, outcome), MINUTE):
            return ""
        if self._buckets.take((account, "refused"), REFUSED, REFUSED_AT_ONCE) == 0:
            return outcome
        return "many" if self._seldom.is_due((account, "many"), MINUTE) else ""

    def is_first(self, session: str, act: str) -> bool:
        """Whether this login has not looked at that within the hour."""
        return self._seldom.is_due((session, act), HOUR)
