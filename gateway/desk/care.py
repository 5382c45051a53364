"""What is owed to who may be in danger from somebody near: consent before a call, what the law wants in time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.limits import LIMITS
from gateway.incident.report import Nature
from gateway.incident.summary import LOOP, NO, YES, Incident
from gateway.incident.timeline import Entry, Kind


@dataclass(frozen=True, slots=True)
class Timer:
    """
    Attributes:
        what: one of LIMITS.
        due_at, done_at: seconds since the epoch; None: it has not been done.
    """

    what: str
    due_at: float
    done_at: float | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """
    Attributes:
        safe_to_call, share: yes, no, unknown; the caller's own words, as a desk was told them.
        call_back_allowed: the caller said that a call is safe.
        takeover: another person may be writing.
        timers: of a case of violence; else none.
    """

    safe_to_call: str
    share: str
    note: str
    call_back_allowed: bool
    takeover: bool
    timers: tuple[Timer, ...]


def needs_consent(incident: Incident) -> bool:
    """Whether a call that nobody asked for may put the caller in danger."""
    before = incident.before
    if incident.nature == Nature.VIOLENCE:
        return True
    if incident.silent:
        return True
    if incident.muted not in ("", LOOP):
        return True
    return bool(before and (before.may_be_violence or before.silent))


def may_be_rung(incident: Incident) -> bool:
    """Whether the caller may be called back, as far as consent goes."""
    if incident.safe_to_call == NO:
        return False
    return incident.safe_to_call == YES or not needs_consent(incident)


def care_of(incident: Incident, entries: Sequence[Entry], *, takeover: bool) -> Care | None:
    """None where nothing points to danger from somebody near."""
    if not needs_consent(incident):
        return None
    notes = [str(entry.data.get("note", "")) for entry in entries if entry.kind is Kind.CONSENT]
    return Care(
        safe_to_call=incident.safe_to_call,
        share=incident.share,
        note=notes[-1] if notes else "",
        call_back_allowed=may_be_rung(incident),
        takeover=takeover,
        timers=timers_of(incident, entries),
    )


def timers_of(incident: Incident, entries: Sequence[Entry]) -> tuple[Timer, ...]:
    """What the law wants of a case of violence, done or not; of another one nothing."""
    if incident.nature != Nature.VIOLENCE:
        return ()
    told = (Kind.ASKED, Kind.FILED, Kind.NATURE)
    since = next((e.at for e in entries if e.kind in told and e.data.get("nature") == Nature.VIOLENCE), entries[0].at)
    done: dict[str, float] = {}
    for entry in entries:
        if entry.kind is Kind.TIMER:
            done.setdefault(str(entry.data.get("what")), entry.at)
    return tuple(Timer(what, since + seconds, done.get(what)) for what, seconds in LIMITS.items())
