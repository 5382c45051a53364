"""Our words in those of the registries that NENA-STA-021.1 chapter 3 and NENA-STA-010.3 chapter 10 define."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.incident.report import Nature

INCIDENT_TYPES: Mapping[str, str] = {
    Nature.VIOLENCE: "ABUSE",
    Nature.MEDICAL: "SICK",
    Nature.FIRE: "FUNK",
    Nature.CRIME: "SUSP",
    Nature.ACCIDENT: "MVAUNK",
    Nature.DISASTER: "HAZ",
    Nature.OTHER: "TROUBLE",
    Nature.NOT_EMERGENCY: "NONEMERG",
    Nature.UNKNOWN: "TROUBLE",
}
"""EIDO-IncidentType-Common by nature: the widest type that holds it. What it is exactly says the internal code."""

TROUBLE = INCIDENT_TYPES[Nature.UNKNOWN]

LOCATION_TYPES: Mapping[str, str] = {
    "trunk_area": "RoutingLocation",
    "named_place": "CurrentIncident",
    "desk": "CurrentIncident",
}
"""EIDO-LocationType by the source of a claim; of any other it is where the caller is."""

CALLER, CURRENT_INCIDENT = "Caller", "CurrentIncident"

RESPONDERS: Mapping[str, str] = {"sos.police": "police", "sos.ambulance": "ems", "sos.fire": "fire"}
"""urn:emergency:service:responder by the service that whoever answers it stands for."""

PSAP, OTHER = "psap", "other"

RECEIVING, TRANSFERRED, INFORMATIONAL = "CallReceiving", "TransferredTo", "Informational"
CALL_TAKING = "Call Taking"
BEGUN, ANSWERED, ENDED = "callBegin", "callAnswered", "callEnd"


def common_priority(priority: int) -> int:
    """Our 1 (most urgent) to 5 as the standard's 10 (highest) to 0."""
    return max(0, min(10, 12 - 2 * priority))
