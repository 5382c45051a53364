"""What a desk's page is told, as JSON: lists, cases and calls, each made once for all desks that see the same."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from gateway.desk.glance import Glance
from gateway.desk.happened import happening
from gateway.desk.missed import may_take, missed_for
from gateway.desk.rights import may_find
from gateway.desk.rows import Rows
from gateway.desk.shown import Surroundings, Told, call_shown, for_agency, for_desk, is_for, without_ages
from gateway.log import get_logger
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store import StoreAway
from gateway.store.lines import Line
from gateway.store.waiting import Wait
from gateway.web.pages.stream import Whose

log = get_logger("pages")

Waits = Mapping[str, Sequence[Wait]]
"""How each incident waits, or who has it."""

ANEW_SECONDS = 15.0
"""A case that nothing happened to is made anew so often: claims of its place grow old."""


@dataclass(frozen=True, slots=True)
class Text:
    """
    Attributes:
        data: JSON.
        news: what makes it news: the same without its ages.
    """

    data: str
    news: object


class Views:
    """Safe to share between threads. Every method that takes a ``Whose`` raises StoreAway where nobody can say."""

    def __init__(
        self,
        glance: Glance,
        rulebook: Callable[[], Rulebook],
        around: Surroundings,
        clock: Callable[[], float] = time.time,
    ):
        self.glance = glance
        self._rulebook = rulebook
        self._around = around
        self._clock = clock
        self._rows = Rows(glance, rulebook, around.names, clock)

    def whose(self, account: str, desk: str, language: str) -> Whose:
        """Who looks, at the agency that the rules have for the desk."""
        agencies = self._rulebook().agencies.values()
        agency = next((each.id for each in agencies if desk in {one.id for one in each.desks}), "")
        return Whose(account, agency, desk if agency else "", language)

    def case(self, whose: Whose, incident: str, waits: Sequence[Wait] | None = None) -> Text | None:
        """A case; None: it is not for this desk.

        Args:
            waits: the incident's, where they were just asked for.
        """
        agency = self._agency(whose)
        if agency is None:
            return None
        waits = self.glance.waits_of([incident])[incident] if waits is None else waits
        (known,) = self.glance.told([incident])
        missed = missed_for(agency, known.incident, known.entries, self._rulebook()) if known.lines else None
        is_missed = missed is not None and not missed.taken_by(agency)
        concerned = is_missed or is_for(known, agency, whose.desk, waits)
        if not known.lines or not (concerned or may_find(agency, whose.desk, known.incident, known.entries)):
            return None
        shared = self._shared(known, agency, whose.language)
        has_trunk = bool(self._rulebook().policies.callback_trunk)
        own = json.dumps(for_desk(known, agency, whose.desk, waits, missed, has_trunk=has_trunk))
        return Text(f"{shared.data[:-1]}, {own[1:]}", (shared.news, own))

    def lists(self, whose: Whose, on_line: Iterable[str]) -> Text | None:
        """The lists of a desk; None: it is none.

        Args:
            on_line: incidents whose callers it may have on the line, besides those that the queues tell of.
        """
        agency = self._agency(whose)
        if agency is None:
            return None
        shared = self.glance.moment(
            ("lists", agency.id, whose.language), lambda: _text(self._rows.of_agency(agency, whose.language))
        )
        own = _text(self._rows.of_desk(agency, whose.desk, whose.language, on_line))
        return Text(f"{shared.data[:-1]}, {own.data[1:]}", (shared.news, own.news))

    def call(self, whose: Whose, incident: str) -> str | None:
        """The call that a desk has or had of an incident; None: it had none."""
        agency = self._agency(whose)
        (known,) = self.glance.told([incident])
        call = call_shown(known, agency, whose.desk) if agency else None
        return json.dumps({"incident": incident, "call": call}) if call else None

    def entries(self, whose: Whose, lines: Sequence[tuple[str, Line]], waits: Waits) -> list[tuple[str, str]]:
        """What of the feed a desk is told of cases that it has open: feed ids and JSON.

        Args:
            waits: those of the incidents that it has open.
        """
        agency = self._agency(whose)
        own = [(feed_id, line) for feed_id, line in lines if line.entry.incident in waits]
        if not own or agency is None:
            return []
        opened = {line.entry.incident for _, line in own}
        allowed = {incident for incident in opened if self._is_for(whose, agency, incident, waits[incident])}
        return [
            (feed_id, told)
            for feed_id, line in own
            if line.entry.incident in allowed and (told := self._entry(line, agency, whose.language))
        ]

    def _is_for(self, whose: Whose, agency: Agency, incident: str, waits: Sequence[Wait]) -> bool:
        with apart("a case could not be read"):
            (known,) = self.glance.told([incident])
            is_missed = may_take(agency, known.incident, known.entries, self._rulebook())
            if is_missed or is_for(known, agency, whose.desk, waits):
                return True
            return may_find(agency, whose.desk, known.incident, known.entries)
        return False

    def _entry(self, line: Line, agency: Agency, language: str) -> str:
        with apart("an entry could not be told"):
            told = happening(line.id, line.entry, agency, language)
            return json.dumps({"incident": line.entry.incident, **asdict(told)}) if told else ""
        return ""

    def _shared(self, known: Told, agency: Agency, language: str) -> Text:
        """What all desks of an agency are told of a case."""
        before = self.glance.earlier(known) if agency.sees_violence else []
        version = (len(known.lines), known.lines[-1].id, tuple(before))
        name = ("case", known.incident.id, agency.id, language)

        def make() -> Text:
            return _text(for_agency(known, agency, self._around, self._clock(), language, before))

        return self.glance.kept.get(name, version, ANEW_SECONDS, make)

    def _agency(self, whose: Whose) -> Agency | None:
        found = self._rulebook().agencies.get(whose.agency)
        return found if found and any(desk.id == whose.desk for desk in found.desks) else None


@contextmanager
def apart(what: str) -> Iterator[None]:
    """One faulty timeline costs no page the others."""
    try:
        yield
    except StoreAway:
        raise
    except Exception:
        log.exception(what)


def _text(values: dict[str, Any]) -> Text:
    return Text(json.dumps(values), json.dumps(without_ages(values)))
