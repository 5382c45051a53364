"""What is owed to who may be in danger from somebody near: consent before a call, and what the law wants in time. Pure.

UU 12/2022 (TPKS): the UPTD PPA reports to the police within 3 × 24 hours; temporary protection is given within 1 × 24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.incident.report import Nature
from gateway.incident.summary import LOOP, NO, YES, Incident
from gateway.incident.timeline import Entry, Kind

HOUR = 3600.0

TIMERS: Mapping[str, float] = {"protection": 24 * HOUR, "police_report": 72 * HOUR}
"""What is to be done, and the seconds it may take from when the violence was first told."""


@dataclass(frozen=True, slots=True)
class Timer:
    """
    Attributes:
        what: one of TIMERS.
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
        timers=_timers(entries) if incident.nature == Nature.VIOLENCE else (),
    )


def _timers(entries: Sequence[Entry]) -> tuple[Timer, ...]:
    told = (Kind.ASKED, Kind.FILED, Kind.NATURE)
    since = next((e.at for e in entries if e.kind in told and e.data.get("nature") == Nature.VIOLENCE), entries[0].at)
    done: dict[str, float] = {}
    for entry in entries:
        if entry.kind is Kind.TIMER:
            done.setdefault(str(entry.data.get("what")), entry.at)
    return tuple(Timer(what, since + seconds, done.get(what)) for what, seconds in TIMERS.items())
