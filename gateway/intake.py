"""THE STORY of a contact: it is opened, filed, handed off to an agency's desk, or abandoned by its caller.

Read this first. Who speaks with the caller (AGI, TwiML) stands above and calls these four; what is decided (rules,
location) stands below and is pure; where it is kept is handed in. Nothing here waits for anything but the journal, and
the journal never raises.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from gateway.incident.location import Evidence, EvidenceRefused, Location, fuse
from gateway.incident.report import Caller, Medium, Nature, Report
from gateway.incident.routing import Route, Rule, follow_up, queue_prio
from gateway.incident.timeline import Entry, Incident, Job, Kind

if TYPE_CHECKING:
    from gateway.rules import Rulebook

LAST_RESORT_QUEUE = "112"
LAST_RESORT_PRIORITY = 2
"""A call that we could not ask anything may be anything: ahead of all that is known to be able to wait."""


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as its channel met it; every text is as hostile as it came.

    Attributes:
        channel: the door it came by (``sip``, ``twilio``).
        channel_id: the call's own name there (Asterisk's uniqueid, Twilio's CallSid).
        dialled: the user part the network asked for.
        network_info: P-Access-Network-Info (RFC 7315 section 5.4), empty if none.
        pidf: what the channel passes on of the caller's PIDF-LO, empty if none.
        at: when it came, seconds since the epoch.
    """

    channel: str
    channel_id: str
    caller: Caller
    at: float
    dialled: str = ""
    network_info: str = ""
    pidf: str = ""


@dataclass(slots=True)
class Contact:
    """A call in our hands, from its first ring to its hand-off."""

    incident: str
    call: IncomingCall
    evidence: list[Evidence] = field(default_factory=list)
    earlier: Incident | None = None
    """What is known from earlier contacts of the same caller, when this one joined their incident."""


@dataclass(frozen=True, slots=True)
class HandOffOrder:
    """All that a desk's queue is told about a contact; the channel carries it in its own form.

    Attributes:
        prio: Asterisk's QUEUE_PRIO.
        bound: seconds after which the call goes to the queue's head; None: none.
        need: the nature, for agencies that may see it.
        discreet_need: what agencies see that may not know of violence.
        place: the location in words.
        whisper: names of the sounds that say the place to a plain telephone.
        reference: URL of the location, expiring; empty if there is no place to fetch it.
    """

    incident: str
    queue: str
    rule: str
    priority: int
    prio: int
    bound: int | None
    inform: tuple[str, ...]
    need: str
    discreet_need: str
    silent: bool
    language: str
    location: Location
    place: str = ""
    whisper: tuple[str, ...] = ()
    reference: str = ""


