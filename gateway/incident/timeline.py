"""An incident's timeline: append-only entries (NENA LogEvent). What they add up to is in summary.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What an entry says. Each value's data keys are named beside it."""

    OPENED = "opened"  # medium, channel, number, trunk, as_given, repeat, before (Before.as_dict)
    RECEIVED = "received"  # one part of a message as its channel gave it (gateway.messages.part.Part.as_dict)
    MESSAGE = "message"  # message, channel, connector, text, sent_at, parts, missing, late; its latest counts
    EVIDENCE = "evidence"  # one Evidence as a dict (gateway.incident.location.Evidence.as_dict)
    EVIDENCE_REFUSED = "evidence_refused"  # source, where, why, original
    # url, source, why (not fetched, and why not): where somebody else tells the place; what it gave follows as evidence
    REFERENCE = "reference"
    CAPTURED = "captured"  # source, at, request: what the edge copied of a call (gateway.locator.capture)
    # what, provided_by, label, imei, url, original: what a request tells besides the place (RFC 7852)
    ADDITIONAL = "additional"
    LOCATED = "located"  # what all evidence amounts to after a late piece: place (words), and Location.as_dict
    PROPOSED = "proposed"  # what (reroute, neighbour), to, rule, why: a person may do it, nothing does it by itself
    ASKED = "asked"  # step, tries, language, nature: how far a caller came, where more than a thread must know it
    FILED = "filed"  # nature, silent, language, steps; of a message what it was read as (sms.reading.Reading.as_dict)
    HANDED_OFF = "handed_off"  # rule, queue, priority, inform, wait_at_most, location, medium
    INFORMED = "informed"  # agency, by (a desk, where one did it)
    NOTIFIED = "notified"  # agency, event, entry, outcome (done, failed), why: its own system was told, by webhook
    QUEUED = "queued"  # queue, position
    RANG = "rang"  # queue, desk
    ANSWERED = "answered"  # queue, desk, waited
    RAISED = "raised"  # queue, waited: its bound came near, it goes to the head
    OVERFLOWED = "overflowed"  # queue, waited
    # queue, to, by ("supervisor"; "gateway": a desk called it home; "desk": it takes back messages that had gone on),
    # medium, part: it waits elsewhere from now on
    MOVED = "moved"
    INVITED = "invited"  # queue, desk (which asks), why (transfer, conference): another agency is rung for the call
    JOINED = "joined"  # queue, desk: it has the caller too, and keeps it where the first one leaves
    # queue, why (nobody, no_answer, refused, cancelled, failed) of an invitation; queue, desk, why (no_answer, refused,
    # not_accepted) of a desk that rang for a waiting call
    DECLINED = "declined"
    DEPARTED = "departed"  # desk: it left the caller with another one; why, where nobody saw it
    RETURNED = "returned"  # queue, why (left, requeued, page_lost): all left the caller, who waits at that queue's head
    KEYED = "keyed"  # key: pressed by the caller while a desk has it
    LEFT = "left"  # queue, waited, why
    ABANDONED = "abandoned"  # step, or queue; follow_up, why; unseen, where it was found out afterwards
    TAKEN = "taken"  # queue, desk: of callers who hung up before anybody answered, a desk takes this one on
    PUT_BACK = "put_back"  # queue, desk, since (of the hang-up), why: any desk may take that caller on again
    FOLLOW_UP = "follow_up"  # what: call_back, sms, nothing; outcome
    ENDED = "ended"  # seconds, cause
    ALARM = "alarm"  # what
    PARTED = "parted"  # from, queue, priority, wait_at_most: the words of violence wait apart, where they may be read
    ACCEPTED = "accepted"  # queue, desk, waited, part: one desk has a message's thread, or its part ("task", "words")
    RELEASED = "released"  # queue, desk, why, part: the thread waits again, at the queue's head
    DONE = "done"  # queue, desk, outcome: an agency has done the task, and the case goes on
    # reply, text, phrase, language, by, channel, connector, to, sender, urgent, violence, valid_until, segments
    REPLY = "reply"
    DELIVERY = "delivery"  # reply, status, why, provider_id
    MUTED = "muted"  # why: nothing more is answered of itself; a desk still can
    UNMUTED = "unmuted"  # by
    NATURE = "nature"  # nature, by, before: a desk corrects it; violence is never taken back
    CONSENT = "consent"  # safe_to_call, share (each yes, no, unknown), by, note: what the caller said of both
    TIMER = "timer"  # what (gateway.incident.limits), by: what the law wants in time has been done
    CLOSED = "closed"  # by, outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        incident: the incident's identifier.
        at: seconds since the epoch, UTC.
        key: unique name of the happening (channel + its own id); the same key is stored once. Empty: always stored.
        data: JSON-able values, the keys as named at Kind.
        channel_id: the one contact (Asterisk's uniqueid, Twilio's CallSid) this is about; empty: the incident itself.
    """

    incident: str
    kind: Kind
    at: float
    data: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    channel_id: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that an entry brings with it, done by a worker later; saved in the same transaction as the entry.

    Attributes:
        name: the function's name in gateway/jobs/__init__.py.
        arguments: its arguments, JSON-able.
        urgent: done before all that is routine.
        key: unique name; the same key is enqueued once. Empty: always enqueued.
        after: seconds to wait before it may start.
    """

    name: str
    arguments: tuple[str, ...] = ()
    urgent: bool = False
    key: str = ""
    after: float = 0.0
