"""Which session each page belongs to: who signs out leaves the desk at which that session's page is, and no other."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from gateway.accounts.account import Account
from gateway.accounts.sessions import Session

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
        self._sessions: OrderedDict[tuple[str, str], tuple[float, Session]] = OrderedDict()

    def heard(self, tab: str, session: Session) -> None:
        """A page (``tab``) of a good session asked for something."""
        account = session.account
        with self._lock:
            self._sessions[account, tab] = self._clock(), session
            self._sessions.move_to_end((account, tab))
            while len(self._sessions) > _REMEMBERED:
                self._sessions.popitem(last=False)

    def session_of(self, account: str, tab: str) -> str:
        """The digest of its session; empty: nobody knows."""
        session = self._last(account, tab)[1]
        return session.digest if session else ""

    def is_over(self, account: Account, tab: str) -> bool:
        """Whether its session came to its end by time alone: nobody ended it, and the account is as it was."""
        session = self._last(account.name, tab)[1]
        return session is not None and session.generation == account.generation and self._clock() >= session.ends_at

    def is_signed_out(self, account: str, tab: str) -> bool:
        """Whether its session is over, as far as anybody knows.

        Raises:
            StoreAway: nobody can say now.
        """
        heard, session = self._last(account, tab)
        if session is None or self._clock() - heard <= QUIET_SECONDS:
            return False
        return not self._goes_on(session.digest)

    def _last(self, account: str, tab: str) -> tuple[float, Session | None]:
        return self._sessions.get((account, tab), (0.0, None))
