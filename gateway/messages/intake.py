"""THE STORY of a message: it joins its writer's incident or opens one, is read with all that was written before, filed,
and handed off where that is news.

Nothing a message says takes back what was told before: a sudden "never mind" may be another hand's. What we cannot read
goes to the operators as it came. Where entries are kept is handed in, as everything from outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Protocol

from gateway.contact import Contact, IncomingCall, IncomingMessage
from gateway.hand_off import HandOffs, handed_off, inform_jobs
from gateway.incident.location import Evidence
from gateway.incident.repeats import never_lowered, with_earlier_agencies, with_what_is_known
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Rule
from gateway.incident.timeline import Entry, Job, Kind, add_up
from gateway.intake import LAST_RESORT_PRIORITY, LAST_RESORT_QUEUE
from gateway.surroundings import Surroundings
from sms.reading import Reading

DOUBLE_SECONDS = 4.0
"""The same text under another name within this time is a network's double; a minute later it is urgency."""

READ_TEXTS = 30
"""So many of a thread's latest texts are read together; what earlier ones told is known from the incident."""


UNREAD_BOUND_SECONDS = 30
"""A message that we could not read may be anything, and waits no longer than a fire."""


class Ledger(Protocol):
    """Where a batch of messages is kept."""

    def incident_for(self, message: IncomingMessage) -> str:
        """The incident a message belongs to: the one it is stored in, its writer's open one, or a new one."""

    def timeline(self, incident: str) -> list[Entry]:
        """An incident's entries in the order they happened, this batch's included."""

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job]) -> None: ...


@dataclass(frozen=True, slots=True)
class Filed:
    """A message that is in its incident.

    Attributes:
        reading: what the whole thread was read as; None if it is known from before.
    """

    incident: str
    message: IncomingMessage
    reading: Reading | None = None


class MessageIntake:
    """Files messages, each once, whatever was done of it before."""

    def __init__(self, surroundings: Surroundings, ledger: Ledger):
        self._around = surroundings
        self._hand_offs = HandOffs(surroundings)
        self._ledger = ledger

    def take(self, message: IncomingMessage, now: float) -> Filed | None:
        """File a message; None if it is a network's double of another one."""
        incident = self._ledger.incident_for(message)
        told = self._ledger.timeline(incident)
        if _is_filed(message, told):
            return Filed(incident, message)
        if _is_double(message, told):
            return None
        contact, entries = self._opened(incident, message, told)
        entries.append(_message(contact, message, told))
        reading = self._around.read(texts([*told, entries[-1]])[-READ_TEXTS:])
        entries += self._placed(contact, reading, message)
        self._decide(contact, message, reading, told, entries, now)
        return Filed(incident, message, reading)

    def take_unread(self, message: IncomingMessage, why: str, now: float) -> Filed:
        """Give a message to the operators as it came, by as little of our code as can be."""
        incident = self._ledger.incident_for(message)
        told = self._ledger.timeline(incident)
        known = add_up(incident, told)
        contact = Contact(incident, _as_call(message, message.id))
        entries = [_opening(contact, message, repeat=known.contacts > 0), _message(contact, message, told)]
        if _handed_off_before(told) is None:
            violence = known.nature == Nature.VIOLENCE
            queued = {
                "medium": Medium.MESSAGE.value,
                "rule": "",
                "queue": known.queue if violence and known.queue else LAST_RESORT_QUEUE,
                "priority": min(known.priority or LAST_RESORT_PRIORITY, LAST_RESORT_PRIORITY),
                "inform": [],
                "wait_at_most": UNREAD_BOUND_SECONDS,
                "place": "",
                "why": why,
            }
            entries.append(_entry(contact, message, Kind.HANDED_OFF, now, queued))
        self._ledger.add(entries, [])
        return Filed(incident, message)

    def _opened(self, incident: str, message: IncomingMessage, told: Sequence[Entry]) -> tuple[Contact, list[Entry]]:
        """The thread a message belongs to, with the entries that open it if it is new."""
        known = add_up(incident, told)
        earlier = known if known.contacts else None
        if thread := _thread_of(message, told):
            return Contact(incident, _as_call(message, thread), earlier=earlier), []
        contact = Contact(incident, _as_call(message, message.id), earlier=earlier)
        entries = [_opening(contact, message, repeat=earlier is not None)]
        for index, found in enumerate(self._around.gather(contact.call)):
            kind = Kind.EVIDENCE if isinstance(found, Evidence) else Kind.EVIDENCE_REFUSED
            if isinstance(found, Evidence):
                contact.evidence.append(found)
            key = f"{message.id}:evidence:{index}"
            entries.append(Entry(incident, kind, message.at, found.as_dict(), key, message.id))
        return contact, entries

    def _placed(self, contact: Contact, reading: Reading, message: IncomingMessage) -> list[Entry]:
        """Evidence in the places that the thread names; what was claimed before is the same entry."""
        entries = []
        for claim in self._around.places(reading.place, message.at):
            contact.evidence.append(claim)
            mark = blake2b(repr((claim.source, claim.shape, claim.label)).encode(), digest_size=8).hexdigest()
            key = f"{contact.call.channel_id}:place:{mark}"
            channel_id = contact.call.channel_id
            entries.append(Entry(contact.incident, Kind.EVIDENCE, message.at, claim.as_dict(), key, channel_id))
        return entries

    def _decide(
        self, contact: Contact, message: IncomingMessage, reading: Reading, told: Sequence[Entry], entries: list[Entry],
        now: float,
    ) -> None:  # fmt: skip
        """File what was read, and hand off where it is the thread's first, or where it must go elsewhere, or sooner."""
        before = _handed_off_before(told)
        report, rule, others = self._ruled(contact, reading, before)
        filed = {**reading.as_dict(), **_as_filed(report), "medium": Medium.MESSAGE.value}
        entries.append(_entry(contact, message, Kind.FILED, now, filed))
        held = contact.earlier.desk if contact.earlier else ""
        agencies = [*rule.route.inform, *others]
        if before is not None and (held or not _is_news(rule, before)):
            # A desk has it, or it waits where it should: who is newly concerned is told.
            there = {str(before.data.get("queue", "")), ""}
            agencies = [name for name in (rule.route.queue, *agencies) if name not in there]
        else:
            rule = replace(rule, route=replace(rule.route, inform=tuple(dict.fromkeys(agencies))))
            location = self._hand_offs.locate(contact, now)
            order = self._hand_offs.order(contact.incident, rule, report, location, now)
            entries.append(_entry(contact, message, Kind.HANDED_OFF, now, handed_off(order, Medium.MESSAGE)))
        self._ledger.add(entries, inform_jobs(contact.incident, dict.fromkeys(agencies)))

    def _ruled(self, contact: Contact, reading: Reading, before: Entry | None) -> tuple[Report, Rule, tuple[str, ...]]:
        """What the thread reports, the rule for it, and who else the new words concern."""
        rules = self._around.rulebook().rules
        report = with_what_is_known(reading.report(), contact.earlier)
        if before is None or contact.earlier is None:
            rule = rules.choose(report)
            return report, replace(rule, route=with_earlier_agencies(rule.route, contact.earlier)), ()
        kept = never_lowered(report, contact.earlier, rules)
        rule = rules.choose(kept)
        rule = replace(rule, route=with_earlier_agencies(rule.route, contact.earlier))
        others = () if kept.nature is report.nature else _concerned(rules.choose(report))
        return kept, rule, tuple(name for name in others if name != rule.route.queue)


