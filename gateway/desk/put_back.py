"""Callers whom nobody answered, and whom a desk took on that is gone: any desk may reach them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.desk.missed import MISSED_SECONDS, has_taken, put_back
from gateway.incident.timeline import Entry, add_up
from gateway.messages.absent import DESK_GONE, Absent
from gateway.rules.rulebook import Rulebook
from gateway.store import Store
from gateway.store.waiting import TakenOn


@dataclass
class PuttingBack:
    """Looks once a second; one process at a time does.

    Attributes:
        rulebook: the rules in force, asked each time.
    """

    store: Store
    rulebook: Callable[[], Rulebook]
    _absent: Absent = field(default_factory=Absent)

    def tick(self, now: float) -> None:
        """Have put back whom a desk took on that is gone, and has neither rung nor written since.

        Whom it tried to reach stays with it: somebody who sits there again knows how that ended.

        Raises:
            StoreAway: nothing is lost by it; the next look decides anew.
        """
        taken = self.store.waits.taken_on(now - MISSED_SECONDS)
        desks = {each.desk for each in taken}
        gone = self._absent.gone(desks - self.store.waits.present(desks), now)
        book = self.rulebook()
        entries = [self._entry(each, book, now) for each in taken if each.desk in gone]
        if found := [entry for entry in entries if entry]:
            self.store.add(found)

    def _entry(self, taken: TakenOn, book: Rulebook, now: float) -> Entry | None:
        agency = book.agencies.get(taken.queue)
        if agency is None:
            return None
        entries = self.store.timeline(taken.incident)
        found = has_taken(agency, taken.desk, add_up(taken.incident, entries), entries, book)
        if found is None or taken.desk in found.tried:
            return None
        return put_back(agency, taken.desk, taken.incident, found, DESK_GONE, now)
