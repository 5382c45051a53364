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
from gateway.incident.repeats import (
    before_of,
    never_lowered,
    with_earlier_agencies,
    with_earlier_silence,
    with_what_is_known,
)
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Route, Rule
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Job, Kind
from gateway.intake import LAST_RESORT_PRIORITY, LAST_RESORT_QUEUE
from gateway.messages.filed import doubts
from gateway.messages.parting import parted
from gateway.messages.told import is_double, is_filed, is_known, last_hand_off, texts, thread_for, with_flags
from gateway.proposals import certain_area
from gateway.surroundings import Surroundings
from sms.reading import Reading

READ_TEXTS, READ_LETTERS, TEXT_LETTERS = 30, 12_000, 4_000
"""So many of a thread's latest texts are read together, so many letters in all, and of each the first so many. What
earlier texts told is known from the incident."""

UNREAD_BOUND_SECONDS = 30
"""A message that we could not read may be anything, and waits no longer than a fire."""


class Ledger(Protocol):
    """Where messages are kept, all that are filed together at once."""

    def timeline(self, incident: str) -> list[Entry]:
        """An incident's entries in the order they happened, those not saved yet included."""

    def before(self, incident: str) -> Incident | None:
        """The writer's incident before this one, if this one is new and that is remembered."""

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> None: ...


