"""The hand-off: what an agency's queue is told of a contact, and how it is written down."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from gateway.contact import Contact, HandOffOrder
from gateway.incident.link import LINKED
from gateway.incident.location import Evidence, EvidenceRefused, Location, fuse
from gateway.incident.report import Medium, Report, told_discreetly
from gateway.incident.routing import Rule, queue_prio
from gateway.incident.summary import Incident
from gateway.incident.timeline import Job
from gateway.proposals import certain_area, in_words, to_neighbour
from gateway.rules.rulebook import OPERATORS, Policies
from gateway.surroundings import Surroundings

MOST_REFERENCES = 3
LONGEST_REFERENCES = 1_200
"""Bytes of all of them, encoded: Asterisk cuts a command that is longer than 2,047."""

MOST_CLAIMS, FIRST_CLAIMS = 400, 50
"""So many claims are fused at most; more is a flood, which must not make a caller wait."""

_REFERENCE = re.compile(r"(?:https?|sips?|pres):[!#$%&'*+,\-./0-9:;=?@A-Z_a-z~()\[\]]{1,400}")
"""Letters that a URI may have (RFC 3986): no blank, bracket or quote that would end the header's value."""


class HandOffs:
    """Orders for queues, as the surroundings make them."""

    def __init__(self, surroundings: Surroundings):
        self._around = surroundings

    def locate(self, contact: Contact, now: float, meanwhile: Incident | None = None) -> Location:
        """All evidence of this contact and of the incident's earlier ones, fused.

        Args:
            meanwhile: the incident as it stands now, where it was asked for.
        """
        known = {"trunk": contact.call.caller.trunk}
        # What came meanwhile has our own claims in it, unless the store was away when they were written; twice is once.
        incident = meanwhile or contact.earlier
        claims = [*evidence_of(incident), *contact.evidence]
        return fuse(claims, now, known=known, names=self._around.names)

    def order(
        self,
        incident: str,
        rule: Rule,
        report: Report,
        location: Location,
        now: float,
        references: Iterable[str] = (),
    ) -> HandOffOrder:
        """The decision and the place, as a queue is told them.

        Args:
            references: URLs under which others tell the place, as they came.
        """
        route = rule.route
        proposal = to_neighbour(location, self._around.rulebook())
        place, whisper = self._around.describe(location, now)
        return HandOffOrder(
            incident=incident,
            queue=route.queue,
            rule=rule.name,
            priority=route.priority,
            prio=queue_prio(route.priority),
            bound=route.wait_at_most,
            inform=route.inform,
            need=report.nature.value,
            discreet_need=told_discreetly(report.nature),
            silent=report.silent,
            language=report.language,
            location=location,
            place=place,
            discreet_place=self._around.describe_discreetly(location, now),
            whisper=tuple(whisper),
            reference=self._around.reference(incident, now),
            discreet_reference=self._around.discreet_reference(incident, now),
            eido=self._around.eido(incident, self._seeing(route.queue), now),
            discreet_eido=self._around.eido(incident, "", now),
            references=tuple(_handed_on(references)),
            proposal=in_words(proposal.as_dict(), "id") if proposal else "",
        )

    def _seeing(self, queue: str) -> str:
        """Whose view desks get that may know of violence: that of the queue's own agency, or of the operators."""
        agency = self._around.rulebook().agencies.get(queue)
        return queue if agency and agency.sees_violence else OPERATORS


def inform_jobs(incident: str, agencies: Iterable[str]) -> list[Job]:
    """Jobs that inform each agency, once in an incident."""
    return [Job("inform", (incident, name), urgent=True, key=f"inform:{incident}:{name}") for name in agencies]


def link_jobs(contact: Contact, report: Report, policies: Policies) -> list[Job]:
    """A job that may send a caller a link by which the telephone tells its place: once in an incident, some time after
    the hand-off. Whether it does, it decides then, by all that is known."""
    messages = policies.messages
    if not messages.location_link or report.silent or report.nature not in LINKED or not contact.call.caller.number:
        return []
    key = f"offer_link:{contact.incident}"
    return [Job("offer_link", (contact.incident,), key=key, after=messages.location_link_after)]


def handed_off(order: HandOffOrder, medium: Medium) -> dict[str, object]:
    """The data of a HANDED_OFF entry."""
    return {
        "medium": medium.value,
        "rule": order.rule,
        "queue": order.queue,
        "priority": order.priority,
        "inform": list(order.inform),
        "wait_at_most": order.bound,
        "place": order.place,
        "discreet_place": order.discreet_place,
        "location": order.location.as_dict(),
        "area": certain_area(order.location),
    }


def _handed_on(references: Iterable[str]) -> Iterator[str]:
    """Those that can be a header's value, the latest first: what a network sends may be made to be something else."""
    room, found = LONGEST_REFERENCES, 0
    for url in dict.fromkeys(reversed(list(references))):
        encoded = len(quote(url, safe=""))
        if found < MOST_REFERENCES and encoded <= room and _REFERENCE.fullmatch(url):
            room, found = room - encoded, found + 1
            yield url


def evidence_of(incident: Incident | None, most: int = MOST_CLAIMS) -> list[Evidence]:
    """The evidence kept in a timeline; what an older version wrote and we cannot read is passed over.

    Args:
        most: about so many claims: of a flood the first, the latest, and what desks said.
    """
    told = incident.evidence if incident else []
    if len(told) > most:
        flood = slice(FIRST_CLAIMS, FIRST_CLAIMS - most)
        told = [
            *told[:FIRST_CLAIMS],
            *(data for data in told[flood] if data.get("source") == "desk"),
            *told[flood.stop :],
        ]
    found = []
    for data in told:
        with contextlib.suppress(EvidenceRefused):
            found.append(Evidence.from_dict(data))
    return found
