"""THE STORY of a contact: it is opened, filed, handed off to an agency's desk, or abandoned by its caller.

Read this first. Who speaks with the caller (AGI, TwiML) stands above and calls these four; what is decided (rules,
location) stands below and is pure; where it is kept is handed in. Nothing here waits for anything but the journal, and
the journal never raises.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gateway.contact import Contact, HandOffOrder, IncomingCall, unpack
from gateway.incident.location import Evidence, EvidenceRefused, Location, Names, fuse
from gateway.incident.repeats import with_earlier_agencies, with_what_is_known
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Rule, follow_up, queue_prio
from gateway.incident.timeline import Entry, Incident, Job, Kind

if TYPE_CHECKING:
    from gateway.rules import Rulebook

LAST_RESORT_QUEUE = "112"
LAST_RESORT_PRIORITY = 2
"""A call that we could not ask anything may be anything: ahead of all that is known to be able to wait."""


UNSEEN = "nobody was watching: whether a desk had answered is not known"


class Journal(Protocol):
    """Where entries are kept. It never raises and answers in bounded time: a fault of ours costs no caller anything."""

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> object: ...

    def claim_incident(self, number: str, new: str, now: float, within: float) -> str:
        """The caller's open incident of the last ``within`` seconds, else ``new``, which then is the open one."""

    def incident(self, identifier: str) -> Incident | None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the intake is given from outside.

    Attributes:
        gather: evidence of where a caller is, in the order asked; garbled claims as refusals. Never raises.
        names: the gazetteer.
        describe: a location in words and in sounds, for desks.
        reference: the URL under which a desk fetches the location.
    """

    journal: Journal
    rulebook: Callable[[], Rulebook]
    gather: Callable[[IncomingCall], Sequence[Evidence | EvidenceRefused]]
    names: Names | None
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
            incident: the identifier for a new incident if the channel makes it, so that a repeated request opens none.
        """
        around = self._around
        fresh = incident or new_incident_id()
        joined = fresh
        if call.caller.number:
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

    def asked(self, contact: Contact, step: str, nature: Nature, language: str, now: float) -> None:
        """Keep that a caller reached a question, and what that tells: the call may yet fall out of our hands."""
        call = contact.call
        data = {"step": step, "language": language, "nature": nature.value}
        key = f"{call.channel}:{call.channel_id}:asked:{language}:{step}"
        self._around.journal.add([Entry(contact.incident, Kind.ASKED, now, data, key, call.channel_id)])

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
        self, contact: Contact, report: Report, step: str, now: float, *, filed: bool = False, unseen: bool = False
    ) -> None:
        """The caller hung up: the case stays open, and what follows is policy.

        A telephone from which violence was ever reported in this incident is treated as such, whatever was pressed now.

        Args:
            filed: the dialogue had come to its end.
            unseen: it was found out afterwards, and whether a desk had answered cannot be known.
        """
        rulebook = self._around.rulebook()
        report = with_what_is_known(report, contact.earlier)
        if contact.earlier and contact.earlier.nature == Nature.VIOLENCE:
            report = replace(report, nature=Nature.VIOLENCE)
        route = rulebook.rules.choose(report).route if filed or report.nature is not Nature.UNKNOWN else None
        plan = follow_up(route, report, unfiled=rulebook.policies.unfiled_abandoned)
        channel_id = contact.call.channel_id
        entry = Entry(
            contact.incident,
            Kind.ABANDONED,
            now,
            {"step": step, "follow_up": plan.what, "why": plan.why, **({"unseen": UNSEEN} if unseen else {})},
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
        rule = replace(rule, route=with_earlier_agencies(rule.route, known))
        return self.order(incident, rule, report, fuse(_evidence_of(known), now, names=self._around.names), now)

    def locate(self, contact: Contact, now: float) -> Location:
        """All evidence of this contact and of the incident's earlier ones, fused."""
        known = {"trunk": contact.call.caller.trunk}
        return fuse([*_evidence_of(contact.earlier), *contact.evidence], now, known=known, names=self._around.names)

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
            data = found.as_dict()
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
