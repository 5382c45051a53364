"""A link by which somebody's telephone tells its place, as a desk sends it: also where nothing would of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.desk.draft import Draft, draft
from gateway.desk.not_done import NotDone
from gateway.desk.rights import has_it, may_read, may_write
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry
from gateway.location_link import PHRASE, text_with_link
from gateway.messages.chosen import chosen_way
from gateway.messages.thread import Way, way_to
from gateway.numbers import is_mobile
from gateway.rules.phrases import FIRST_LANGUAGE, phrases
from gateway.rules.rulebook import Agency
from gateway.settings import Settings
from gateway.store.waiting import Wait


@dataclass(frozen=True, slots=True)
class Linking:
    """Makes drafts with a link in them, and finds the way of one, also to who never wrote."""

    settings: Settings

    def draft(self, known: Incident, entries: Sequence[Entry], now: float) -> Draft:
        """
        Raises:
            NotDone: there may be no link here, or the number takes no texts.
        """
        if not known.number or not is_mobile(known.number):
            raise NotDone("no_mobile")
        language = next((str(e.data["language"]) for e in reversed(entries) if e.data.get("language")), FIRST_LANGUAGE)
        language = language if language in phrases() else FIRST_LANGUAGE
        text = text_with_link(self.settings, known.id, language, now)
        if not text:
            raise NotDone("no_link")
        return draft(known.id, entries, text, language, PHRASE, link=True)

    def way(self, known: Incident, entries: Sequence[Entry]) -> Way | None:
        """How the caller is reached, also who never wrote; None: no text gets there."""
        if way := way_to(entries):
            return way
        return chosen_way(self.settings, known.number) if known.number and is_mobile(known.number) else None


def may_link(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Sequence[Entry]) -> None:
    """
    Raises:
        NotDone: the case is closed, or it is not for this desk to write to its caller.
    """
    if incident.closed:
        raise NotDone("over")
    # First whether it has it, as with words (writing.py).
    if not agency.sees_violence and not has_it(desk, waits, entries):
        raise NotDone("not_yours")
    if not may_read(agency, incident):
        raise NotDone("not_readable")
    if not may_write(agency, desk, incident, waits, entries):
        raise NotDone("not_yours")