class Journal(Protocol):
    """Where entries are kept. It never raises and answers in bounded time: a fault of ours costs no caller anything."""

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> None: ...

    def claim_incident(self, number: str, new: str, now: float, within: float) -> str:
        """The caller's open incident of the last ``within`` seconds, else ``new``, which then is the open one."""

    def incident(self, identifier: str) -> Incident | None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the intake is given from outside.

    Attributes:
        gather: evidence of where a caller is, in the order asked; garbled claims as refusals. Never raises.
        describe: a location in words and in sounds, for desks.
        reference: the URL under which a desk fetches the location.
    """

    journal: Journal
    rulebook: Callable[[], Rulebook]
    gather: Callable[[IncomingCall], Sequence[Evidence | EvidenceRefused]]
    describe: Callable[[Location, float], tuple[str, Sequence[str]]]
    reference: Callable[[str, float], str]


def new_incident_id() -> str:
    """A fresh incident tracking identifier: 96 random bits, which say nothing of when, who or what."""
    return secrets.token_hex(12)


class Intake:
    """Opens, files, hands off and abandons contacts."""

    def __init__(self, surroundings: Surroundings):
        self._around = surroundings

    def open(self, call: IncomingCall, incident: str = "") -> Contact:
        """Keep the call before anything else happens to it.

        Args:
            incident: the identifier if the channel already gave it one (a repeated request).
        """
        around = self._around
        fresh = incident or new_incident_id()
        joined = fresh
        if call.caller.number and not incident:
            within = around.rulebook().policies.repeats_join_within
            joined = around.journal.claim_incident(call.caller.number, fresh, call.at, within)
        contact = Contact(joined, call)
        entries = [self._opened(contact, repeat=joined != fresh)]
        for index, found in enumerate(around.gather(call)):
            entries.append(self._found(contact, index, found))
        around.journal.add(entries)
        if joined != fresh:
            contact.earlier = around.journal.incident(joined)
        return contact

    def hand_off(self, contact: Contact, report: Report, steps: Sequence[str], now: float) -> HandOffOrder:
        """File the report, decide, and write both down with the jobs that follow, in one piece."""
        report = with_what_is_known(report, contact.earlier)
        rule = self._around.rulebook().rules.choose(report)
        location = self.locate(contact, now)
        rule = replace(rule, route=with_earlier_agencies(rule.route, contact.earlier))
        order = self.order(contact.incident, rule, report, location, now)
        jobs = [
            Job("inform", (contact.incident, agency), urgent=True, key=f"inform:{contact.incident}:{agency}")
            for agency in order.inform
        ]
        entries = [self._filed(contact, report, steps, now), self._handed_off(contact, order, now)]
        self._around.journal.add(entries, jobs)
        return order

    def abandon(
        self, contact: Contact, report: Report, step: str, now: float, order: HandOffOrder | None = None
    ) -> None:
        """The caller hung up: the case stays open, and what follows is policy."""
        rulebook = self._around.rulebook()
        report = with_what_is_known(report, contact.earlier)
        route = rulebook.rules.choose(report).route if order or report.nature is not Nature.UNKNOWN else None
        plan = follow_up(route, report, unfiled=rulebook.policies.unfiled_abandoned)
        channel_id = contact.call.channel_id
        entry = Entry(
            contact.incident,
            Kind.ABANDONED,
            now,
            {"step": step, "follow_up": plan.what, "why": plan.why},
            key=f"{contact.call.channel}:{channel_id}:abandoned",
            channel_id=channel_id,
        )
        jobs = []
        if plan.what != "nothing" and contact.call.caller.number:
            arguments = (contact.incident, channel_id, plan.what)
            jobs = [Job("follow_up", arguments, key=f"follow_up:{channel_id}", after=rulebook.policies.follow_up_after)]
        self._around.journal.add([entry], jobs)

    def resume(self, packed: str, now: float) -> HandOffOrder:
        """The order of a call whose first leg was handled elsewhere, from what that leg carried (see ``pack``).

        Raises:
            ValueError: the text is none of ours, or its rule is no longer in force.
        """
        incident, name, report = unpack(packed)
        rule = next((rule for rule in self._around.rulebook().rules.rules if rule.name == name), None)
        if rule is None:
            raise ValueError(f"no rule {name!r}")
        known = self._around.journal.incident(incident)
        return self.order(incident, rule, report, fuse(_evidence_of(known), now, known={}), now)

    def locate(self, contact: Contact, now: float) -> Location:
        """All evidence of this contact and of the incident's earlier ones, fused."""
        known = {"trunk": contact.call.caller.trunk}
        return fuse([*_evidence_of(contact.earlier), *contact.evidence], now, known=known)

    def order(self, incident: str, rule: Rule, report: Report, location: Location, now: float) -> HandOffOrder:
        """The decision and the place, as a queue is told them."""
        route = rule.route
        place, whisper = self._around.describe(location, now)
        violence = report.nature is Nature.VIOLENCE
        return HandOffOrder(
            incident=incident,
            queue=route.queue,
            rule=rule.name,
            priority=route.priority,
            prio=queue_prio(route.priority),
            bound=route.wait_at_most,
            inform=route.inform,
            need=report.nature.value,
            discreet_need=Nature.OTHER.value if violence else report.nature.value,
            silent=report.silent,
            language=report.language,
            location=location,
            place=place,
            whisper=tuple(whisper),
            reference=self._around.reference(incident, now),
        )

    def _opened(self, contact: Contact, *, repeat: bool) -> Entry:
        call = contact.call
        data = {
            "medium": Medium.CALL.value,
            "channel": call.channel,
            "number": call.caller.number,
            "trunk": call.caller.trunk,
            "as_given": call.caller.as_given,
            "dialled": call.dialled,
            "repeat": repeat,
        }
        key = f"{call.channel}:{call.channel_id}:opened"
        return Entry(contact.incident, Kind.OPENED, call.at, data, key, call.channel_id)

    def _found(self, contact: Contact, index: int, found: Evidence | EvidenceRefused) -> Entry:
        call = contact.call
        key = f"{call.channel}:{call.channel_id}:evidence:{index}"
        if isinstance(found, EvidenceRefused):
            data = {"where": found.where, "why": found.why}
            return Entry(contact.incident, Kind.EVIDENCE_REFUSED, call.at, data, key, call.channel_id)
        contact.evidence.append(found)
        return Entry(contact.incident, Kind.EVIDENCE, call.at, found.as_dict(), key, call.channel_id)

    def _filed(self, contact: Contact, report: Report, steps: Sequence[str], now: float) -> Entry:
        call = contact.call
        data = {
            "nature": report.nature.value,
            "silent": report.silent,
            "language": report.language,
            "steps": list(steps),
        }
        key = f"{call.channel}:{call.channel_id}:filed"
        return Entry(contact.incident, Kind.FILED, now, data, key, call.channel_id)

    def _handed_off(self, contact: Contact, order: HandOffOrder, now: float) -> Entry:
        call = contact.call
        data = {
            "rule": order.rule,
            "queue": order.queue,
            "priority": order.priority,
            "inform": list(order.inform),
            "wait_at_most": order.bound,
            "place": order.place,
        }
        key = f"{call.channel}:{call.channel_id}:handed_off"
        return Entry(contact.incident, Kind.HANDED_OFF, now, data, key, call.channel_id)


