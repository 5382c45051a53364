"""The area that a trunk serves: where its callers are likely to be, and nothing finer."""

from __future__ import annotations

from gateway.contact import IncomingCall
from gateway.incident.location import Evidence
from gateway.incident.shape import Area
from gateway.rules.rulebook import Trunk

CONFIDENCE = 80.0
"""Percent. Networks do lead callers to another city's 112."""


def find(call: IncomingCall, trunk: Trunk | None) -> list[Evidence]:
    """The area of the call's trunk as the rules name it; nothing for a trunk that serves everywhere."""
    if trunk is None or not trunk.area:
        return []
    area = Area(trunk.area, trunk.area_name)
    original = f"{trunk.name}: {trunk.area}".encode()
    return [Evidence("trunk_area", area, received_at=call.at, confidence=CONFIDENCE, original=original)]
