"""Callers whom nobody answered, and whom a desk took on that is gone: any desk may reach them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.desk.missed import MISSED_SECONDS, Missed, followed_again, has_taken, put_back
from gateway.incident.summary import add_up
from gateway.messages.absent import DESK_GONE, Absent
from gateway.rules.rulebook import Agency, Rulebook
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
        for each in taken:
            agency = book.agencies.get(each.queue)
            if agency and each.desk in gone and (found := self._found(each, agency, book)):
                entry = put_back(agency, each.desk, each.incident, found, DESK_GONE, now)
                self.store.add([entry], followed_again(each.incident, found))

    def _found(self, taken: TakenOn, agency: Agency, book: Rulebook) -> Missed | None:
        entries = self.store.timeline(taken.incident)
        found = has_taken(agency, taken.desk, add_up(taken.incident, entries), entries, book)
        return None if found is None or taken.desk in found.tried else found
