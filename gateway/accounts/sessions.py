"""Sessions: who comes in gets a random name for it in a cookie; all else about it stays with us.

While the store is away, a session that was seen a short while before stays good: a call taker in a call can go on with
it. Nobody new comes in, and nobody can be shut out, for so long.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from gateway.accounts.account import Account
from gateway.accounts.rights import Stage
from gateway.store import StoreAway
from gateway.store.accounts import Accounts
from gateway.store.sessions import Sessions as Kept

IDLE_SECONDS = 12 * 3600
ABSOLUTE_SECONDS = 16 * 3600
"""A long shift and the hand-over after it."""

HALFWAY_SECONDS = 10 * 60
"""Within this, who gave the password gives the second factor's code."""

RENEW_SECONDS = 60
"""A session's last use is written down at most this often."""

WITHOUT_STORE_SECONDS = 15 * 60
_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Session:
    """
    Attributes:
        digest: of its id; the id itself is in the browser alone.
        account: name.
        csrf: what the page says with all that changes something.
        created, seen: seconds since the epoch; ``created`` is when the password was given.
    """

    digest: str
    account: str
    stage: Stage
    csrf: str
    generation: int
    created: float
    seen: float

    @property
    def ends_at(self) -> float:
        longest = HALFWAY_SECONDS if self.stage is Stage.SECOND_FACTOR else ABSOLUTE_SECONDS
        return min(self.created + longest, self.seen + IDLE_SECONDS)


class Sessions:
    """Safe to share between threads. Every method raises StoreAway, and nothing else."""

    def __init__(self, kept: Kept, accounts: Accounts, clock: Callable[[], float] = time.time):
        self._kept = kept
        self._accounts = accounts
        self._clock = clock
        self._remembered: dict[str, tuple[float, Session, Account]] = {}

    def open(self, account: Account, stage: Stage, created: float | None = None) -> tuple[str, Session]:
        """A new session and its id. ``created``: of the one that it goes on from."""
        now = self._clock()
        name = secrets.token_urlsafe(32)
        session = Session(
            _digest(name), account.name, stage, secrets.token_urlsafe(32), account.generation, created or now, now
        )
        self._kept.put(session.digest, _values(session), int(session.ends_at - now))
        return name, session

    def follow(self, old: Session, account: Account, stage: Stage) -> tuple[str, Session]:
        """The next session of who has this one, under another id."""
        opened = self.open(account, stage, old.created)
        self.end(old)
        return opened

    def find(self, name: str) -> tuple[Session, Account] | None:
        """A session that is not over, and its account as it is now; None where there is none."""
        digest, now = _digest(name), self._clock()
        try:
            found = self._read(digest, now)
        except StoreAway:
            return self._of_late(digest, now)
        if found is None:
            self._remembered.pop(digest, None)
            return None
        self._remember(now, *found)
        return found

    def goes_on(self, digest: str) -> bool:
        """Whether it is not over; to ask is no use of it."""
        values = self._kept.get(digest)
        session = _session(digest, values) if values else None
        account = self._accounts.get(session.account) if session else None
        return session is not None and account is not None and _is_good(session, account, self._clock())

    def end(self, session: Session) -> None:
        self._remembered.pop(session.digest, None)
        self._kept.end(session.digest)

    def _read(self, digest: str, now: float) -> tuple[Session, Account] | None:
        values = self._kept.get(digest)
        session = _session(digest, values) if values else None
        account = self._accounts.get(session.account) if session else None
        if session is None or account is None or not _is_good(session, account, now):
            return None
        if now - session.seen > RENEW_SECONDS:
            session = replace(session, seen=now)
            self._kept.renew(digest, _values(session), int(session.ends_at - now))
        return session, account

    def _of_late(self, digest: str, now: float) -> tuple[Session, Account] | None:
        """
        Raises:
            StoreAway: it was not seen lately: nobody can say whose it is.
        """
        at, session, account = self._remembered.get(digest, (0.0, None, None))
        if session is None or account is None or now - at > WITHOUT_STORE_SECONDS:
            raise StoreAway("whose session it is nobody can say now")
        return (session, account) if _is_good(session, account, now) else None

    def _remember(self, now: float, session: Session, account: Account) -> None:
        if len(self._remembered) >= _REMEMBERED:
            for digest in sorted(self._remembered, key=lambda one: self._remembered[one][0])[: _REMEMBERED // 2]:
                self._remembered.pop(digest, None)
        self._remembered[session.digest] = (now, session, account)


def _is_good(session: Session, account: Account, now: float) -> bool:
    if account.disabled:
        return False
    if session.generation != account.generation:
        return False
    return now < session.ends_at


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _values(session: Session) -> dict[str, object]:
    return {name: value for name, value in asdict(session).items() if name != "digest"}


def _session(digest: str, values: dict[str, object]) -> Session:
    return Session(digest=digest, **{**values, "stage": Stage(values["stage"])})  # type: ignore[arg-type]
