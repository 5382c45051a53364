"""Where a call begins: what the network says was called spares the caller a question."""

from __future__ import annotations

from gateway.incident.service_urn import known, report
from ivr.flow import CARS, ENTRIES
from ivr.steps import Position

START = "start"


def entry(service: str) -> Position:
    """The first position of a call to this service (``sos.police``, or its whole URN); unknown: as any call's."""
    return Position(CARS.get(known(service)) or ENTRIES.get(report(service), START))
