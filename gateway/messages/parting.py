"""Where an agency has a case of violence and may not know what it is, somebody else must be there for its words.

The task (need and place) stays with that agency. The words, to be read and answered, wait apart from it, with the first
concerned agency that may read them, by bounds and a chain of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Route
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import OPERATORS, Rulebook


def parted(incident: str, entries: Sequence[Entry], book: Rulebook, now: float, queue: str = "") -> list[Entry]:
    """The entry by which the words begin to wait apart; nothing where they need not, or do already.

    Args:
        queue: where the case is; empty: where it was last handed off. Where that is not so, the store takes no entry.
    """
    known = add_up(incident, entries)
    here = book.agencies.get(queue or known.queue)
    if known.nature != Nature.VIOLENCE or known.closed or here is None or here.sees_violence:
        return []
    if any(entry.kind is Kind.PARTED for entry in entries):
        return []
    route = route_of_violence(book, known, entries)
    data = {
        "medium": Medium.MESSAGE.value,
        "from": here.id,
        "queue": reader(book, (route.queue, *route.inform, *known.inform)),
        "priority": route.priority,
        "wait_at_most": route.wait_at_most,
    }
    return [Entry(incident, Kind.PARTED, now, data, f"{incident}:parted")]


def route_of_violence(book: Rulebook, known: Incident, entries: Sequence[Entry]) -> Route:
    """Who would have the case, where it certainly was when it was handed off, if it needed nobody else first."""
    handed_off = next((entry for entry in reversed(entries) if entry.kind is Kind.HANDED_OFF), None)
    area = str(handed_off.data.get("area", "")) if handed_off else ""
    report = Report(Nature.VIOLENCE, known.silent, Medium.MESSAGE, life_threat=known.life_threat, area=area)
    return book.rules.choose(report).route


def reader(book: Rulebook, queues: Sequence[str]) -> str:
    """The first of the agencies that may read what is written in a case of violence, else the operators."""
    agencies = (book.agencies[queue] for queue in queues if queue in book.agencies)
    return next((agency.id for agency in agencies if agency.sees_violence), OPERATORS)
