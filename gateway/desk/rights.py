"""Who may see and do what. Each condition on its own line; pure."""

from __future__ import annotations

from gateway.incident.report import Nature
from gateway.incident.timeline import Incident
from gateway.rules.rulebook import Agency
from gateway.store.waiting import Wait


def may_read(agency: Agency, incident: Incident) -> bool:
    """Whether it may know what the case is and what was written. Of violence the others see need and place."""
    if agency.sees_violence:
        return True
    return incident.nature != Nature.VIOLENCE


def may_open(agency: Agency, desk: str, incident: Incident, wait: Wait | None) -> bool:
    """Whether the case concerns this desk at all."""
    if wait and not wait.desk and wait.queue == agency.id:
        return True
    if wait and wait.desk == desk:
        return True
    return is_informed(agency, incident)


def is_informed(agency: Agency, incident: Incident) -> bool:
    return agency.id in incident.inform


def may_write(agency: Agency, desk: str, incident: Incident, wait: Wait | None) -> bool:
    """Who cannot read the answer does not write: beside the writer another person may be standing."""
    if not may_read(agency, incident):
        return False
    if wait and wait.desk == desk:
        return True
    return is_informed(agency, incident)
