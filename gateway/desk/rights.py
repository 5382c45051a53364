"""Who may see and do what. Each condition on its own line; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.desk.care import may_be_rung, needs_consent
from gateway.incident.report import Medium, Nature
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import Agency
from gateway.store.waiting import TASK, WORDS, Wait

_SPEAKS = (Kind.ANSWERED, Kind.JOINED, Kind.TAKEN)
"""By these a desk has the caller on the line, or one whom it shall reach."""

CONCERNING = (*_SPEAKS, Kind.HANDED_OFF, Kind.QUEUED, Kind.PARTED, Kind.ACCEPTED, Kind.OVERFLOWED, Kind.MOVED)
"""By these a case comes to an agency, or to one of its desks."""


def may_read(agency: Agency, incident: Incident) -> bool:
    """Whether it may know what the case is and what was written. Of violence the others see need and place."""
    if agency.sees_violence:
        return True
    return incident.nature != Nature.VIOLENCE


def concerns(agency: Agency, incident: Incident, entries: Iterable[Entry]) -> bool:
    """Whether the agency has, or had, to do with the case at all; also one that is over."""
    if is_informed(agency, incident):
        return True
    return any(entry.kind in CONCERNING and agency.id in _agencies_of(entry) for entry in entries)


def _agencies_of(entry: Entry) -> tuple[object, ...]:
    """Those to whom a case came by this entry."""
    if entry.kind in (Kind.OVERFLOWED, Kind.MOVED):
        return (entry.data.get("to"),)
    return (entry.data.get("queue"),)


def may_find(agency: Agency, desk: str, incident: Incident, entries: Sequence[Entry]) -> bool:
    """Whether a search at this desk finds the case, and may open it then.

    Who may not know of violence finds what this desk itself has taken, and sees in full: of two that a colleague took,
    the one that is not found would be the violence.
    """
    if not may_see_all(agency, incident, entries):
        return False
    if agency.sees_violence:
        return concerns(agency, incident, entries)
    return any(entry.kind in (Kind.ACCEPTED, *_SPEAKS) and entry.data.get("desk") == desk for entry in entries)


def may_see_all(agency: Agency, incident: Incident, entries: Iterable[Entry]) -> bool:
    """Whether it is shown more than need and place.

    Who may not know of violence sees those of every case until one of its own desks has it: of two that wait, nothing
    which is there, or is missing, tells which one is violence.
    """
    if agency.sees_violence:
        return True
    if not may_read(agency, incident):
        return False
    own = {desk.id for desk in agency.desks}
    return any(entry.kind in (Kind.ACCEPTED, *_SPEAKS) and entry.data.get("desk") in own for entry in entries)


def may_open(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait]) -> bool:
    """Whether the case concerns this desk at all.

    Args:
        waits: the incident's, in one part or two.
    """
    if any(may_accept(agency, wait) for wait in waits):
        return True
    if any(wait.desk == desk for wait in waits):
        return True
    return is_informed(agency, incident)


def is_here(agency: Agency, wait: Wait) -> bool:
    """Whether it is the agency's now: it waits there, was taken there, or may be."""
    return wait.queue == agency.id or may_accept(agency, wait)


def may_accept(agency: Agency, wait: Wait) -> bool:
    """Whether it waits for the agency's desks: there, or elsewhere and has gone on from there."""
    if wait.desk:
        return False
    if wait.part == WORDS and not agency.sees_violence:
        return False
    return agency.id in (wait.queue, *wait.passed)


def has_answered(desk: str, entries: Iterable[Entry]) -> bool:
    """Whether a call of the incident was this desk's, or one that nobody answered is: until it puts that back."""
    has = False
    for entry in entries:
        if entry.data.get("desk") == desk and entry.kind in (*_SPEAKS, Kind.PUT_BACK):
            has = entry.kind is not Kind.PUT_BACK
    return has


def may_place(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    """Whether it may say where somebody is: who speaks or writes with him, or has his task."""
    if any(wait.desk == desk for wait in waits):
        return True
    if has_answered(desk, entries):
        return True
    return may_write(agency, desk, incident, waits, entries)


def is_informed(agency: Agency, incident: Incident) -> bool:
    return agency.id in incident.inform


def may_write(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    """Who cannot read the answer does not write: beside the writer another person may be standing."""
    if not may_read(agency, incident):
        return False
    if has_it(desk, waits, entries):
        return True
    if not agency.sees_violence:
        return False
    return is_informed(agency, incident)


def part_of(agency: Agency, incident: Incident, wait: Wait) -> str:
    """What its agency has, or would have, of a wait: whoever may not read has the task alone, parted yet or not."""
    return wait.part or ("" if may_read(agency, incident) else TASK)


def has_it(desk: str, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    """Whether it speaks or writes with the caller, or has the task."""
    if any(wait.desk == desk for wait in waits):
        return True
    return has_answered(desk, entries)


def may_correct(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    """Whether it may say what the case is. Violence once told is never taken back; who may not know of it says what it
    likes, without effect, so that no refusal tells it."""
    if incident.closed:
        return False
    if incident.nature == Nature.VIOLENCE and agency.sees_violence:
        return False
    return has_it(desk, waits, entries)


def may_inform(desk: str, incident: Incident, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    if incident.closed:
        return False
    return has_it(desk, waits, entries)


def may_care(agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Iterable[Entry]) -> bool:
    """Whether it may keep what the caller consents to, and what of the law's demands is done. Also of a closed case:
    what the law wants takes days."""
    if not agency.sees_violence:
        return False
    if not needs_consent(incident):
        return False
    if has_it(desk, waits, entries):
        return True
    return is_informed(agency, incident)


def may_call_back(
    agency: Agency, desk: str, incident: Incident, waits: Sequence[Wait], entries: Sequence[Entry]
) -> bool:
    """Whether it may ring the caller, as far as consent goes."""
    if incident.closed:
        return False
    if not incident.number:
        return False
    if not may_see_all(agency, incident, entries):
        return False
    if is_on_the_line(entries):
        return False
    if not may_be_rung(incident):
        return False
    return has_it(desk, waits, entries)


def may_close_call(desk: str, incident: Incident, waits: Sequence[Wait], entries: Sequence[Entry]) -> bool:
    """Whether it may end a case that it has by a call alone."""
    if incident.closed:
        return False
    if not has_answered(desk, entries):
        return False
    if is_on_the_line(entries):
        return False
    # Whoever has to do with the writer's words ends the case with them.
    return all(wait.part == TASK for wait in waits)


def is_on_the_line(entries: Iterable[Entry]) -> bool:
    """Whether a call of it goes on."""
    calls: set[str] = set()
    for entry in entries:
        if entry.kind is Kind.OPENED and entry.data.get("medium") != Medium.MESSAGE:
            calls.add(entry.channel_id)
        elif entry.kind in (Kind.ABANDONED, Kind.ENDED):
            calls.discard(entry.channel_id)
    return bool(calls)