def _evidence_of(incident: Incident | None) -> list[Evidence]:
    """The evidence kept in a timeline; what an older version wrote and we cannot read is passed over."""
    found = []
    for data in incident.evidence if incident else ():
        with contextlib.suppress(EvidenceRefused):
            found.append(Evidence.from_dict(data))
    return found


def with_what_is_known(report: Report, earlier: Incident | None) -> Report:
    """A report in the light of the caller's earlier contacts: who said what it is before need not say it again.

    A sudden "no emergency" after violence may be another hand's: it stays violence. Any other key is believed, for a
    telephone may be shared, and a fire needs the fire brigade; then `with_earlier_agencies` keeps those who knew in it.
    """
    before = _nature_of(earlier)
    forgotten = report.nature is Nature.UNKNOWN
    taken_back = before is Nature.VIOLENCE and report.nature is Nature.NOT_EMERGENCY
    return replace(report, nature=before) if forgotten or taken_back else report


def with_earlier_agencies(route: Route, earlier: Incident | None) -> Route:
    """A route in the light of the caller's earlier contacts: not less urgent, and who was in a case of violence stays."""
    if earlier is None or _nature_of(earlier) is not Nature.VIOLENCE:
        return route
    involved = dict.fromkeys((*route.inform, earlier.queue, *earlier.inform))
    inform = tuple(agency for agency in involved if agency and agency != route.queue)
    return replace(route, inform=inform, priority=min(route.priority, earlier.priority or route.priority))


def _nature_of(earlier: Incident | None) -> Nature:
    try:
        return Nature(earlier.nature) if earlier else Nature.UNKNOWN
    except ValueError:
        return Nature.UNKNOWN


def pack(order: HandOffOrder) -> str:
    """What a second leg of the same call (Twilio's into Asterisk) must know to be queued without asking anyone."""
    return json.dumps([order.incident, order.rule, order.need, order.silent, order.language], separators=(",", ":"))


def unpack(text: str) -> tuple[str, str, Report]:
    """Incident, rule's name and report of a packed order.

    Raises:
        ValueError: the text is none of ours.
    """
    try:
        incident, rule, need, silent, language = json.loads(text)
        return str(incident), str(rule), Report(nature=Nature(need), silent=bool(silent), language=str(language))
    except (TypeError, json.JSONDecodeError) as fault:
        raise ValueError("not a packed hand-off") from fault
