"""An incident's timeline: append-only entries, and what they add up to (NENA LogEvent)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.incident.report import Nature


class Kind(StrEnum):
    """What an entry says. Each value's data keys are named beside it."""

    OPENED = "opened"  # medium, channel, number, trunk, as_given, repeat_of
    RECEIVED = "received"  # one part of a message as its channel gave it (gateway.messages.part.Part.as_dict)
    MESSAGE = "message"  # message, channel, connector, text, sent_at, parts, missing; the latest of a message counts
    EVIDENCE = "evidence"  # one Evidence as a dict (gateway.incident.location.Evidence.as_dict)
    EVIDENCE_REFUSED = "evidence_refused"  # source, where, why, original
    ASKED = "asked"  # step, tries, language, nature: how far a caller came, where more than a thread must know it
    FILED = "filed"  # nature, silent, language, steps; of a message what it was read as (sms.reading.Reading.as_dict)
    HANDED_OFF = "handed_off"  # rule, queue, priority, inform, wait_at_most, location, medium
    INFORMED = "informed"  # agency
    QUEUED = "queued"  # queue, position
    RANG = "rang"  # queue, desk
    ANSWERED = "answered"  # queue, desk, waited
    RAISED = "raised"  # queue, waited: its bound came near, it goes to the head
    OVERFLOWED = "overflowed"  # queue, waited
    LEFT = "left"  # queue, waited, why
    ABANDONED = "abandoned"  # step, or queue; follow_up, why; unseen, where it was found out afterwards
    FOLLOW_UP = "follow_up"  # what: call_back, sms, nothing; outcome
    ENDED = "ended"  # seconds, cause
    ALARM = "alarm"  # what
    ACCEPTED = "accepted"  # queue, desk, waited: one desk has a message's thread
    RELEASED = "released"  # queue, desk, why: the thread waits again, at the queue's head
    REPLY = "reply"  # reply, text, phrase, language, by, channel, connector, to, sender, urgent, valid_until, segments
    DELIVERY = "delivery"  # reply, status, why, provider_id
    MUTED = "muted"  # why: nothing more is answered of itself; a desk still can
    UNMUTED = "unmuted"  # by
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


@dataclass(slots=True)
class Incident:
    """What a timeline adds up to: enough to decide what to do next, and to show a desk the state at a glance."""

    id: str
    opened_at: float = 0.0
    last_at: float = 0.0
    number: str | None = None
    trunk: str = ""
    nature: str = "unknown"
    silent: bool = False
    priority: int | None = None
    queue: str = ""
    rule: str = ""
    inform: tuple[str, ...] = ()
    answered_by: str = ""
    desk: str = ""
    """The desk that has the thread of messages now."""
    life_threat: bool = False
    messages: int = 0
    muted: str = ""
    """Why nothing is answered of itself; empty: it may be."""
    closed: bool = False
    contacts: int = 0
    evidence: list[Mapping[str, object]] = field(default_factory=list)


def add_up(identifier: str, entries: Iterable[Entry]) -> Incident:
    """The incident that these entries, in their order, amount to."""
    incident = Incident(identifier)
    messages: set[object] = set()
    for entry in entries:
        incident.opened_at = incident.opened_at or entry.at
        incident.last_at = max(incident.last_at, entry.at)
        data = entry.data
        match entry.kind:
            case Kind.OPENED:
                incident.contacts += 1
                incident.number = incident.number or _text_or_none(data.get("number"))
                incident.trunk = incident.trunk or str(data.get("trunk", ""))
            case Kind.EVIDENCE:
                incident.evidence.append(data)
            case Kind.ASKED:
                # Who got as far as that question has told it, whatever becomes of the call.
                if data.get("nature") == Nature.VIOLENCE:
                    incident.nature = Nature.VIOLENCE.value
            case Kind.FILED:
                # Violence once reported marks the incident for good: it decides who may see it.
                if incident.nature != Nature.VIOLENCE:
                    incident.nature = str(data.get("nature", Nature.UNKNOWN))
                incident.silent = bool(data.get("silent"))
                incident.life_threat = incident.life_threat or bool(data.get("life_threat"))
            case Kind.MESSAGE:
                # Later parts bring the same message again.
                messages.add(data.get("message"))
                incident.messages = len(messages)
            case Kind.ACCEPTED:
                incident.desk = str(data.get("desk", ""))
            case Kind.RELEASED:
                incident.desk = ""
            case Kind.MUTED:
                incident.muted = str(data.get("why", "muted"))
            case Kind.UNMUTED:
                incident.muted = ""
            case Kind.HANDED_OFF:
                incident.rule = str(data.get("rule", ""))
                incident.queue = str(data.get("queue", ""))
                incident.priority = int(str(data.get("priority", 3)))
                inform = data.get("inform", ())
                incident.inform = tuple(str(name) for name in inform) if isinstance(inform, list | tuple) else ()
            case Kind.ANSWERED:
                incident.answered_by = str(data.get("desk", ""))
            case Kind.CLOSED:
                incident.closed, incident.desk = True, ""
            case _:
                pass
    return incident


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None
