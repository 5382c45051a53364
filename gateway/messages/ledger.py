"""Where a batch of messages is kept: asked of the store at once before it is filed, and saved at once after."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.contact import IncomingMessage
from gateway.incident.timeline import Entry, Job
from gateway.log import get_logger
from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.store.record import accept
from gateway.store.script import Prepared

INCIDENT_LETTERS = 24

log = get_logger("messages")


class Ledger:
    """One batch of messages: ``open`` it, read and add, then ``save``. A ledger that is dropped has saved nothing."""

    def __init__(self, store: Store, settings: Settings):
        self._store = store
        self._settings = settings
        self._incidents: dict[str, str] = {}
        self._told: dict[str, list[Entry]] = {}
        self._records: list[tuple[str, Prepared]] = []

    def open(self, messages: Sequence[IncomingMessage], within: float) -> None:
        """Find the messages' incidents, and what is told of them.

        Args:
            within: seconds for which a writer's incident is joined by his next message.

        Raises:
            StoreAway
        """
        self._incidents, self._told, self._records = {}, {}, []
        known = self._store.incidents_of([message.key for message in messages])
        claims: list[tuple[IncomingMessage, Prepared]] = []
        for message, incident in zip(messages, known, strict=True):
            # Made of the message's name, so that doing it again after a crash opens no second one.
            fresh = number_key(self._settings, f"incident of {message.id}")[:INCIDENT_LETTERS]
            self._incidents[message.id] = incident or fresh
            if not incident and message.writer:
                key = number_key(self._settings, message.writer)
                claims.append((message, self._store.prepare_claim(key, fresh, message.at, within)))
        if claims:
            answers = self._store.write([claim for _, claim in claims])
            self._incidents |= {
                message.id: str(answer[0]) for (message, _), answer in zip(claims, answers, strict=True)
            }
        incidents = list(dict.fromkeys(self._incidents.values()))
        self._told = dict(zip(incidents, self._store.timelines(incidents), strict=True)) if incidents else {}

    def incident_for(self, message: IncomingMessage) -> str:
        return self._incidents[message.id]

    def timeline(self, incident: str) -> list[Entry]:
        return list(self._told.get(incident, ()))

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> None:
        """Keep the entries of one message until the batch is saved."""
        record = accept(entries, jobs)
        self._records.append((record.entries[0].incident, self._store.prepare(record)))
        for entry in record.entries:
            self._told.setdefault(entry.incident, []).append(entry)
        # A message that was spooled comes late: time decides the order, and among equals who came first.
        for incident in {entry.incident for entry in record.entries}:
            self._told[incident].sort(key=lambda entry: entry.at)

    def save(self) -> set[str]:
        """Save all of it; the incidents of which the store will not take something though it takes others.

        Raises:
            StoreAway: nothing is saved, or we do not know; doing all of it again is harmless.
        """
        try:
            self._store.write([record for _, record in self._records])
        except StoreAway:
            self._store.check_writable()
            return {incident for incident, record in self._records if self._refuses(incident, record)}
        return set()

    def _refuses(self, incident: str, record: Prepared) -> bool:
        try:
            self._store.write([record])
        except StoreAway:
            # Away, or is it this one? One that can never be stored must not keep all later ones out.
            self._store.check_writable()
            log.exception("a message is refused by the store", incident=incident)
            return True
        return False
