"""What was promised and not done: jobs that failed for good, requests that were refused, records and messages that did
not get where they belong. Without numbers, texts or places.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway import jobs
from gateway.desk.supervision import may_know_of, sees_all
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry
from gateway.log import scrub
from gateway.queues.alarms import Troubles
from gateway.rules.rulebook import OPERATORS, Rulebook
from gateway.settings import Settings
from gateway.store import Store, away

SHOWN_FILES = 50
SHOWN = 200
OF_AN_AGENCY = frozenset({"inform", "webhook"})
"""Tasks whose second argument is an agency."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """
    Attributes:
        kind: ``job``, ``message``, ``request`` or ``record``.
        name: what it was: a task's name, a reply's status, the way a request came, a file's name.
        why: a few words without anybody's data; may be empty.
        incident, agency: whom it concerns; may be empty.
        again: it can be tried again.
    """

    id: str
    kind: str
    at: float
    name: str
    why: str = ""
    incident: str = ""
    agency: str = ""
    again: bool = False


@dataclass(frozen=True)
class DeadLetters:
    """Every method raises StoreAway."""

    settings: Settings
    store: Store

    def shown_to(self, agencies: Sequence[str], book: Rulebook, troubles: Troubles) -> list[dict[str, object]]:
        """Those that a supervisor of these agencies is told of, the newest first."""
        found = [*self._jobs(), *_unsent(troubles)]
        known = self._timelines({letter.incident for letter in found})
        letters = [each for each in found if _is_for(each, agencies, book, known.get(each.incident, []))]
        if OPERATORS in agencies:  # of no case
            letters += [*_requests(self.settings.state / "quarantine"), *_records(self.settings.state / "spool")]
        return [asdict(each) for each in sorted(letters, key=lambda each: -each.at)[:SHOWN]]

    def again(self, identifier: str, agencies: Sequence[str], book: Rulebook) -> DeadLetter | None:
        """Try a job anew that a supervisor of these agencies is told of; None: there is none such."""
        queues = jobs.Queues(self.store.redis)
        with away():
            dead = next((job for job in jobs.dead_jobs(queues) if job.id == identifier), None)
        if dead is None:
            return None
        letter = _of_job(dead)
        if not _is_for(letter, agencies, book, self._timelines({letter.incident}).get(letter.incident, [])):
            return None
        with away():
            jobs.requeue(queues, self.store.redis, dead)
        return letter

    def _jobs(self) -> list[DeadLetter]:
        with away():
            return [_of_job(job) for job in jobs.dead_jobs(jobs.Queues(self.store.redis))]

    def _timelines(self, incidents: Collection[str]) -> dict[str, list[Entry]]:
        wanted = sorted(filter(None, incidents))
        return dict(zip(wanted, self.store.timelines(wanted), strict=True)) if wanted else {}


def _is_for(letter: DeadLetter, agencies: Sequence[str], book: Rulebook, entries: Sequence[Entry]) -> bool:
    if sees_all(agencies, book):
        return True
    if letter.agency:
        return letter.agency in agencies
    return bool(entries) and may_know_of(agencies, book, add_up(letter.incident, entries), entries)


def _of_job(job: jobs.DeadJob) -> DeadLetter:
    incident, agency, *_ = [*job.arguments, "", ""]
    agency = agency if job.name in OF_AN_AGENCY else ""
    return DeadLetter(job.id, "job", job.at, job.name, scrub(job.why), incident, agency, again=True)


def _unsent(troubles: Troubles) -> list[DeadLetter]:
    return [
        DeadLetter(each.reply, "message", each.at, each.status, incident=each.incident)
        for each in list(troubles.unsent.values())
    ]


def _requests(folder: Path) -> list[DeadLetter]:
    """Of what was refused, no more than how and why: its body is for whoever has the machine."""
    found = []
    for file in sorted(folder.glob("*.json"), reverse=True)[:SHOWN_FILES]:
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            way = "/".join(str(kept.get("path", "")).split("?")[0].split("/")[:3])
            why = f"{int(kept['status'])}: {kept['why']}"
            found.append(DeadLetter(file.stem, "request", float(kept["at"]), scrub(way)[:60], scrub(why)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def _records(spool: Path) -> list[DeadLetter]:
    """Files of records that could not be brought to the store."""
    found = []
    for file in sorted((spool / "set_aside").glob("*"))[:SHOWN_FILES]:
        try:
            found.append(DeadLetter(file.name, "record", file.stat().st_mtime, scrub(file.name)))
        except OSError:
            continue
    return found
