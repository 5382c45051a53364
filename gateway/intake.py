"""THE STORY of a call: it is opened, filed, handed off to an agency's desk, or abandoned by its caller.

Read this first; the story of a message (gateway/messages/intake.py) is like it. Who speaks with the caller (AGI,
TwiML) stands above and calls these four; what is decided (rules, location) stands below and is pure; where it is kept
is handed in. Nothing here waits for anything but the journal, and the journal never raises.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from gateway.contact import Contact, HandOffOrder, IncomingCall, unpack
from gateway.hand_off import HandOffs, evidence_of, handed_off, inform_jobs, link_jobs
from gateway.incident.location import Evidence, EvidenceRefused, fuse
from gateway.incident.repeats import before_of, goes_on, with_earlier_agencies, with_what_is_known
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import follow_up
from gateway.incident.summary import Before, Incident, add_up
from gateway.incident.timeline import Entry, Job, Kind
from gateway.proposals import certain_area
from gateway.surroundings import Journal, Surroundings

__all__ = ["LAST_RESORT_PRIORITY", "LAST_RESORT_QUEUE", "Intake", "Journal", "Surroundings", "new_incident_id"]

LAST_RESORT_QUEUE = "112"
LAST_RESORT_PRIORITY = 2
"""A call that we could not ask anything may be anything: ahead of all that is known to be able to wait."""


LATE_EVIDENCE_S = 15.0
"""So long after its first ring a telephone may have sent its own position: AML comes some 20 s after the start."""

UNSEEN = "nobody was watching: whether a desk had answered is not known"


def new_incident_id() -> str:
    """A fresh incident tracking identifier: 96 random bits, which say nothing of when, who or what."""
    return secrets.token_hex(12)


class Intake:
    """Opens, files, hands off and abandons contacts."""

    def __init__(self, surroundings: Surroundings):
        self._around = surroundings
        self._hand_offs = HandOffs(surroundings)

    def open(self, call: IncomingCall, incident: str = "") -> Contact:
        """Keep the call before anything else happens to it.

        Args:
            incident: the identifier for a new incident if the channel makes it, so that a repeated request opens none.
        """
        around = self._around
        fresh = incident or new_incident_id()
        joined, before = fresh, None
        if number := call.caller.number:
            policies = around.rulebook().policies
            within, remember = policies.repeats_join_within, policies.repeats_remember
            joined, case = around.journal.claim(number, fresh, call.at, within, remember)
            before = before_of(case)
        contact = Contact(joined, call)
        entries = [self._opened(contact, before, repeat=joined != fresh)]
        if before:
            contact.earlier = add_up(joined, entries)
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

    def keyed(self, contact: Contact, code: str, now: float) -> None:
        """Keep the place of the post or stop whose code was keyed, or that there is none; keyed twice it is one."""
        call = contact.call
        key = f"{call.channel}:{call.channel_id}:code:{code}"
        found = self._around.code_place(code, now)
        kind = Kind.EVIDENCE_REFUSED if isinstance(found, EvidenceRefused) else Kind.EVIDENCE
        if isinstance(found, Evidence):
            contact.evidence.append(found)
        self._around.journal.add([Entry(contact.incident, kind, now, found.as_dict(), key, call.channel_id)])

    def hand_off(self, contact: Contact, report: Report, steps: Sequence[str], now: float) -> HandOffOrder:
        """File the report, decide, and write both down with the jobs that follow, in one piece."""
        report = with_what_is_known(report, contact.earlier)
        book = self._around.rulebook()
        meanwhile = self._meanwhile(contact, now)
        location = self._hand_offs.locate(contact, now, meanwhile)
        rule = book.rules.choose(replace(report, area=certain_area(location)))
        rule = replace(rule, route=with_earlier_agencies(rule.route, contact.earlier, book.rules, book.discreet))
        references = meanwhile.references if meanwhile else ()
        order = self._hand_offs.order(contact.incident, rule, report, location, now, references)
        jobs = [*inform_jobs(contact.incident, order.inform), *link_jobs(contact, report, book.policies)]
        entries = [self._filed(contact, report, steps, now), self._handed_off(contact, order, now)]
        self._around.journal.add(entries, jobs)
        return order

    def _meanwhile(self, contact: Contact, now: float) -> Incident | None:
        """The incident as it stands, where more may be known of the place than when the call was opened; else None."""
        if contact.call.captured or now - contact.call.at >= LATE_EVIDENCE_S:
            return self._around.journal.incident(contact.incident)
        return None

    def abandon(
        self, contact: Contact, report: Report, step: str, now: float, *, filed: bool = False, unseen: bool = False
    ) -> None:
        """The caller hung up: the case stays open, and what follows is policy.

        A telephone from which violence was ever reported in this incident, or in the one before it, is treated as such,
        whatever was pressed now.

        Args:
            filed: the dialogue had come to its end.
            unseen: it was found out afterwards, and whether a desk had answered cannot be known.
        """
        rulebook = self._around.rulebook()
        report = with_what_is_known(report, contact.earlier)
        if goes_on(contact.earlier) or (contact.earlier and contact.earlier.nature == Nature.VIOLENCE):
            report = replace(report, nature=Nature.VIOLENCE)
        if filed:
            report = replace(report, area=certain_area(self._hand_offs.locate(contact, now)))
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
        book = self._around.rulebook()
        rule = next((rule for rule in book.rules.rules if rule.name == name), None)
        if rule is None:
            raise ValueError(f"no rule {name!r}")
        known = self._around.journal.incident(incident)
        rule = replace(rule, route=with_earlier_agencies(rule.route, known, book.rules, book.discreet))
        location = fuse(evidence_of(known), now, names=self._around.names)
        references = known.references if known else ()
        return self._hand_offs.order(incident, rule, report, location, now, references)

    def _opened(self, contact: Contact, before: Before | None, *, repeat: bool) -> Entry:
        call = contact.call
        data: dict[str, object] = {
            "medium": Medium.CALL.value,
            "channel": call.channel,
            "number": call.caller.number,
            "trunk": call.caller.trunk,
            "as_given": call.caller.as_given,
            "dialled": call.dialled,
            "call_id": call.call_id,
            "from_tag": call.from_tag,
            "captured": call.captured,
            "service": call.service,
            "repeat": repeat,
        }
        if before:
            data["before"] = before.as_dict()
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
            **({"rescue": True} if report.rescue else {}),
        }
        key = f"{call.channel}:{call.channel_id}:filed"
        return Entry(contact.incident, Kind.FILED, now, data, key, call.channel_id)

    def _handed_off(self, contact: Contact, order: HandOffOrder, now: float) -> Entry:
        call = contact.call
        key = f"{call.channel}:{call.channel_id}:handed_off"
        return Entry(contact.incident, Kind.HANDED_OFF, now, handed_off(order, Medium.CALL), key, call.channel_id)
