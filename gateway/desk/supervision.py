"""What a supervisor may do with contacts of an agency of its own. Each condition on its own line; pure.

Who is refused is told one sentence, whatever the reason: that a call may not be listened to must not tell what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gateway.desk.rights import concerns, may_see_all
from gateway.incident.report import Nature
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import OPERATORS, Agency, Rulebook
from gateway.store.waiting import TASK, Wait

BY = "supervisor"
"""Stands in timelines for who moved a contact; the audit has the name."""


def may_listen(agency: Agency, incident: Incident, entries: Sequence[Entry]) -> bool:
    """Whether a call at one of the agency's desks may be listened to by its supervisors."""
    if agency.sees_violence:
        return True
    # Nothing is known of it: it may be violence.
    if not entries:
        return False
    # Violence is handed to none of these; what came to it by another way it hears none of, so that no refusal tells.
    if not _was_handed_to(agency, entries):
        return False
    return may_see_all(agency, incident, entries)


def _was_handed_to(agency: Agency, entries: Sequence[Entry]) -> bool:
    last = next((entry for entry in reversed(entries) if entry.kind is Kind.HANDED_OFF), None)
    return last is not None and last.data.get("queue") == agency.id


def may_move(agency: Agency, to: Agency, *, violent: bool) -> bool:
    """Whether a caller who waits for the agency may wait for another one: a voice tells all."""
    if to.id == agency.id:
        return False
    if not violent:
        return True
    if to.sees_violence:
        return True
    # Whoever may not know of it must not learn it from a refusal; its case is need and place there, too.
    return not agency.sees_violence


def may_move_words(agency: Agency, to: Agency, wait: Wait) -> bool:
    """The same of messages: a task may be had by anybody, words of violence only by who may read them."""
    if wait.part == TASK:
        return to.id != agency.id
    return may_move(agency, to, violent=wait.violent)


def moved(wait: Wait, to: str, now: float) -> Entry:
    """The entry by which messages wait in another queue."""
    part = {"part": wait.part} if wait.part else {}
    return Entry(wait.incident, Kind.MOVED, now, {"medium": "message", **part, "queue": wait.queue, "to": to, "by": BY})


def call_moved(incident: str, queue: str, to: str, now: float) -> Entry:
    return Entry(incident, Kind.MOVED, now, {"medium": "call", "queue": queue, "to": to, "by": BY})


def is_violence(incident: Incident) -> bool:
    return incident.nature == Nature.VIOLENCE


def sees_all(agencies: Collection[str], book: Rulebook) -> bool:
    """Whether a supervisor of these agencies is shown also what concerns none of them: the operators' is, who are at
    the end of every chain."""
    if OPERATORS not in agencies:
        return False
    return book.agencies[OPERATORS].sees_violence


def as_whom(own: Mapping[str, Agency], queue: str, incident: Incident, entries: Sequence[Entry]) -> Agency:
    """As which of the own agencies a supervisor is told what a contact is: one that may know of violence and has to do
    with it, else the one for which it waits or at which it talks."""
    knowing = [agency for agency in own.values() if agency.sees_violence]
    found = (agency for agency in knowing if agency.id in (OPERATORS, queue) or concerns(agency, incident, entries))
    return next(found, own[queue])


def may_know_of(agencies: Collection[str], book: Rulebook, incident: Incident, entries: Sequence[Entry]) -> bool:
    """Whether a supervisor of these agencies is told what went wrong in a case."""
    if sees_all(agencies, book):
        return True
    return any(
        concerns(agency, incident, entries) and may_see_all(agency, incident, entries)
        for name in agencies
        if (agency := book.agencies.get(name))
    )