@dataclass(frozen=True, slots=True)
class Filed:
    """A message that is in its incident.

    Attributes:
        reading: what the thread says, for whoever answers it; None if the message was filed before, or could not be
            read.
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

    def take(self, incident: str, messages: Sequence[IncomingMessage], now: float) -> list[Filed]:
        """File an incident's new messages, read together with what was written before, without networks' doubles.

        Who floods us is read once a look, not once a message.
        """
        told = self._ledger.timeline(incident)
        before = tuple(told)
        filed = [Filed(incident, message) for message in messages if is_filed(message, before)]
        contact, last = None, None
        for message in sorted(messages, key=lambda message: message.at):
            if not is_filed(message, before) and not is_double(message, told):
                contact, entries = self._joined(incident, message, told, now)
                told += entries
                last = message
                filed.append(Filed(incident, message))
        if contact is None or last is None:
            return filed
        reading = with_flags(self._around.read(_to_be_read(texts(told))), before)
        told += self._placed(contact, reading)
        entries, jobs = self._decided(contact, last, reading, before, now)
        entries += parted(incident, [*told, *entries], self._around.rulebook(), now)
        self._ledger.add([*told[len(before) :], *entries], jobs)
        if contact.earlier:
            reading = replace(reading, findings=(*reading.findings, *doubts(contact.earlier)))
        return [one if is_filed(one.message, before) else replace(one, reading=reading) for one in filed]

    def take_unread(self, incident: str, message: IncomingMessage, why: str, now: float) -> Filed:
        """Give a message to the operators as it came, by as little of our code as can be.

        A case of violence stays where it is: there a person reads it, too.
        """
        told = self._ledger.timeline(incident)
        known = add_up(incident, told)
        thread = thread_for(message, told)
        contact = Contact(incident, _as_call(message, thread or message.id))
        entries = [] if thread else [self._opening(contact, message, known)]
        entries.append(_message(contact, message, told, now))
        if last_hand_off(told) is None:
            data = {
                "medium": Medium.MESSAGE.value,
                "rule": "",
                "queue": known.queue if known.nature == Nature.VIOLENCE and known.queue else LAST_RESORT_QUEUE,
                "priority": min(known.priority or LAST_RESORT_PRIORITY, LAST_RESORT_PRIORITY),
                "inform": [],
                "wait_at_most": UNREAD_BOUND_SECONDS,
                "place": "",
                "why": why,
            }
            entries.append(_entry(contact, message, Kind.HANDED_OFF, now, data))
        self._ledger.add(entries)
        return Filed(incident, message)

    def _joined(
        self, incident: str, message: IncomingMessage, told: Sequence[Entry], now: float
    ) -> tuple[Contact, list[Entry]]:
        """The thread that the message belongs to, and its entries there; it may be the first."""
        known = add_up(incident, told)
        if thread := thread_for(message, told):
            contact = Contact(incident, _as_call(message, thread), earlier=known)
            return contact, [_message(contact, message, told, now)]
        contact = Contact(incident, _as_call(message, message.id))
        entries = [self._opening(contact, message, known)]
        contact.earlier = add_up(incident, [*told, *entries])
        for index, found in enumerate(self._around.gather(contact.call)):
            kind = Kind.EVIDENCE if isinstance(found, Evidence) else Kind.EVIDENCE_REFUSED
            if isinstance(found, Evidence):
                contact.evidence.append(found)
            key = f"{message.id}:evidence:{index}"
            entries.append(Entry(incident, kind, message.at, found.as_dict(), key, message.id))
        return contact, [*entries, _message(contact, message, told, now)]

    def _opening(self, contact: Contact, message: IncomingMessage, known: Incident) -> Entry:
        data: dict[str, object] = {
            "medium": Medium.MESSAGE.value,
            "channel": message.channel,
            "number": message.caller.number,
            "trunk": message.connector,
            "as_given": message.caller.as_given,
            "dialled": message.destination,
            "repeat": known.contacts > 0,
        }
        if not known.contacts and (before := before_of(self._ledger.before(contact.incident))):
            data["before"] = before.as_dict()
        return Entry(contact.incident, Kind.OPENED, message.at, data, f"{message.id}:opened", contact.call.channel_id)

    def _placed(self, contact: Contact, reading: Reading) -> list[Entry]:
        """Evidence in the places that the thread names; what was claimed before has the same key."""
        entries = []
        call = contact.call
        for claim in self._around.places(reading.place, call.at):
            contact.evidence.append(claim)
            mark = blake2b(repr((claim.source, claim.shape, claim.label)).encode(), digest_size=8).hexdigest()
            key = f"{call.channel_id}:place:{mark}"
            entries.append(Entry(contact.incident, Kind.EVIDENCE, call.at, claim.as_dict(), key, call.channel_id))
        return entries

    def _decided(
        self, contact: Contact, message: IncomingMessage, reading: Reading, before: Sequence[Entry], now: float
    ) -> tuple[list[Entry], list[Job]]:
        """What was read is filed, and handed off if it is the first, or must go elsewhere, or sooner.

        What a desk has stays there, and so does what waits where it should: then only who is newly concerned is told.
        """
        last = last_hand_off(before)
        location = self._hand_offs.locate(contact, now)
        report, rule, others = self._ruled(contact, reading, certain_area(location), is_first=last is None)
        kept = {"nature": report.nature.value, "life_threat": report.life_threat, "medium": Medium.MESSAGE.value}
        entries = [_entry(contact, message, Kind.FILED, now, {**reading.as_dict(), **kept})]
        route = rule.route
        agencies = tuple(dict.fromkeys((*route.inform, *others)))
        has_desk = bool(contact.earlier and contact.earlier.desk)
        if last is not None and (has_desk or not _is_news(route, last)):
            told = [name for name in (route.queue, *agencies) if name != last.data.get("queue")]
            return entries, inform_jobs(contact.incident, told)
        rule = replace(rule, route=replace(route, inform=agencies))
        order = self._hand_offs.order(contact.incident, rule, report, location, now)
        entries.append(_entry(contact, message, Kind.HANDED_OFF, now, handed_off(order, Medium.MESSAGE)))
        return entries, inform_jobs(contact.incident, agencies)

    def _ruled(
        self, contact: Contact, reading: Reading, area: str, *, is_first: bool
    ) -> tuple[Report, Rule, tuple[str, ...]]:
        """What the thread reports, the rule for it, and who else the new words concern."""
        book = self._around.rulebook()
        rules = book.rules
        earlier = contact.earlier or Incident(contact.incident)
        said = with_what_is_known(reading.report(), earlier)
        report = said = replace(said, silent=said.silent or earlier.silent, area=area)
        # The first message after a call may be about something else; that all is well may be another hand's.
        is_denial = reading.takeover or said.nature is Nature.NOT_EMERGENCY
        if is_denial or not is_first:
            report = never_lowered(said, earlier, rules)
        rule = rules.choose(report)
        route = with_earlier_agencies(rule.route, earlier, rules, book.discreet)
        rule = replace(rule, route=with_earlier_silence(route, earlier, rules))
        others = () if said.nature is report.nature else _concerned(rules.choose(said).route)
        return report, rule, tuple(name for name in others if name != rule.route.queue)


def _to_be_read(written: Sequence[str]) -> list[str]:
    """The latest texts, as far as there is time to read them."""
    chosen: list[str] = []
    letters = 0
    for text in reversed(written[-READ_TEXTS:]):
        letters += min(len(text), TEXT_LETTERS)
        if letters > READ_LETTERS:
            break
        chosen.insert(0, text[:TEXT_LETTERS])
    return chosen


def _is_news(route: Route, last: Entry) -> bool:
    """Whether a queue must be told: it is another one, or it is more urgent than it was."""
    return route.queue != last.data.get("queue") or route.priority < int(str(last.data.get("priority", 5)))


def _concerned(route: Route) -> tuple[str, ...]:
    """Who should know of what a route is for; not the operators, to whom all goes that nobody else is for."""
    return tuple(name for name in (route.queue, *route.inform) if name != LAST_RESORT_QUEUE)


def _as_call(message: IncomingMessage, thread: str) -> IncomingCall:
    return IncomingCall(message.channel, thread, message.caller, message.at, message.destination)


def _message(contact: Contact, message: IncomingMessage, told: Sequence[Entry], now: float) -> Entry:
    data = {
        "message": message.id,
        "channel": message.channel,
        "connector": message.connector,
        "text": message.text,
        "sent_at": message.sent_at,
        "late": max(0, round(now - (message.sent_at or message.at))),
        "parts": message.total,
        "missing": list(message.missing),
        "awaited": message.awaited,
    }
    key = message.state_key if is_known(message, told) else message.key
    return Entry(contact.incident, Kind.MESSAGE, message.at, data, key, contact.call.channel_id)


def _entry(contact: Contact, message: IncomingMessage, kind: Kind, at: float, data: Mapping[str, object]) -> Entry:
    return Entry(contact.incident, kind, at, data, f"{message.state_key}:{kind.value}", contact.call.channel_id)
