"""What pages ask of the store again and again, asked once for all of them: the lines, who has what, the queues.

An answer is at most MOMENT_SECONDS old. Acts never rest on it: they ask anew (duty.py).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar, cast

from gateway.desk.earlier import Earlier, earlier
from gateway.desk.shown import Told
from gateway.desk.timelines import Timelines
from gateway.queues.snapshot import Snapshot, last
from gateway.store import Store
from gateway.store.waiting import Wait

MOMENT_SECONDS = 0.4
MOST_KEPT = 5000
MOST_EARLIER = 8

Answer = TypeVar("Answer")


class Kept:
    """Answers of a moment. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_KEPT):
        self._clock = clock
        self._most = most
        self._turn = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, float, Any]] = OrderedDict()

    def get(self, name: Hashable, version: Hashable, seconds: float, make: Callable[[], Answer]) -> Answer:
        """What was made of this version at most ``seconds`` ago, else what is made now."""
        now = self._clock()
        with self._turn:
            found = self._kept.get(name)
        if found and found[0] == version and now - found[1] < seconds:
            return cast(Answer, found[2])
        made = make()
        with self._turn:
            self._kept[name] = (version, now, made)
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def forget(self) -> None:
        with self._turn:
            self._kept.clear()


class Glance:
    """Every method raises StoreAway, and nothing else.

    Attributes:
        kept: what was made of a moment.
    """

    def __init__(self, store: Store, timelines: Timelines | None = None):
        self.store = store
        self.timelines = timelines or Timelines(store.lines)
        self.kept = Kept()

    def told(self, incidents: Sequence[str]) -> list[Told]:
        return self.timelines.of(incidents) if incidents else []

    def waits_of(self, incidents: Sequence[str]) -> dict[str, list[Wait]]:
        """How each of them waits, or who has it; not kept: what a desk may see rests on it."""
        found: dict[str, list[Wait]] = {incident: [] for incident in incidents}
        for wait in self.store.waits.of_each(list(found)):
            found[wait.incident].append(wait)
        return found

    def moment(self, name: Hashable, make: Callable[[], Answer]) -> Answer:
        """What was made a moment ago, else what is made now."""
        return self.kept.get(name, "", MOMENT_SECONDS, make)

    def held(self) -> list[Wait]:
        return self.kept.get("held", "", MOMENT_SECONDS, self.store.waits.held)

    def answered(self, desk: str, since: float) -> list[str]:
        """Incidents whose callers a desk has or had on the line, the latest first."""
        return self.moment(("answered", desk), lambda: self.store.waits.answered(desk, since))

    def missed(self, queues: Sequence[str], since: float) -> list[str]:
        """Incidents whose callers hung up in one of the queues before anybody answered, the latest of each first."""
        ask = lambda: self.store.waits.missed(queues, since)  # noqa: E731 - named for what it is asked
        return [name for found in self.moment(("missed", *queues), ask).values() for name in found]

    def limits(self, until: float, most: int) -> list[str]:
        """Incidents of which the law wants something before then, the first due first."""
        return self.moment(("limits", most), lambda: self.store.waits.limits(until, most))

    def line(self, queue: str, most: int) -> list[Wait]:
        return self.kept.get(("line", queue), most, MOMENT_SECONDS, lambda: self.store.waits.line(queue, most))

    def length(self, queue: str) -> int:
        ask = lambda: self.store.waits.lengths([queue])[queue]  # noqa: E731 - named for what it is asked
        return self.kept.get(("length", queue), "", MOMENT_SECONDS, ask)

    def inbox(self, agency: str, most: int) -> list[str]:
        """The incidents that an agency was told of, the latest first."""
        ask = lambda: [entry.incident for entry in self.store.inbox(agency, most)]  # noqa: E731 - likewise
        return list(dict.fromkeys(self.kept.get(("inbox", agency), most, MOMENT_SECONDS, ask)))

    def snapshot(self) -> Snapshot | None:
        return self.kept.get("snapshot", "", MOMENT_SECONDS, lambda: last(self.store))

    def earlier(self, known: Told) -> list[Earlier]:
        """The other cases of the caller's number of late, the newest first."""
        number, own = known.incident.number, known.incident.id
        if not number:
            return []
        ask = lambda: self.store.joins.of_number(number)  # noqa: E731 - likewise
        found = self.kept.get(("contacts", own), number, 2.0, ask)
        others = [incident for incident, _ in found if incident != own][:MOST_EARLIER]
        return [earlier(each.incident.id, each.entries) for each in self.told(others) if each.lines]

    def forget(self) -> None:
        """The store was away, or is another one."""
        self.kept.forget()
        self.timelines.forget()
