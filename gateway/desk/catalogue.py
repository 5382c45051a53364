"""All cases of late as the search knows them, kept in the process and brought up to the store at each look.

Every look does the same work whatever is looked for: how long it takes tells nothing of what there is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from gateway.desk.findable import Findable, findable
from gateway.desk.shown import told
from gateway.incident.location import Names
from gateway.log import get_logger
from gateway.store import Store
from gateway.store.lines import BEGINNING

KEPT_SECONDS = 3 * 86_400.0
"""Cases that began longer ago are not found by a search, unless they still wait or are with a desk."""

AHEAD_SECONDS = 3600.0
"""How far another machine's clock may be ahead."""

MOST = 10_000
AT_ONCE = 50
"""Cases read together: between them other threads have their turn."""

log = get_logger("desk")


class Catalogue:
    """Safe to share between threads.

    Args:
        names: the gazetteer.
    """

    def __init__(self, store: Store, names: Names | None = None, now: Callable[[], float] = time.time):
        self._store = store
        self._names = names
        self._now = now
        self._turn = threading.Lock()
        self._kept: dict[str, Findable] = {}
        self._after = ""

    def look(self) -> list[Findable]:
        """The cases as they stand now, in no order.

        Raises:
            StoreAway: nobody can say.
        """
        with self._turn:
            oldest, newest = self._store.lines.ends()
            changed = self._changed(oldest, newest)
            wanted = self._wanted()
            self._kept = {name: each for name, each in self._kept.items() if name in wanted and name not in changed}
            missing = [name for name in wanted if name not in self._kept]
            for begin in range(0, len(missing), AT_ONCE):
                self._read(missing[begin : begin + AT_ONCE])
                # Gives way to who waits for the interpreter: a page must not stand still while thousands are read.
                time.sleep(0)
            self._after = newest
            return list(self._kept.values())

    def _wanted(self) -> dict[str, None]:
        now = self._now()
        waits = [*self._store.waits.everybody(), *self._store.waits.held()]
        opened = self._store.joins.opened_between(now - KEPT_SECONDS, now + AHEAD_SECONDS, MOST)
        return dict.fromkeys([*opened, *(wait.incident for wait in waits)])

    def _changed(self, oldest: str, newest: str) -> set[str]:
        """The incidents of which anything came since the last look; where the feed does not tell, all are read anew."""
        began, end = order_of(self._after), order_of(newest)
        if began == end:
            return set()
        if not order_of(oldest) <= began < end:
            self._kept.clear()
            return set()
        return set(self._told_since(newest))

    def _told_since(self, newest: str) -> Iterator[str]:
        after = self._after
        while some := self._store.lines.between(after, newest):
            yield from (line.entry.incident for _, line in some if line)
            after = some[-1][0]

    def _read(self, names: Sequence[str]) -> None:
        for name, lines in zip(names, self._store.lines.of(names), strict=True):
            try:
                if lines:
                    self._kept[name] = findable(told(name, lines), self._names, self._now())
            except Exception:
                # Another version's, say: one faulty timeline takes nobody the others.
                log.exception("a case cannot be found")


def order_of(feed_id: str) -> tuple[int, int]:
    """A feed id to compare."""
    first, _, second = (feed_id or BEGINNING).partition("-")
    return int(first), int(second or 0)
