"""What an incident's messages were last read as, from its timeline."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.incident.errors import EvidenceRefused
from gateway.incident.repeats import goes_on
from gateway.incident.report import Nature
from gateway.incident.shape import Area, centre, radius_m
from gateway.incident.shape_json import from_dict
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from sms.reading import Finding, PlaceRead, Reading

NEAR_M = 500.0
"""A telephone whose position is known to this radius need not be asked where it is."""

Data = Mapping[str, object]


def reading_of(entries: Sequence[Entry]) -> Reading:
    """The last reading; violence wherever it was ever reported, by message or call."""
    filed = (e.data for e in reversed(entries) if e.kind is Kind.FILED and e.data.get("medium") == "message")
    data: Data = next(filed, {})
    place = _place(data.get("place"))
    if place.coordinates is None:
        place = replace(place, coordinates=_measured(entries))
    incident = add_up("", entries)
    violence = incident.nature == Nature.VIOLENCE
    return Reading(
        nature=Nature.VIOLENCE if violence else _nature(data.get("nature")),
        life_threat=bool(data.get("life_threat")),
        injured=bool(data.get("injured")),
        rescue=bool(data.get("rescue")),
        child=bool(data.get("child")),
        silent=bool(data.get("silent")),
        takeover=bool(data.get("takeover")),
        opt_out=bool(data.get("opt_out")),
        language=str(data.get("language", "id")),
        place=place,
        findings=(*findings(data.get("why")), *doubts(incident)),
    )


def doubts(incident: Incident) -> tuple[Finding, ...]:
    """That it may be violence, where no text says so: somebody could not speak, or the case before this one was.

    They are for what is answered, and not for desks: not every desk may know of the case before.
    """
    if incident.silent or goes_on(incident):
        return (Finding(Nature.VIOLENCE.value, "", "earlier" if incident.before else "silence"),)
    return ()


def findings(value: object) -> Iterator[Finding]:
    """The findings of a FILED entry."""
    for found in value if isinstance(value, list | tuple) else ():
        if isinstance(found, Mapping):
            yield Finding(str(found.get("what", "")), str(found.get("words", "")), str(found.get("rule", "")))


def _nature(value: object) -> Nature:
    try:
        return Nature(str(value))
    except ValueError:
        return Nature.UNKNOWN


def _place(value: object) -> PlaceRead:
    data: Data = value if isinstance(value, Mapping) else {}
    return PlaceRead(
        kelurahan=_area(data.get("kelurahan")),
        kecamatan=_area(data.get("kecamatan")),
        city=_area(data.get("city")),
        rt=str(data.get("rt") or ""),
        rw=str(data.get("rw") or ""),
        street=str(data.get("street") or ""),
        landmark=str(data.get("landmark") or ""),
        coordinates=_point(data.get("coordinates")),
    )


def _measured(entries: Sequence[Entry]) -> tuple[float, float] | None:
    """Where the telephone was last measured to be; None if it was not, or not closely."""
    for entry in reversed(entries):
        if entry.kind is not Kind.EVIDENCE or entry.data.get("source") == "aml_unmatched":
            continue
        # What an older version wrote and we cannot read stays in the timeline.
        with contextlib.suppress(EvidenceRefused):
            shape = from_dict(entry.data.get("shape"))
            if 0 < (radius_m(shape) or math.inf) <= NEAR_M:
                return centre(shape)
    return None


def _area(value: object) -> Area | None:
    return Area(str(value.get("code", "")), str(value.get("name", ""))) if isinstance(value, Mapping) else None


def _point(value: object) -> tuple[float, float] | None:
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(one, int | float) for one in value):
        return float(value[0]), float(value[1])
    return None
