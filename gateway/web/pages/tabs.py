"""Which session each page belongs to: who signs out leaves the desk at which that session's page is, and no other."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

QUIET_SECONDS = 6.0
"""A page is heard each 3 s. After a new password it is heard under another session's name before this is over."""

_REMEMBERED = 2000


class Tabs:
    """Safe to share between threads; what was before a restart is known again when the page is heard again.

    Args:
        goes_on: whether the session of this digest is not over; may raise StoreAway.
    """

    def __init__(self, clock: Callable[[], float], goes_on: Callable[[str], bool]):
        self._clock = clock
        self._goes_on = goes_on
        self._lock = threading.Lock()
        self._sessions: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    def heard(self, account: str, tab: str, session: str) -> None:
        """A page (``tab``) of a good session (its digest) asked for something."""
        with self._lock:
            self._sessions[account, tab] = self._clock(), session
            self._sessions.move_to_end((account, tab))
            while len(self._sessions) > _REMEMBERED:
                self._sessions.popitem(last=False)

    def session_of(self, account: str, tab: str) -> str:
        """The digest of its session; empty: nobody knows."""
        return self._sessions.get((account, tab), (0.0, ""))[1]

    def is_signed_out(self, account: str, tab: str) -> bool:
        """Whether its session is over, as far as anybody knows.

        Raises:
            StoreAway: nobody can say now.
        """
        heard, session = self._sessions.get((account, tab), (0.0, ""))
        if not session or self._clock() - heard <= QUIET_SECONDS:
            return False
        return not self._goes_on(session)
