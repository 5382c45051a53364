"""The hand-off: what an agency's queue is told of a contact, and how it is written down."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from gateway.contact import Contact, HandOffOrder
from gateway.incident.location import Evidence, EvidenceRefused, Location, fuse
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Rule, queue_prio
from gateway.incident.timeline import Incident, Job
from gateway.surroundings import Surroundings


class HandOffs:
    """Orders for queues, as the surroundings make them."""

    def __init__(self, surroundings: Surroundings):
        self._around = surroundings

    def locate(self, contact: Contact, now: float) -> Location:
        """All evidence of this contact and of the incident's earlier ones, fused."""
        known = {"trunk": contact.call.caller.trunk}
        return fuse([*evidence_of(contact.earlier), *contact.evidence], now, known=known, names=self._around.names)

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


def inform_jobs(incident: str, agencies: Iterable[str]) -> list[Job]:
    """Jobs that inform each agency, once in an incident."""
    return [Job("inform", (incident, name), urgent=True, key=f"inform:{incident}:{name}") for name in agencies]


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
    }


def evidence_of(incident: Incident | None) -> list[Evidence]:
    """The evidence kept in a timeline; what an older version wrote and we cannot read is passed over."""
    found = []
    for data in incident.evidence if incident else ():
        with contextlib.suppress(EvidenceRefused):
            found.append(Evidence.from_dict(data))
    return found
