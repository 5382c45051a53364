"""What an incident's messages were last read as, from its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.incident.report import Nature
from gateway.incident.shape import Area
from gateway.incident.timeline import Entry, Kind, add_up
from sms.reading import PlaceRead, Reading

Data = Mapping[str, object]


def reading_of(entries: Sequence[Entry]) -> Reading:
    """The last reading, without what it rests on; violence wherever it was ever reported, by message or call."""
    filed = (e.data for e in reversed(entries) if e.kind is Kind.FILED and e.data.get("medium") == "message")
    data: Data = next(filed, {})
    violence = add_up("", entries).nature == Nature.VIOLENCE
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
        place=_place(data.get("place")),
    )


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


def _area(value: object) -> Area | None:
    return Area(str(value.get("code", "")), str(value.get("name", ""))) if isinstance(value, Mapping) else None


def _point(value: object) -> tuple[float, float] | None:
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(one, int | float) for one in value):
        return float(value[0]), float(value[1])
    return None
