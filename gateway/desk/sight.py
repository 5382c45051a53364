"""What a desk sees: its lists, its callers, and the cases that concern it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.desk.care import Timer
from gateway.desk.case import Case, case
from gateway.desk.limits import LIMITS_AT_ONCE, LIMITS_LOOKED_AT, NEAR_SECONDS, running_out
from gateway.desk.missed import MISSED_AT_ONCE, MISSED_SECONDS, lists_of, may_take, missed_for
from gateway.desk.near import Near
from gateway.desk.not_done import NotDone
from gateway.desk.order import Order, seen_order
from gateway.desk.parts import as_one
from gateway.desk.rights import has_answered, is_here, may_accept, may_open
from gateway.incident.location import Names
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry
from gateway.queues.snapshot import last
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store import Store
from gateway.store.waiting import Wait

WAITING_AT_ONCE = 30
"""The first in line, whom a desk is shown; how many there are it is told besides."""

INFORMED_AT_ONCE = 100
"""The latest cases that an agency was told of, looked through for those with messages."""

SNAPSHOT_SECONDS = 10.0
"""A state of the queues that is older tells nothing of now."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in one of the desk's lists.

    Attributes:
        wait: for which it is there: of two parts, the one that concerns it.
        limits: what the law wants of it before long, the first due first, where it is there for that.
    """

    case: Case
    wait: Wait | None
    limits: tuple[Timer, ...] = ()


class Sight:
    """What one desk sees; who acts for it (duty.py) is one."""

    desk: str
    store: Store
    rulebook: Callable[[], Rulebook]
    names: Names | None
    language: str
    now: Callable[[], float]
    nearby: Near | None

    @property
    def agency(self) -> Agency:
        """
        Raises:
            NotDone: the rules in force have no such desk.
        """
        desks = {desk.id: agency for agency in self.rulebook().agencies.values() for desk in agency.desks}
        if self.desk not in desks:
            raise NotDone("unknown_desk", desk=self.desk, known=", ".join(desks))
        return desks[self.desk]

    def waiting(self, most: int = WAITING_AT_ONCE) -> list[Listed]:
        """Who waits for its agency, also elsewhere after nobody here was in time; the next one first."""
        found = self._listed(self.store.waits.line(self.agency.id, most))
        return found if self.agency.sees_violence else sorted(found, key=_seen)

    def waiting_count(self) -> int:
        return self.store.waits.lengths([self.agency.id])[self.agency.id]

    def mine(self) -> list[Listed]:
        """What this desk has, the longest held first; also from before its terminal was started anew."""
        held = [wait for wait in self.store.waits.held() if wait.desk == self.desk]
        return self._listed(sorted(held, key=lambda wait: wait.at))

    def informed(self) -> list[Listed]:
        """Open cases with messages that its agency was told of and another one answers, the latest first."""
        inbox = self.store.inbox(self.agency.id, INFORMED_AT_ONCE)
        waits = self.store.waits.of_each(list(dict.fromkeys(entry.incident for entry in inbox)))
        own = {wait.incident for wait in waits if is_here(self.agency, wait) or wait.desk == self.desk}
        # The words tell more of a case than the task.
        words = {wait.incident: wait for wait in waits if wait.incident not in own}
        return [listed for listed in self._listed(list(words.values())) if not listed.case.closed]

    def calls(self) -> list[Listed]:
        """The cases whose callers this desk has on the line."""
        seen = last(self.store)
        if seen is None or self.now() - seen.at > SNAPSHOT_SECONDS:
            return []
        talking = [call for queue in seen.queues for call in queue.talking if call.desk == self.desk]
        incidents = list(dict.fromkeys(call.incident for call in talking if call.incident))
        told = self.store.timelines(incidents) if incidents else []
        pairs = zip(incidents, told, strict=True)
        return [Listed(self._seen(incident, entries), None) for incident, entries in pairs if entries]

    def missed(self) -> list[Listed]:
        """Callers who hung up before anybody of its agency answered: whom no desk has taken on, and whom this one
        has, until it ends that. Of the latest, priority first, then who has waited longest."""
        since, agency, book = self.now() - MISSED_SECONDS, self.agency, self.rulebook()
        listed = [incident for found in self.store.waits.missed(lists_of(agency), since).values() for incident in found]
        incidents = list(dict.fromkeys([*listed, *self.store.waits.answered(self.desk, since)]))[: 2 * MISSED_AT_ONCE]
        told = self.store.timelines(incidents) if incidents else []
        rows = []
        for incident, entries in zip(incidents, told, strict=True):
            found = missed_for(agency, add_up(incident, entries), entries, book)
            if found and found.taken_by(agency) in ("", self.desk):
                rows.append((found.since, Listed(self._seen(incident, entries), None)))
        latest = sorted(rows, key=lambda row: -row[0])[:MISSED_AT_ONCE]
        return [listed for _, listed in sorted(latest, key=lambda row: (row[1].case.priority, row[0]))]

    def limits(self) -> list[Listed]:
        """Cases of violence of which the law wants something before long, or wanted already; the first due first."""
        now, agency = self.now(), self.agency
        if not agency.sees_violence:
            return []
        incidents = self.store.waits.limits(now + NEAR_SECONDS, LIMITS_LOOKED_AT)
        told = self.store.timelines(incidents) if incidents else []
        due = [running_out(agency, add_up(*each), each[1], now) for each in zip(incidents, told, strict=True)]
        rows = [
            Listed(self._seen(incident, entries), None, tuple(limits))
            for incident, entries, limits in zip(incidents, told, due, strict=True)
            if limits
        ]
        return sorted(rows[-LIMITS_AT_ONCE:], key=lambda row: row.limits[0].due_at)

    def open(self, incident: str) -> Case:
        """The case as it stands.

        Raises:
            NotDone: it does not concern this desk.
        """
        entries, known, waits = self._look_up(incident)
        concerned = may_open(self.agency, self.desk, known, waits) or has_answered(self.desk, entries)
        concerned = concerned or may_take(self.agency, known, entries, self.rulebook())
        if not entries or not concerned:
            raise NotDone("not_for_you")
        return self._seen(incident, entries, self.nearby)

    def wait_of(self, incident: str) -> Wait | None:
        """The incident's wait that concerns this desk most; None: it neither waits nor is with a desk."""
        waits = self.store.waits.of_each([incident])
        own = [wait for wait in waits if wait.desk == self.desk]
        here = [wait for wait in waits if wait.queue == self.agency.id]
        passed = [wait for wait in waits if may_accept(self.agency, wait)]
        return next(iter(as_one(own or here or passed or waits[:1])), None)

    def _listed(self, waits: Sequence[Wait]) -> list[Listed]:
        waits = as_one(waits)
        told = self.store.timelines([wait.incident for wait in waits]) if waits else []
        return [Listed(self._seen(wait.incident, each), wait) for wait, each in zip(waits, told, strict=True)]

    def _seen(self, incident: str, entries: Sequence[Entry], nearby: Near | None = None) -> Case:
        return case(incident, entries, self.agency, self.names, self.now(), self.language, nearby)

    def _look_up(self, incident: str) -> tuple[list[Entry], Incident, list[Wait]]:
        # The waits first: what becomes violence in between is seen as that.
        waits = self.store.waits.of_each([incident])
        entries = self.store.timeline(incident)
        return entries, add_up(incident, entries), waits


def _seen(listed: Listed) -> Order:
    wait = listed.wait
    return seen_order(listed.case, wait.since if wait else 0.0, raised=bool(wait and wait.raised))
