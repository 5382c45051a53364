"""What a search at a desk finds: of all cases of late those that it may find, in short, with how each stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.desk.calls import calls_of
from gateway.desk.catalogue import Catalogue
from gateway.desk.findable import Findable
from gateway.desk.rights import may_find
from gateway.desk.rows import Row, Rows
from gateway.desk.shown import Told, told
from gateway.desk.term import Term
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store.waiting import Wait

MOST = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands.

    Attributes:
        state: ``closed``; ``call``: on the line with ``desk``; ``held``: its messages are with ``desk``; ``waiting``
            in ``queue``; ``ended``: its calls are over; ``open``.
    """

    state: str
    desk: str = ""
    queue: str = ""


def standing(known: Told, waits: Sequence[Wait]) -> Standing:
    """
    Args:
        waits: the incident's.
    """
    calls = calls_of(known.entries)
    line = next((call for call in reversed(calls) if not call.over), None)
    held = next((wait.desk for wait in waits if wait.desk), "")
    if known.incident.closed:
        return Standing("closed")
    if line and line.desk:
        return Standing("call", line.desk)
    if line:
        return Standing("waiting", queue=line.waits or known.incident.queue)
    if held:
        return Standing("held", held)
    if waits:
        return Standing("waiting", queue=waits[0].queue)
    return Standing("ended" if calls else "open")


class Finding:
    """Safe to share between threads."""

    def __init__(self, catalogue: Catalogue, rows: Rows, rulebook: Callable[[], Rulebook]):
        self.catalogue = catalogue
        self._rows = rows
        self._rulebook = rulebook

    def find(self, agency: str, desk: str, term: Term, language: str) -> dict[str, Any]:
        """The cases that fit, open ones first, then the latest: ``rows``, and whether there are ``more``.

        Raises:
            StoreAway: nobody can say.
        """
        here = self._rulebook().agencies[agency]
        # What it may not find is held against no term: nothing that is searched for has any part in what it costs.
        own = [case for case in self.catalogue.look() if may_find(here, desk, case.incident, case.entries)]
        fitting = sorted((case for case in own if case.fits(term)), key=_order)
        rows = list(self._shown(here, desk, [case.incident.id for case in fitting[:MOST]], language))
        return {"rows": rows, "more": len(fitting) > MOST}

    def again(self, agency: str, desk: str, incidents: Sequence[str], language: str) -> list[Row]:
        """Of cases that were found before the rows as they are by now, in the same order; only of those it may find.

        Raises:
            StoreAway: nobody can say.
        """
        return list(self._shown(self._rulebook().agencies[agency], desk, incidents[:MOST], language))

    def _shown(self, agency: Agency, desk: str, incidents: Sequence[str], language: str) -> Iterable[Row]:
        """As they stand by now: one may just have become what is not for this desk."""
        store = self._rows.glance.store
        # The waits first, as everywhere: what becomes violence in between is seen as that.
        waits = self._rows.glance.waits_of(incidents)
        for incident, lines in zip(incidents, store.lines.of(incidents), strict=True):
            known = told(incident, lines)
            if lines and may_find(agency, desk, known.incident, known.entries):
                how = standing(known, waits[incident])
                row = self._rows.row(known, agency, language, None)
                yield {**row, "state": how.state, "desk": how.desk, "queue": how.queue}


def _order(case: Findable) -> tuple[bool, float]:
    return case.incident.closed, -case.incident.opened_at
