"""What is to be done about a reply now, as its incident's timeline stands. Pure.

Every attempt is claimed by an entry before it is made, and its outcome is told by another. A claim without an outcome
is somebody at work, or a sender that died at it: then nobody knows whether the reply left, and it is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.incident.follow_up import needless
from gateway.incident.link import why_no_link
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.messages.thread import FOLLOW_UP, GATEWAY, UNFINISHED, Delivery, deliveries, delivery_of, number

SENDING_SECONDS = 30.0
"""No channel takes longer to send, or to say that it could not."""


class What(StrEnum):
    SEND = "send"
    WAIT = "wait"
    CONCLUDE = "conclude"
    FORGET = "forget"  # it is concluded


@dataclass(frozen=True, slots=True)
class Decision:
    """
    Attributes:
        attempt: which one it is, from 1.
        claimed: it is claimed by us already.
        until: seconds since the epoch; when to decide anew.
        delivery, why: what to conclude.
    """

    what: What
    attempt: int = 1
    claimed: bool = False
    until: float = 0.0
    delivery: Delivery | None = None
    why: str = ""


def decide(reply: Entry, entries: Sequence[Entry], now: float, unacted: str = "") -> Decision:
    """What to do about ``reply``, a REPLY entry of the incident that has these entries.

    Args:
        unacted: a claim of ours (its ``claim``) of which we know that nothing was done; empty: there is none.
    """
    name = str(reply.data.get("reply"))
    if delivery_of(entries, name) not in (None, *UNFINISHED):
        return Decision(What.FORGET)
    told = deliveries(entries, name)
    claims = [entry for entry in told if entry.data.get("status") == Delivery.SENDING]
    claimed = bool(claims and unacted and claims[-1].data.get("claim") == unacted)
    if len(claims) > sum(entry.data.get("status") == Delivery.HELD for entry in told) and not claimed:
        return _at_work(claims[-1].at, now)
    if now > number(reply.data.get("valid_until")):
        return Decision(What.CONCLUDE, delivery=Delivery.EXPIRED, why="its time was over before it could be sent")
    if why := needless_now(reply, entries):
        return Decision(What.CONCLUDE, delivery=Delivery.MUTED, why=why)
    return Decision(What.SEND, attempt=len(claims) + (not claimed), claimed=claimed)


def _at_work(since: float, now: float) -> Decision:
    if now < since + SENDING_SECONDS:
        return Decision(What.WAIT, until=since + SENDING_SECONDS)
    return Decision(What.CONCLUDE, delivery=Delivery.UNCERTAIN, why="the sender died at it")


def needless_now(reply: Entry, entries: Sequence[Entry]) -> str:
    """Why a reply should not leave any more; empty if it should. What a desk wrote always should."""
    by = reply.data.get("by")
    if by == FOLLOW_UP and (why := needless(entries, reply.channel_id, "sms")):
        return why
    if by not in (GATEWAY, FOLLOW_UP):
        return ""
    incident = add_up("", entries)
    if reply.data.get("link") and (why := why_no_link(incident)):
        return f"no link is sent of itself any more: {why}"
    later = {entry.kind for entry in entries if entry.at > reply.at}
    if incident.muted:
        return f"muted: {incident.muted}"
    if incident.desk and Kind.ACCEPTED in later:
        return "a desk has it"
    return "the incident is closed" if Kind.CLOSED in later else ""
