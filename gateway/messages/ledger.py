"""Where a batch of messages is kept: asked of the store at once before it is filed, and saved at once after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.contact import IncomingMessage
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Job, Kind
from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store import Store
from gateway.store.record import accept
from gateway.store.script import Prepared

INCIDENT_LETTERS = 24

MOST_ENTRIES = 1_000
"""Of a longer timeline the beginning and the end are looked at: whoever floods us must not keep others waiting."""


class Ledger:
    """One batch of messages: ``open`` it, read and add, then ``save``. A ledger that is dropped has saved nothing."""

    def __init__(self, store: Store, settings: Settings):
        self._store = store
        self._settings = settings
        self._told: dict[str, list[Entry]] = {}
        self._before: dict[str, Incident] = {}
        self._records: list[Prepared] = []

    def open(
        self, messages: Sequence[IncomingMessage], within: float, remember: float = 0.0
    ) -> dict[str, list[IncomingMessage]]:
        """The messages by incident: the one a message is stored in, its writer's open one, or a new one.

        Args:
            within: seconds for which a writer's incident is joined by his next message.
            remember: seconds for which what was told in it bears on his next one.

        Raises:
            StoreAway
        """
        self._records = []
        incidents: dict[str, str] = {}
        known = self._store.incidents_of([message.key for message in messages])
        claims: list[tuple[IncomingMessage, Prepared]] = []
        writers: dict[str, str] = {}
        for message, incident in zip(messages, known, strict=True):
            # Made of the message's name, so that doing it again after a crash opens no second one.
            fresh = number_key(self._settings, f"incident of {message.id}")[:INCIDENT_LETTERS]
            incidents[message.id] = incident or fresh
            if not incident and message.writer:
                key = number_key(self._settings, message.writer)
                writers[message.id] = key
                claims.append((message, self._store.prepare_claim(key, fresh, message.at, within)))
        if claims:
            answers = self._store.write([claim for _, claim in claims])
            incidents |= {message.id: str(answer[0]) for (message, _), answer in zip(claims, answers, strict=True)}
        groups: dict[str, list[IncomingMessage]] = {}
        for message in messages:
            groups.setdefault(incidents[message.id], []).append(message)
        self._told = dict(zip(groups, self._store.timelines(list(groups), MOST_ENTRIES), strict=True))
        self._look_back(groups, writers, remember)
        return groups

    def _look_back(
        self, groups: Mapping[str, Sequence[IncomingMessage]], writers: Mapping[str, str], remember: float
    ) -> None:
        """What is known of whoever opens an incident now."""
        opening = [incident for incident, told in self._told.items() if not any(e.kind is Kind.OPENED for e in told)]
        firsts = {incident: first for incident in opening if (first := groups[incident][0]).id in writers}
        asked = [(writers[first.id], incident, first.at) for incident, first in firsts.items()]
        names = dict(zip(firsts, self._store.joins.before_each(asked, remember), strict=True))
        befores = {incident: before for incident, before in names.items() if before}
        told = self._store.timelines(list(befores.values()), MOST_ENTRIES)
        pairs = zip(befores.items(), told, strict=True)
        self._before = {incident: add_up(before, entries) for (incident, before), entries in pairs}

    def before(self, incident: str) -> Incident | None:
        """The writer's incident before this one, if this one is opened now and that is remembered."""
        return self._before.get(incident)

    def timeline(self, incident: str) -> list[Entry]:
        return list(self._told.get(incident, ()))

    def is_flooded(self, incident: str) -> bool:
        """Whether so much is told of an incident that not all of it was looked at."""
        return len(self._told.get(incident, ())) >= MOST_ENTRIES

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> None:
        """Keep the entries of one message until the batch is saved."""
        record = accept(entries, jobs)
        self._records.append(self._store.prepare(record))
        for entry in record.entries:
            self._told.setdefault(entry.incident, []).append(entry)
        # A message that was spooled comes late: time decides the order, and among equals who came first.
        for incident in {entry.incident for entry in record.entries}:
            self._told[incident].sort(key=lambda entry: entry.at)

    def save(self) -> None:
        """Save all of it in one transaction.

        Raises:
            StoreAway: nothing is saved, or we do not know; doing all of it again is harmless.
        """
        self._store.write(self._records)
