"""What waits for a yes in one page: a draft, or the places that a text may mean. No tab answers another's."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.desk.draft import Draft
from gateway.desk.not_done import NotDone
from gateway.desk.placing import Choice

KEPT_SECONDS = 600.0
MOST_OF_ONE = 20
"""Of one login: whoever asks without end loses what is his own."""

MOST = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A page and the case it is about.

    Attributes:
        session: names a login.
        tab: as the page names itself; empty: it does not, and has to name what it answers.
    """

    session: str
    tab: str
    incident: str


class Pending:
    """Safe to share between threads. Lost when the process ends: then it is asked again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._turn = threading.Lock()
        self._kept: OrderedDict[Place, tuple[float, Draft | list[Choice]]] = OrderedDict()

    def keep(self, place: Place, what: Draft | list[Choice]) -> None:
        with self._turn:
            self._kept.pop(place, None)
            self._kept[place] = (self._clock(), what)
            own = [each for each in self._kept if each.session == place.session]
            for each in own[:-MOST_OF_ONE]:
                del self._kept[each]
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def drop(self, place: Place) -> None:
        """Another act: a later yes is not to it."""
        with self._turn:
            self._kept.pop(place, None)

    def draft(self, place: Place, identifier: str) -> Draft:
        """The draft that a yes is to.

        Raises:
            NotDone: there is none, or it is another one.
        """
        found = self._find(place)
        if not isinstance(found, Draft) or ((identifier or not place.tab) and identifier != found.id):
            raise NotDone("no_draft")
        return found

    def choice(self, place: Place, number: int) -> Choice:
        """One of the places offered; the first is 1.

        Raises:
            NotDone: there is none.
        """
        found = self._find(place)
        if not isinstance(found, list) or not place.tab or not 0 < number <= len(found):
            raise NotDone("no_draft")
        return found[number - 1]

    def _find(self, place: Place) -> Draft | list[Choice] | None:
        with self._turn:
            at, found = self._kept.get(place, (0.0, None))
            return found if found is not None and self._clock() - at <= KEPT_SECONDS else None
