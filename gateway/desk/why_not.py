"""Why a desk may not do what it asks for, as the names of NotDone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.desk.rights import has_answered, has_it, is_on_the_line, may_see_all
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry
from gateway.rules.rulebook import Agency
from gateway.store.waiting import Wait


def why_open(desk: str, known: Incident, entries: Sequence[Entry]) -> str:
    """Why the desk cannot close a case of which it has no messages."""
    if known.closed:
        return "over"
    if not has_answered(desk, entries):
        return "not_yours"
    return "still_calling" if is_on_the_line(entries) else "words_wait"


def why_not_rung(agency: Agency, desk: str, known: Incident, waits: Sequence[Wait], entries: Sequence[Entry]) -> str:
    """Why the desk cannot ring the caller."""
    if known.closed:
        return "over"
    if not has_it(desk, waits, entries) or not may_see_all(agency, known, entries):
        return "not_yours"
    if is_on_the_line(entries):
        return "still_calling"
    return "no_consent_to_call" if known.number else "no_number"
