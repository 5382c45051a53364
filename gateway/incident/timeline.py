"""An incident's timeline: append-only entries, and what they add up to (NENA LogEvent)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.incident.report import Nature


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
    TIMER = "timer"  # what (gateway.desk.care.TIMERS), by: what the law wants in time has been done
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


LOOP = "loop"
"""Why a thread is muted in which two machines may be answering each other."""


@dataclass(frozen=True, slots=True)
class Before:
    """The caller's case before this one, as far as it bears on this one.

    Attributes:
        incident, nature: its own; of a chain of cases violence wherever it was in it.
        silent: somebody in it could not speak.
        muted: why nothing more was answered in it of itself; empty: it was.
        agencies: who knew of the violence.
    """

    incident: str
    nature: str = Nature.UNKNOWN.value
    silent: bool = False
    muted: str = ""
    agencies: tuple[str, ...] = ()

    @property
    def may_be_violence(self) -> bool:
        """Whether the next case may be its going on, whatever is said in it."""
        return self.nature == Nature.VIOLENCE or self.muted not in ("", LOOP)

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms; ``before`` gives it back unchanged."""
        return {
            "incident": self.incident,
            "nature": self.nature,
            "silent": self.silent,
            "muted": self.muted,
            "agencies": list(self.agencies),
        }


YES, NO, UNKNOWN = "yes", "no", "unknown"
"""What a caller may have consented to."""


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
    """Somebody in it could not speak, or must not be heard; no later contact takes it back."""
    before: Before | None = None
    priority: int | None = None
    wait_at_most: int | None = None
    queue: str = ""
    rule: str = ""
    inform: tuple[str, ...] = ()
    answered_by: str = ""
    desk: str = ""
    """The desk that has the thread of messages now; not one that has the task alone."""
    life_threat: bool = False
    messages: int = 0
    muted: str = ""
    """Why nothing is answered of itself; empty: it may be."""
    closed: bool = False
    contacts: int = 0
    evidence: list[Mapping[str, object]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Sources of which something came that could not be read."""
    references: list[str] = field(default_factory=list)
    safe_to_call: str = UNKNOWN
    """Whether the caller may be rung without danger, as last told: yes, no, unknown."""
    share: str = UNKNOWN
    """Whether what the caller told may be passed on, likewise."""
    proposals: list[Mapping[str, object]] = field(default_factory=list)


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
                if before := _before(data.get("before")):
                    incident.before = before
                    incident.silent = incident.silent or before.silent
                    incident.muted = incident.muted or before.muted
            case Kind.EVIDENCE:
                incident.evidence.append(data)
            case Kind.EVIDENCE_REFUSED:
                incident.refused.add(str(data.get("source", "")))
            case Kind.REFERENCE:
                incident.references.append(str(data.get("url", "")))
            case Kind.PROPOSED:
                incident.proposals.append(data)
            case Kind.ASKED:
                # Who got as far as that question has told it, whatever becomes of the call.
                if data.get("nature") == Nature.VIOLENCE:
                    incident.nature = Nature.VIOLENCE.value
            case Kind.FILED:
                # Violence once reported marks the incident for good: it decides who may see it.
                if incident.nature != Nature.VIOLENCE:
                    incident.nature = str(data.get("nature", Nature.UNKNOWN))
                incident.silent = incident.silent or bool(data.get("silent"))
                incident.life_threat = incident.life_threat or bool(data.get("life_threat"))
            case Kind.NATURE:
                if incident.nature != Nature.VIOLENCE:
                    incident.nature = str(data.get("nature", Nature.UNKNOWN))
            case Kind.CONSENT:
                incident.safe_to_call, incident.share = _consent(data, "safe_to_call"), _consent(data, "share")
            case Kind.INFORMED:
                # Who was told of it once goes on being told, whatever a later hand-off says.
                if data.get("agency"):
                    incident.inform = tuple(dict.fromkeys((*incident.inform, str(data["agency"]))))
            case Kind.MESSAGE:
                # Later parts bring the same message again.
                messages.add(data.get("message"))
                incident.messages = len(messages)
            case Kind.ACCEPTED if data.get("part") != "task":
                incident.desk = str(data.get("desk", ""))
            case Kind.RELEASED if data.get("part") != "task":
                incident.desk = ""
            case Kind.PARTED:
                incident.desk = ""
            case Kind.MUTED:
                incident.muted = str(data.get("why", "muted"))
            case Kind.UNMUTED:
                incident.muted = ""
            case Kind.HANDED_OFF:
                incident.rule = str(data.get("rule", ""))
                incident.queue = str(data.get("queue", ""))
                incident.priority = _priority(data.get("priority"))
                names = dict.fromkeys((*_names(data.get("inform")), *incident.inform))
                incident.inform = tuple(name for name in names if name != incident.queue)
                bound = data.get("wait_at_most")
                incident.wait_at_most = bound if isinstance(bound, int) else None
            case Kind.ANSWERED:
                incident.answered_by = str(data.get("desk", ""))
            case Kind.CLOSED:
                incident.closed, incident.desk = True, ""
            case _:
                pass
    return incident


def _before(value: object) -> Before | None:
    if not isinstance(value, Mapping):
        return None
    return Before(
        incident=str(value.get("incident", "")),
        nature=str(value.get("nature", Nature.UNKNOWN)),
        silent=bool(value.get("silent")),
        muted=str(value.get("muted", "")),
        agencies=_names(value.get("agencies")),
    )


def _priority(value: object) -> int:
    """Whoever wrote odd figures: a case of middling priority is better than one that nobody can read."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 3


def _consent(data: Mapping[str, object], name: str) -> str:
    value = str(data.get(name, UNKNOWN))
    return value if value in (YES, NO) else UNKNOWN


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list | tuple) else ()


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None
