"""The journal: what the gateway writes into, whether or not the store is there.

Nothing here raises, and nothing waits longer than about a second in all: a caller is on the line. While the store is
away, records go to the spool, and ``gateway112 replay`` brings them to the store when it is back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Job, Kind
from gateway.journal.spool import Spool, SpoolFull
from gateway.log import get_logger
from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store import GATEWAY, Store, StoreAway
from gateway.store.batch import Batches
from gateway.store.record import Record, accept
from gateway.store.script import Prepared

log = get_logger("journal")

PAUSE_SECONDS = 1.0
"""After a failure the store is left alone for so long; then one attempt tells whether it is back."""

SPOOL_SECONDS = 0.3
ALARM_SECONDS = 10.0
"""The same alarm within this time is one alarm: what fails for every call must not bury the rest."""

Answer = TypeVar("Answer")


class Breaker:
    """Keeps all but one attempt in PAUSE_SECONDS from a store that is away."""

    def __init__(self) -> None:
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                return False
            if self._closed_until:
                self._closed_until = now + PAUSE_SECONDS
            return True

    def succeeded(self) -> bool:
        """Whether this ends an outage."""
        with self._lock:
            back, self._closed_until = self._closed_until > 0, 0.0
            return back

    def failed(self) -> bool:
        """Whether this begins an outage."""
        with self._lock:
            begins, self._closed_until = not self._closed_until, time.monotonic() + PAUSE_SECONDS
            return begins


class Journal:
    """Safe to share between threads.

    Attributes:
        stored, spooled, lost: records since the start of this process.
    """

    def __init__(self, store: Store, spool: Spool, settings: Settings, process: str):
        self._store = store
        self._spool = spool
        self._settings = settings
        self._process = process
        self._batches: Batches[Prepared, list[Any]] = Batches(store.write)
        self._breaker = Breaker()
        self._alarms: dict[tuple[str, str], float] = {}
        self.stored = self.spooled = self.lost = 0

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> list[bool]:
        """Keep entries and the jobs they bring; for each entry whether it is new, as far as can be known now."""
        news, _ = self._add(entries, jobs)
        return news or [True] * len(entries or ())

    def keep(self, entries: Sequence[Entry]) -> bool:
        """Keep entries; whether all are on a disk now, in the store's file or in the spool: only then may whoever
        brought them be told that we have them.
        """
        return self._add(entries, ())[1]

    def _add(self, entries: Sequence[Entry], jobs: Sequence[Job]) -> tuple[list[bool] | None, bool]:
        """For each entry whether it is new, as far as the store says so; and whether all are on a disk."""
        try:
            record = accept(entries, jobs)
            news = self._ask(lambda: self._batches.ask(self._store.prepare(record)))
            if news is None:
                return None, self._spooled(record)
            self.stored += 1
        except Exception:
            self.lost += 1
            log.exception("a record is lost")
            return None, False
        return news, True

    def claim(self, number: str, new: str, now: float, within: float, remember: float) -> tuple[str, Incident | None]:
        """The caller's open incident of the last ``within`` seconds, else ``new``, which then is the open one; and with
        a new one what the caller's incident before it adds up to, if he was heard of in it in the last ``remember``.

        One question to the store, and a second one only where there is a case before.

        Args:
            number: E.164.
        """

        def ask() -> list[Any] | None:
            key = number_key(self._settings, number)
            return self._batches.ask(self._store.prepare_claim(key, new, now, within))

        answers = self._ask(ask)
        if not answers:
            return new, None
        before, _, heard = str(answers[1]).partition(" ")
        remembered = bool(before) and float(heard) >= now - remember
        return str(answers[0]), self.incident(before) if remembered else None

    def incident(self, identifier: str) -> Incident | None:
        """What an incident's timeline adds up to; None if the store has none, or is away."""
        incident = self._ask(lambda: self._store.incident(identifier))
        return incident if incident and incident.opened_at else None

    def timeline(self, incident: str) -> list[Entry] | None:
        """An incident's entries in their order; None while the store is away."""
        return self._ask(lambda: self._store.timeline(incident))

    def incident_of(self, key: str) -> str | None:
        """The incident that has the entry with this key; None if unknown, or while the store is away."""
        return self._ask(lambda: self._store.incident_of(key))

    def alarm(self, what: str, incident: str = "") -> None:
        """Tell desks and logs that something is wrong; ``what`` is a sentence without any caller's data."""
        now = time.time()
        if now - self._alarms.get((what, incident), 0.0) < ALARM_SECONDS:
            return
        if len(self._alarms) > 1000:
            self._alarms.clear()
        self._alarms[what, incident] = now
        log.error("alarm", what=what, incident=incident)
        self.add([Entry(incident or GATEWAY, Kind.ALARM, now, {"what": what, "process": self._process})])

    def _ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The store's answer; None when it has none, or is away."""
        if not self._breaker.allows():
            return None
        try:
            answer = question()
        except StoreAway as away:
            if self._breaker.failed():
                log.exception("the store is away: records go to the spool", why=str(away))
            return None
        except Exception:
            # Ours, not the store's: the next question may well be answered.
            log.exception("the store was asked wrongly")
            return None
        if self._breaker.succeeded():
            log.warning("the store is back")
        return answer

    def _spooled(self, record: Record) -> bool:
        try:
            kept = self._spool.keep(record, SPOOL_SECONDS)
        except SpoolFull as full:
            self.lost += 1
            log.exception("a record is lost", why=str(full))
            return False
        self.spooled += 1
        if not kept:
            log.error("a record is in memory only: the disk is slow or full", path=str(self._spool.folder))
        return kept


def open_journal(settings: Settings, process: str) -> Journal:
    """The journal of a process; works whether or not the store is there.

    Raises:
        SettingsRefused: a secret is missing.
    """
    settings.secret("number_key")
    return Journal(Store(settings), Spool(settings.state / "spool"), settings, process)
