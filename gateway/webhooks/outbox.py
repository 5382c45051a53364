"""Which happenings of an incident an agency's systems are told of, and which they do not know yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import Rulebook
from gateway.webhooks.happenings import EVENTS, name_of

DONE, FAILED = "done", "failed"
"""Outcomes of a NOTIFIED entry: they have taken it, or have not for so long that it is given up."""


def concerned(entry: Entry, entries: Sequence[Entry], book: Rulebook) -> list[str]:
    """The agencies whose systems are told of this entry, by the rules in force."""
    event = EVENTS.get(entry.kind)
    if event is None:
        return []
    names = _of(entry) or [name for other in entries if other.at <= entry.at for name in _of(other)]
    found = (book.agencies.get(name) for name in dict.fromkeys(names))
    return [agency.id for agency in found if agency and agency.webhook and event in agency.webhook.events]


def _of(entry: Entry) -> list[str]:
    """The agency that an entry brings into the incident."""
    match entry.kind:
        case Kind.HANDED_OFF | Kind.ANSWERED | Kind.ACCEPTED:
            return [str(entry.data.get("queue", ""))]
        case Kind.INFORMED:
            return [str(entry.data.get("agency", ""))]
        case _:
            return []


def pending(agency: str, name: str, entries: Sequence[Entry], book: Rulebook) -> list[Entry]:
    """What this agency is to be told, in order, up to and with the entry of this name.

    What was told is no more in it, nor, but for that entry itself, what was given up.
    """
    outcomes = {
        str(entry.data.get("entry")): entry.data.get("outcome")
        for entry in entries
        if entry.kind is Kind.NOTIFIED and entry.data.get("agency") == agency
    }
    found = []
    for entry in entries:
        own = name_of(entry) == name
        over = (DONE,) if own else (DONE, FAILED)
        if outcomes.get(name_of(entry)) not in over and agency in concerned(entry, entries, book):
            found.append(entry)
        if own:
            break
    return found
