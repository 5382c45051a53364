"""How a person comes in: password, then the second factor's code; and how a password is changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from gateway.accounts import lockout, password, second_factor
from gateway.accounts.account import Account
from gateway.accounts.audit import STRANGER, Audit, agency_of
from gateway.accounts.lockout import Browser
from gateway.accounts.rights import Stage
from gateway.accounts.seldom import Seldom
from gateway.accounts.sessions import Session, Sessions
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.store.accounts import Accounts
from gateway.store.attempts import Attempts, Count

LONGEST_NAME = 64
TELL_SECONDS = 60.0
STRANGE_BROWSER = Browser()

log = get_logger("accounts")


class NotIn(Exception):
    """The person did not come in.

    Attributes:
        what: ``wrong``, ``too_often`` or ``busy``; of a new password what is wrong with it.
        seconds: after which it may be tried again.
    """

    def __init__(self, what: str, seconds: float = 0.0):
        super().__init__(what)
        self.what = what
        self.seconds = seconds


@dataclass
class Entrance:
    """Every method raises StoreAway and NotIn."""

    settings: Settings
    accounts: Accounts
    attempts: Attempts
    sessions: Sessions
    audit: Audit
    clock: Callable[[], float] = field(default=time.time)
    _seldom: Seldom = field(init=False)

    def __post_init__(self) -> None:
        self._seldom = Seldom(self.clock)

    def enter(
        self, name: str, given: str, address: str, browser: Browser = STRANGE_BROWSER
    ) -> tuple[str, Session, Account]:
        """With the right name and password: a new session's id, the session, the account.

        Args:
            browser: what is known of the one it is tried in (lockout.py).
        """
        name = name.strip().lower()[:LONGEST_NAME]
        account = self.accounts.get(name)
        counts = self._counts(name, address, browser, account)
        self._begin(name if account else "", counts, "login")
        # A disabled account is told as a wrong password is: who guesses learns nothing of who works here.
        right = self._fits(account, given) and account is not None and not account.disabled
        if not right or account is None:
            self._refused(account, "login", lockout.place(address))
            raise NotIn("wrong")
        self.attempts.forgive(counts)
        self.attempts.came_in(lockout.place(address), lockout.PLACE_SECONDS)
        if password.is_outdated(account.password):
            fresh = self._hashed(given)
            account = self.accounts.change(account.name, lambda kept: replace(kept, password=fresh))
        stage = Stage.SECOND_FACTOR if account.second_factor else _after(account)
        opened, session = self.sessions.open(account, stage)
        self._tell(account, "login", "code" if account.second_factor else "done")
        return opened, session, account

    def give_code(self, session: Session, account: Account, code: str) -> tuple[str, Session]:
        """With the right code of the second factor: the session that follows."""
        counts = lockout.code_counts(account.name)
        self._begin(account.name, counts, "code")
        if not self._uses(account.name, account.second_factor, code):
            self._refused(account, "code")
            raise NotIn("wrong")
        self.attempts.forgive(counts)
        self._tell(account, "code")
        return self.sessions.follow(session, account, _after(account))

    def change_password(self, session: Session, account: Account, old: str, new: str) -> tuple[str, Session]:
        """With the old password: the new one holds, all other sessions are over, and this one goes on."""
        self._prove(session, account, old, "password")
        if fault := "same" if new == old else password.fault(new, account.name):
            raise NotIn(fault)
        kept = self._hashed(new)
        changed = self.accounts.change(
            account.name,
            lambda found: replace(found, password=kept, must_change=False, generation=found.generation + 1),
        )
        self._tell(account, "password")
        return self.sessions.follow(session, changed, Stage.IN)

    def set_second_factor(self, session: Session, account: Account, word: str, code: str) -> tuple[str, Session]:
        """With a code of the secret of ``word``: from now on it is asked for."""
        counts = lockout.code_counts(account.name)
        self._begin(account.name, counts, "second_factor")
        if not self._uses(account.name, word, code):
            raise NotIn("wrong")
        self.attempts.forgive(counts)
        changed = self.accounts.change(
            account.name, lambda found: replace(found, second_factor=word, generation=found.generation + 1)
        )
        self._tell(account, "second_factor", "on")
        return self.sessions.follow(session, changed, Stage.IN)

    def end_second_factor(self, session: Session, account: Account, given: str) -> tuple[str, Session]:
        """With the password: no code is asked for any more."""
        self._prove(session, account, given, "second_factor")
        changed = self.accounts.change(
            account.name, lambda found: replace(found, second_factor="", generation=found.generation + 1)
        )
        self._tell(account, "second_factor", "off")
        return self.sessions.follow(session, changed, Stage.IN)

    def _prove(self, session: Session, account: Account, given: str, act: str) -> None:
        """That who sits there has the password still."""
        counts = lockout.session_counts(account.name, session.digest)
        self._begin(account.name, counts, act)
        if not self._fits(account, given):
            self._refused(account, act)
            raise NotIn("wrong")
        self.attempts.forgive(counts)

    def _counts(self, name: str, address: str, browser: Browser, account: Account | None) -> Sequence[Count]:
        # Asked in either case: what it takes tells nothing of the name.
        is_ours = self.attempts.is_known(lockout.place(address))
        if account is None:
            return lockout.strangers_counts(name, address)
        return lockout.counts(name, address, browser, is_ours=is_ours)

    def _uses(self, name: str, word: str, code: str) -> bool:
        step = second_factor.step_of(self.settings, word, code, self.clock())
        return step is not None and self.accounts.use_code(name, step)

    def _begin(self, name: str, counts: Sequence[Count], act: str) -> None:
        wait = self.attempts.begin(lockout.owner(name) if name else "", counts, self.clock())
        if wait > 0:
            self._tell_of_many(act, wait)
            raise NotIn("too_often", wait)

    def _tell_of_many(self, act: str, wait: float) -> None:
        """Once a minute: whoever tries without a pause would fill the log and the audit."""
        if not self._seldom.is_due((act,), TELL_SECONDS):
            return
        log.warning("somebody tries to come in too often", kind=act, seconds=round(wait))
        self.audit.write(STRANGER, "", act, outcome="too_often")

    def _refused(self, account: Account | None, act: str, place: str = "") -> None:
        """Of names that nobody has once a minute and address: there is no end of them."""
        if account is None:
            if self._seldom.is_due((act, place), TELL_SECONDS):
                self.audit.write(STRANGER, "", act, outcome="wrong")
        else:
            self._tell(account, act, "disabled" if account.disabled else "wrong")

    def _tell(self, account: Account, act: str, outcome: str = "done") -> None:
        self.audit.write(account.name, account.role, act, agency=agency_of(account), outcome=outcome)

    def _fits(self, account: Account | None, given: str) -> bool:
        try:
            return password.fits(account.password if account else None, given)
        except password.Busy:
            raise NotIn("busy", 2.0) from None

    def _hashed(self, new: str) -> str:
        try:
            return password.hashed(new)
        except password.Busy:
            raise NotIn("busy", 2.0) from None


def _after(account: Account) -> Stage:
    return Stage.NEW_PASSWORD if account.must_change else Stage.IN
