"""Who has which line of the caller's telephone in the browser: a login's own, and gone with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.calls.conference import CallRefused
from gateway.calls.credentials import Credential, Credentials
from gateway.log import get_logger
from gateway.store import StoreAway

SHORTEST_SECONDS = 1800.0
"""A page is given a password that lasts so long at least."""

LOOK_SECONDS = 5.0

log = get_logger("pages")


@dataclass
class DrillLines:
    """Safe to share between threads.

    Attributes:
        goes_on: whether a login is not over, by its name; may raise StoreAway.
    """

    credentials: Credentials
    names: Sequence[str]
    goes_on: Callable[[str], bool]
    clock: Callable[[], float]
    _held: dict[str, tuple[str, Credential]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looks: bool = False

    def of(self, login: str) -> Credential:
        """The line of a login: the same one for all its pages, as long as it lasts.

        Raises:
            CallRefused: every line is somebody's.
            AmiAway: Asterisk's manager is away.
        """
        with self._lock:
            self._look_from_now_on()
            now = self.clock()
            line = next((line for line, (whose, _) in self._held.items() if whose == login), "")
            if line and self._held[line][1].expires_at - now >= SHORTEST_SECONDS:
                return self._held[line][1]
            line = line or next((name for name in self.names if name not in self._held), "")
            if not line:
                raise CallRefused("no_line", "every line of the drills' telephone is in use")
            credential = self.credentials.mint(line, now)
            self._held[line] = login, credential
            return credential

    def look(self) -> None:
        """Take back what is over: the password, or the login that it belongs to."""
        with self._lock:
            held = list(self._held.items())
        for line, (login, credential) in held:
            if credential.expires_at > self.clock() and self._goes_on(login):
                continue
            self.credentials.revoke(line)
            with self._lock:
                self._held.pop(line, None)

    def _goes_on(self, login: str) -> bool:
        try:
            return self.goes_on(login)
        except StoreAway:
            return True  # nobody can be shut out now, nor let in

    def _look_from_now_on(self) -> None:
        if not self._looks:
            self._looks = True
            threading.Thread(target=self._look_for_ever, name="drill lines", daemon=True).start()

    def _look_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("the lines of the drills' telephone could not be looked at")
