"""Timelines of late, kept in the process and kept true by the feed, so that nothing that stands still is read twice."""

from __future__ import annotations

import threading
from bisect import insort
from collections import OrderedDict
from collections.abc import Sequence

from gateway.desk.shown import Told, told
from gateway.store.lines import Line, Lines, in_order

MOST = 3000
"""Incidents; some tens of entries each."""


class Timelines:
    """Safe to share between threads. Whoever follows the feed says ``add`` for each line of it, in its order."""

    def __init__(self, lines: Lines, most: int = MOST):
        self._lines = lines
        self._most = most
        self._turn = threading.Lock()
        self._kept: OrderedDict[str, Told] = OrderedDict()
        self._read: dict[str, list[tuple[int, list[Line]]]] = {}
        """Incidents that are being read now, and for each reader what came meanwhile."""
        self._readers = 0

    def of(self, incidents: Sequence[str]) -> list[Told]:
        """The incidents as they stand, in the order asked.

        Raises:
            StoreAway: one of them has to be read, and cannot be.
        """
        with self._turn:
            found = {incident: self._kept[incident] for incident in incidents if incident in self._kept}
            for incident in found:
                self._kept.move_to_end(incident)
            missing = list(dict.fromkeys(incident for incident in incidents if incident not in found))
            reader, meanwhile = self._begin(missing)
        try:
            read = dict(zip(missing, self._lines.of(missing), strict=True)) if missing else {}
        except BaseException:
            with self._turn:
                self._end(reader, missing)
            raise
        with self._turn:
            for incident, lines in read.items():
                fresh = told(incident, in_order([*lines, *meanwhile[incident]]) if meanwhile[incident] else lines)
                found[incident] = fresh
                self._keep(incident, fresh)
            self._end(reader, missing)
        return [found[incident] for incident in incidents]

    def add(self, line: Line) -> None:
        """A line reached the store."""
        incident = line.entry.incident
        with self._turn:
            for _, meanwhile in self._read.get(incident, ()):
                meanwhile.append(line)
            known = self._kept.get(incident)
            if known is None or any(each.id == line.id for each in reversed(known.lines)):
                return
            # Kept again only once it adds up.
            del self._kept[incident]
            lines = list(known.lines)
            insort(lines, line, key=lambda each: each.order)
            self._kept[incident] = told(incident, lines)

    def forget(self) -> None:
        """The feed may have been missed: what is kept may be old."""
        with self._turn:
            self._kept.clear()

    def _begin(self, missing: Sequence[str]) -> tuple[int, dict[str, list[Line]]]:
        self._readers += 1
        meanwhile: dict[str, list[Line]] = {incident: [] for incident in missing}
        for incident, lines in meanwhile.items():
            self._read.setdefault(incident, []).append((self._readers, lines))
        return self._readers, meanwhile

    def _end(self, reader: int, missing: Sequence[str]) -> None:
        for incident in missing:
            left = [each for each in self._read[incident] if each[0] != reader]
            if left:
                self._read[incident] = left
            else:
                del self._read[incident]

    def _keep(self, incident: str, fresh: Told) -> None:
        self._kept[incident] = fresh
        self._kept.move_to_end(incident)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
