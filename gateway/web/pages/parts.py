"""What the pages' blueprints are given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.accounts.audit import Audit
from gateway.accounts.entrance import Entrance
from gateway.accounts.sessions import Sessions
from gateway.journal import Journal, open_journal
from gateway.rules import CurrentRules
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.store import Store
from gateway.store.accounts import Accounts
from gateway.store.attempts import Attempts
from gateway.store.audit import AuditStream
from gateway.store.sessions import Sessions as KeptSessions
from gateway.web.pages.tabs import Tabs


@dataclass
class Parts:
    """One of each for the whole process; all may be shared between threads.

    Attributes:
        rulebook: the rules in force, asked each time.
        clock: seconds since the epoch.
        floor: what the desks' pages have in common (floor.py); made by the first who needs it.
        finding: the search's (finding.py), likewise.
        manager, duties: the connection to Asterisk's manager and the desks' duty (asterisk.py), likewise.
        about_me: parts of ``/api/me`` that other blueprints know; each is given the visitor.
    """

    settings: Settings
    store: Store
    journal: Journal
    rulebook: Callable[[], Rulebook]
    clock: Callable[[], float] = time.time
    floor: Any = None
    manager: Any = None
    duties: Any = None
    finding: Any = None
    about_me: list[Callable[[Any], dict[str, Any]]] = field(default_factory=list)
    accounts: Accounts = field(init=False)
    attempts: Attempts = field(init=False)
    stream: AuditStream = field(init=False)
    audit: Audit = field(init=False)
    sessions: Sessions = field(init=False)
    entrance: Entrance = field(init=False)
    tabs: Tabs = field(init=False)

    def __post_init__(self) -> None:
        client = self.store.redis
        self.accounts = Accounts(client)
        self.attempts = Attempts(client)
        self.stream = AuditStream(client)
        self.audit = Audit(self.stream, self.clock)
        self.sessions = Sessions(KeptSessions(client), self.accounts, self.clock)
        self.entrance = Entrance(self.settings, self.accounts, self.attempts, self.sessions, self.audit, self.clock)
        self.tabs = Tabs(self.clock, self.sessions.goes_on)


def parts_of(settings: Settings, clock: Callable[[], float] = time.time) -> Parts:
    journal = open_journal(settings, "pages")
    return Parts(settings, Store(settings), journal, CurrentRules(settings, journal.alarm).fresh, clock)
