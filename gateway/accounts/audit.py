"""The audit: who did what, to which case, when. No number, no text, no place."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from gateway.accounts.account import EVERY_AGENCY, Account
from gateway.log import get_logger, scrub
from gateway.store import StoreAway
from gateway.store.audit import AT_ONCE, AuditStream

KEPT_WHILE_AWAY = 50_000
AGAIN_SECONDS = 0.5
STRANGER = "?"
"""Stands for whoever gave a name that nobody has: it may be a password typed into the wrong field."""

TERMINAL = "(terminal)"
"""Whoever has the machine itself."""

_WORD = re.compile(r"[A-Za-z0-9_.:()?*-]{0,64}")
_INCIDENT = re.compile(r"[0-9a-f]{24}")

log = get_logger("audit")


@dataclass(frozen=True, slots=True)
class Line:
    """
    Attributes:
        at: seconds since the epoch.
        account, role: who; STRANGER or TERMINAL without a role.
        act: a word, such as ``login`` or ``view``.
        incident, agency: of what; may be empty.
        outcome: a word: ``done``, ``refused``, or more precisely.
        about: another account, a desk or a queue; may be empty.
    """

    at: float
    account: str
    role: str
    act: str
    incident: str = ""
    agency: str = ""
    outcome: str = "done"
    about: str = ""


class Audit:
    """Safe to share between threads; never raises.

    A line is written before ``write`` returns. One that cannot be is kept, and brought by a thread once the store is
    back; ``at`` says when it was.
    """

    def __init__(self, stream: AuditStream, clock: Callable[[], float] = time.time):
        self._stream = stream
        self._clock = clock
        self._late: deque[dict[str, str]] = deque()
        self._turn = threading.Lock()
        self._brings = False

    def write(
        self, account: str, role: str, act: str, *,
        incident: str = "", agency: str = "", outcome: str = "done", about: str = "",
    ) -> None:  # fmt: skip
        values = {"account": account, "role": role, "act": act, "incident": _named(incident), "agency": agency}
        values |= {"outcome": outcome, "about": about}
        line = {"at": repr(self._clock())} | {name: _word(value) for name, value in values.items()}
        if not self._brings:
            try:
                self._stream.add([line])
            except StoreAway:
                log.warning("the audit waits for the store", kind=act)
            else:
                return
        self._keep(line)

    def _keep(self, line: dict[str, str]) -> None:
        with self._turn:
            if len(self._late) >= KEPT_WHILE_AWAY:
                log.error("an audit line was lost: the store is away for too long", kind=line["act"])
                return
            self._late.append(line)
            if not self._brings:
                self._brings = True
                threading.Thread(target=self._bring, name="audit", daemon=True).start()

    def _bring(self) -> None:
        """Bring what is late, the oldest first, until nothing is."""
        while True:
            with self._turn:
                lines = list(islice(self._late, AT_ONCE))
                if not lines:
                    self._brings = False
                    return
            try:
                self._stream.add(lines)
            except StoreAway:
                time.sleep(AGAIN_SECONDS)
                continue
            with self._turn:
                for _ in lines:
                    self._late.popleft()


def agency_of(account: Account) -> str:
    """For which agency an account acts; empty where it has several: the act itself has to say."""
    return account.agencies[0] if len(account.agencies) == 1 and account.agencies != (EVERY_AGENCY,) else ""


def lines(found: Iterator[tuple[str, Mapping[str, str]]]) -> Iterator[tuple[str, Line]]:
    """The stream's lines with their ids; what is none is left out."""
    for name, fields in found:
        try:
            yield name, Line(**{**fields, "at": float(fields["at"])})  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError):
            continue


def _named(incident: str) -> str:
    """What stands in an address in an incident's place may be a number that somebody looked for."""
    return incident if _INCIDENT.fullmatch(incident) or scrub(incident) == incident else STRANGER


def _word(value: str) -> str:
    """Never a sentence: what is not a word of ours is not written."""
    return value if _WORD.fullmatch(value) else STRANGER
