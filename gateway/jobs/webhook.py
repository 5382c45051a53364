"""Agencies' own systems are told what happens, by webhook: in order, until they take it, for up to half a day.

``notify`` finds whom an entry concerns, ``webhook`` tells one agency. Either may be performed twice: what was taken
stands in the timeline as NOTIFIED, and what is sent twice has the same name. What nobody takes is a dead letter.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway import http_request
from gateway.eido.document import document
from gateway.eido.reference import eido_url
from gateway.gazetteer import current
from gateway.incident.errors import Refused
from gateway.incident.timeline import Entry, Job, Kind
from gateway.jobs.follow_up import NotYet
from gateway.location_reference import location_url
from gateway.log import get_logger
from gateway.rules import load
from gateway.rules.rulebook import Agency, Rulebook
from gateway.settings import Settings
from gateway.store import Store
from gateway.webhooks import secrets
from gateway.webhooks.happenings import EVENTS, name_of
from gateway.webhooks.letter import Letter, letter
from gateway.webhooks.outbox import DONE, FAILED, concerned, pending

WITHIN_SECONDS = 6.0
RUN_SECONDS = 5.0
"""No further one is begun after so long: a job has its time."""

SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
GIVE_UP_SECONDS = 12 * 3600.0
AWAY_SECONDS = 20.0
"""So long after a failure nothing else is tried with the same agency: others must not wait behind it."""

MENDED_SECONDS = 60.0
"""While the rules or the secrets on the disk are refused somebody is at work on them: nothing is given up for that."""

LARGEST_ANSWER = 100_000

log = get_logger("jobs")


class Untaken(Exception):
    """An agency's system does not take what it is told; the text says why, without any of it."""


def notify(settings: Settings, store: Store, incident: str, name: str) -> None:
    """Have each agency told that this entry concerns.

    Raises:
        NotYet: to be tried again.
    """
    told = store.timeline(incident)
    entry = next((entry for entry in told if name_of(entry) == name), None)
    if entry is None:
        raise NotYet("the entry is not in the store yet")
    try:
        agencies = concerned(entry, told, load(settings.rules))
    except Refused as fault:
        log.warning("nobody can be told yet", why=fault.why)
        store.add([], [Job("notify", (incident, name), key=f"notify:{name}:{time.time():.3f}", after=MENDED_SECONDS)])
        return
    store.add([], [_job(incident, agency, name) for agency in agencies])


def webhook(settings: Settings, store: Store, incident: str, agency: str, name: str) -> None:
    """Tell an agency of an entry, and before it of all that it was not told yet.

    Raises:
        Untaken: they have not taken it for so long that it is given up.
    """
    telling = Telling(settings, store, incident, agency, name)
    try:
        telling.go_on()
    except Refused as fault:
        log.warning("an agency cannot be told yet", why=fault.why)
        telling.again(MENDED_SECONDS)


def _job(incident: str, agency: str, name: str, after: float = 0.0, word: str = "") -> Job:
    return Job("webhook", (incident, agency, name), key=f"webhook:{agency}:{name}:{word}", after=after)


@dataclass
class Telling:
    """One agency is told what happened, from wherever the last run left it."""

    settings: Settings
    store: Store
    incident: str
    agency: str
    name: str
    """Of the entry that is told."""
    began: float = field(default_factory=time.time)

    def go_on(self) -> None:
        told, book = self.store.timeline(self.incident), load(self.settings.rules)
        for entry in pending(self.agency, self.name, told, book):
            if time.time() - self.began > RUN_SECONDS:
                self.again(SHORTEST_PAUSE)
                return
            # One letter at a time for each agency, and after a failure none of another incident for a while.
            if not self.store.messages.hold_lease(self._lease, self.name, AWAY_SECONDS):
                self.again(AWAY_SECONDS)
                return
            if why := self._tell(entry, told, book):
                self._untaken(entry, why)
                return
            self.store.messages.drop_lease(self._lease, self.name)

    @property
    def _lease(self) -> str:
        return f"webhook:{self.agency}"

    def _tell(self, entry: Entry, told: Sequence[Entry], book: Rulebook) -> str:
        """Send it; why it was not taken, empty if it was."""
        agency = book.agencies[self.agency]
        if agency.webhook is None:
            return ""
        known = secrets.read(self.settings).get(self.agency)
        if not known:
            return f"webhooks.toml has no secret for {self.agency}"
        sent = self._letter(entry, told, agency, book, known)
        try:
            answer = http_request.perform(
                "POST",
                agency.webhook.url,
                body=sent.body,
                headers=sent.headers,
                within=WITHIN_SECONDS,
                largest=LARGEST_ANSWER,
            )
        except http_request.NoAnswer as fault:
            return str(fault)
        if not 200 <= answer.status < 300:
            return f"answered {answer.status}"
        self._note(entry, DONE)
        return ""

    def _letter(
        self, entry: Entry, told: Sequence[Entry], agency: Agency, book: Rulebook, known: Sequence[str]
    ) -> Letter:
        now = time.time()
        eido = document(
            self.incident,
            told,
            agency,
            book,
            element=self.settings.domain,
            location_url=location_url(self.settings, self.incident, now, discreet=not agency.sees_violence),
            gazetteer=current.names(self.settings),
            now=now,
        )
        content = {"incident": self.incident, "eido_url": eido_url(self.settings, self.incident, agency.id, now)}
        return letter(self.agency, name_of(entry), EVENTS[entry.kind], entry.at, {**content, "eido": eido}, known, now)

    def _untaken(self, entry: Entry, why: str) -> None:
        age = time.time() - entry.at
        if age < GIVE_UP_SECONDS:
            self.again(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, age / 2)))
            return
        self._note(entry, FAILED, why)
        if name_of(entry) == self.name:
            raise Untaken(why)
        self.again(SHORTEST_PAUSE)

    def again(self, after: float) -> None:
        again = _job(self.incident, self.agency, self.name, after, f"{time.time():.3f}")
        self.store.add([], [again])

    def _note(self, entry: Entry, outcome: str, why: str = "") -> None:
        data = {"agency": self.agency, "event": EVENTS[entry.kind].value, "entry": name_of(entry), "outcome": outcome}
        key = f"notified:{self.agency}:{name_of(entry)}:{outcome}"
        noted = Entry(self.incident, Kind.NOTIFIED, time.time(), data | ({"why": why} if why else {}), key)
        self.store.add([noted])