def texts(told: Sequence[Entry]) -> list[str]:
    """What was written, in the order it was written; of a message its latest state."""
    latest: dict[str, str] = {}
    for entry in sorted((entry for entry in told if entry.kind is Kind.MESSAGE), key=lambda entry: entry.at):
        latest[str(entry.data.get("message", ""))] = str(entry.data.get("text", ""))
    return list(latest.values())


def _thread_of(message: IncomingMessage, told: Sequence[Entry]) -> str:
    """The thread of this incident that the message belongs to: the one of the same line; empty if there is none."""
    for entry in reversed(told):
        data = entry.data
        is_thread = entry.kind is Kind.OPENED and data.get("medium") == Medium.MESSAGE
        if is_thread and (data.get("channel"), data.get("trunk")) == (message.channel, message.connector):
            return entry.channel_id
    return ""


def _is_filed(message: IncomingMessage, told: Sequence[Entry]) -> bool:
    """Whether the message was filed with the parts that it has now."""
    state = (message.id, list(message.missing), message.awaited)
    states = (
        (e.data.get("message"), e.data.get("missing"), e.data.get("awaited")) for e in told if e.kind is Kind.MESSAGE
    )
    return state in states


def _is_double(message: IncomingMessage, told: Sequence[Entry]) -> bool:
    return any(
        entry.kind is Kind.MESSAGE
        and entry.data.get("message") != message.id
        and entry.data.get("text") == message.text
        and abs(entry.at - message.at) <= DOUBLE_SECONDS
        for entry in told
    )


def _handed_off_before(told: Sequence[Entry]) -> Entry | None:
    found = (e for e in reversed(told) if e.kind is Kind.HANDED_OFF and e.data.get("medium") == Medium.MESSAGE)
    return next(found, None)


def _is_news(rule: Rule, before: Entry) -> bool:
    """Whether a queue must be told: it is another one, or it is more urgent than it was."""
    queue, priority = before.data.get("queue"), int(str(before.data.get("priority", 5)))
    return rule.route.queue != queue or rule.route.priority < priority


def _concerned(rule: Rule) -> tuple[str, ...]:
    """Who should know of what a rule is for; not the operators, to whom all goes that nobody knows."""
    return tuple(name for name in (rule.route.queue, *rule.route.inform) if name != LAST_RESORT_QUEUE)


def _as_call(message: IncomingMessage, thread: str) -> IncomingCall:
    return IncomingCall(message.channel, thread, message.caller, message.at, message.destination)


def _opening(contact: Contact, message: IncomingMessage, *, repeat: bool) -> Entry:
    data = {
        "medium": Medium.MESSAGE.value,
        "channel": message.channel,
        "number": message.caller.number,
        "trunk": message.connector,
        "as_given": message.caller.as_given,
        "dialled": message.destination,
        "repeat": repeat,
    }
    return Entry(contact.incident, Kind.OPENED, message.at, data, f"{message.id}:opened", contact.call.channel_id)


def _message(contact: Contact, message: IncomingMessage, told: Sequence[Entry]) -> Entry:
    is_first = not any(entry.kind is Kind.MESSAGE and entry.data.get("message") == message.id for entry in told)
    key = message.key if is_first else message.state_key
    data = {
        "message": message.id,
        "channel": message.channel,
        "connector": message.connector,
        "text": message.text,
        "sent_at": message.sent_at,
        "parts": message.total,
        "missing": list(message.missing),
        "awaited": message.awaited,
    }
    return Entry(contact.incident, Kind.MESSAGE, message.at, data, key, contact.call.channel_id)


def _entry(contact: Contact, message: IncomingMessage, kind: Kind, at: float, data: Mapping[str, object]) -> Entry:
    return Entry(contact.incident, kind, at, data, f"{message.state_key}:{kind.value}", contact.call.channel_id)


def _as_filed(report: Report) -> dict[str, object]:
    return {"nature": report.nature.value, "life_threat": report.life_threat}
