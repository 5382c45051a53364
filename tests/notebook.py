"""A journal in memory, with all that gateway.journal.Journal offers. It can lose its memory, as when Redis is away."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Job, Kind


class Notebook:
    """Keeps what has a key once.

    Attributes:
        full: nothing can be kept any more.
        away: what is asked is not answered; what is written is kept all the same, as by the spool.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.jobs: list[Job] = []
        self.alarms: list[str] = []
        self.away = False
        self.full = False
        self._keys: dict[str, str] = {}
        self._open: dict[str, tuple[str, float]] = {}
        self._before: dict[str, tuple[str, float]] = {}

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> list[bool]:
        news = [not entry.key or entry.key not in self._keys for entry in entries]
        for entry, new in zip(entries, news, strict=True):
            if new:
                self._keys[entry.key] = entry.incident
                self.entries.append(entry)
        known = {job.key for job in self.jobs}
        self.jobs.extend(job for job in jobs if not job.key or job.key not in known)
        return news

    def keep(self, entries: Sequence[Entry]) -> bool:
        if not self.full:
            self.add(entries)
        return not self.full

    def claim(self, number: str, new: str, now: float, within: float, remember: float) -> tuple[str, Incident | None]:
        if self.away:
            return new, None
        incident, at = self._open.get(number, (new, now))
        closed = any(entry.kind is Kind.CLOSED and entry.incident == incident for entry in self.entries)
        latest = incident if now - at <= within and not closed else new
        if latest != incident:
            self._before[number] = incident, at
        self._open[number] = latest, now
        before, heard = self._before.get(number, ("", 0.0))
        remembered = latest == new and before and now - heard <= remember
        return latest, self.incident(before) if remembered else None

    def incident(self, identifier: str) -> Incident | None:
        told = self.timeline(identifier)
        return add_up(identifier, told) if told else None

    def timeline(self, incident: str) -> list[Entry] | None:
        return None if self.away else [entry for entry in self.entries if entry.incident == incident]

    def incident_of(self, key: str) -> str | None:
        return None if self.away else self._keys.get(key)

    def alarm(self, what: str, incident: str = "") -> None:
        self.alarms.append(what)

    def of_kind(self, kind: Kind) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind is kind]
