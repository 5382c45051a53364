"""Whether a follow-up is still needed, or allowed, as an incident's timeline stands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from gateway.incident.report import Nature
from gateway.incident.routing import WITHOUT_CONSENT
from gateway.incident.summary import NO, add_up
from gateway.incident.timeline import Entry, Kind


class Outcome(StrEnum):
    TRYING = "trying"  # about to act
    ASKED = "asked"  # Asterisk rings the desks; whether one answers shows in the timeline
    REACHED = "reached"  # the caller has answered the call back that a desk took
    NOT_REACHED = "not_reached"
    FAILED = "failed"  # surely nothing happened; it is tried again
    DONE = "done"
    NEEDLESS = "needless"
    NOT_POSSIBLE = "not_possible"  # a person is alarmed, once an hour where it is so for every caller
    UNCERTAIN = "uncertain"  # it may or may not have happened; never repeated, a person is alarmed


TAKEN_ON = "a desk is to reach the caller"


def needless(entries: Sequence[Entry], channel_id: str, what: str) -> str:
    """Why nothing need follow, or may; empty if something should.

    A caller who rang again is in the queues by that call, and if that one is abandoned, it has its own follow-up.
    """
    hung_up = _last_seen(entries, channel_id)
    over = {e.channel_id for e in entries if e.kind in (Kind.ABANDONED, Kind.ENDED)}
    for entry in entries:
        later = entry.at > hung_up
        if entry.kind is Kind.CLOSED:
            return "the incident is closed"
        if entry.kind is Kind.ANSWERED and (later or entry.channel_id not in over):
            return "a desk has answered"
        if entry.kind is Kind.ACCEPTED and later:
            return "a desk has the caller's messages"
        if entry.kind is Kind.OPENED and later and entry.channel_id not in over:
            return "the caller has rung again"
        if entry.kind in (Kind.QUEUED, Kind.RANG) and later and entry.channel_id == channel_id:
            return "the caller did not hang up after all"
    if _is_taken_on(entries, hung_up):
        return TAKEN_ON
    known = add_up("", entries)
    if known.nature == Nature.VIOLENCE or known.safe_to_call == NO:
        return WITHOUT_CONSENT
    return "another call of this incident has had it" if _has_had(entries, channel_id, what) else ""


def _is_taken_on(entries: Sequence[Entry], hung_up: float) -> bool:
    """Whether a desk has the caller to reach, and has not put that back."""
    takers: set[object] = set()
    for entry in entries:
        if entry.kind is Kind.TAKEN and entry.at > hung_up:
            takers.add(entry.data.get("queue"))
        elif entry.kind is Kind.PUT_BACK:
            takers.discard(entry.data.get("queue"))
    return bool(takers)


def _last_seen(entries: Sequence[Entry], channel_id: str) -> float:
    """When the caller hung up; where nobody saw it, the last time that anybody saw the call."""
    own = [entry for entry in entries if entry.channel_id == channel_id]
    abandoned = [entry for entry in own if entry.kind is Kind.ABANDONED]
    if not any(entry.data.get("unseen") for entry in abandoned):
        return max((entry.at for entry in abandoned), default=0.0)
    after = (Kind.LEFT, Kind.ENDED, Kind.ABANDONED, Kind.FOLLOW_UP)
    return max((entry.at for entry in own if entry.kind not in after), default=0.0)


def _has_had(entries: Sequence[Entry], channel_id: str, what: str) -> bool:
    """Whether another call of the incident has this follow-up, or one that makes it needless: who is called back needs
    no SMS besides.
    """
    latest = {e.channel_id: e.data for e in entries if e.kind is Kind.FOLLOW_UP and e.channel_id != channel_id}
    enough = ("sms", "call_back") if what == "sms" else ("call_back",)
    nothing_came = (Outcome.NEEDLESS, Outcome.NOT_POSSIBLE)
    return any(data.get("what") in enough and data.get("outcome") not in nothing_came for data in latest.values())
