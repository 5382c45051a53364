"""A case's place as a map draws it: every claim with its radius and age, what they amount to, and who is near. Pure.

For an agency that may not know of violence it has one form for all cases: no claim says by whom or with which words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.desk.near import Near, details
from gateway.desk.outline import Geometry, geometry
from gateway.evidence import discreet as told_discreetly
from gateway.evidence.words import distance
from gateway.gazetteer.facilities import Nearby
from gateway.gazetteer.facility import CAMERA
from gateway.hand_off import evidence_of
from gateway.incident.doubt import doubt
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location, Names, fuse
from gateway.incident.shape import Area, centre, is_null, radius_m
from gateway.incident.standing import standing, too_old
from gateway.incident.summary import Incident

MOST_CLAIMS = 100
"""The newest; a map with more shows nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """
    Attributes:
        source, label: empty where they are not for this desk.
        code: of an area, which the map has itself; empty of all else.
        lat, lon, radius_m: None where it has none.
        observed_at: seconds since the epoch; None: unknown.
        trust: percent that its source gives it.
        doubt: what is told against it, beside the answer; empty: nothing.
        stale: nobody is sent by it.
        why: why not: ``old``, ``replaced`` (by a newer claim of its source), ``unsure``, ``empty`` (no place),
            ``words`` (which name no area); empty where it stands.
    """

    id: str
    source: str
    label: str
    geometry: Geometry | None
    code: str
    lat: float | None
    lon: float | None
    radius_m: float | None
    observed_at: float | None
    received_at: float
    trust: int
    doubt: str
    stale: bool
    why: str

    def as_dict(self) -> dict[str, object]:
        # Not asdict, which would copy every corner each time.
        return {name: getattr(self, name) for name in self.__slots__}


def chart(
    incident: Incident,
    lines: Sequence[tuple[str, Mapping[str, object]]],
    names: Names | None,
    now: float,
    nearby: Near | None = None,
    *,
    nature: str,
    language: str = "id",
    discreet: bool,
) -> dict[str, object]:
    """What a map needs, in JSON's terms.

    Args:
        lines: of each claim in the timeline its line's id, and its data.
        nature: what the agency may call it: by that the most useful facilities come first.
        discreet: for an agency that may not know of violence.
    """  # fmt: skip
    location = fuse(evidence_of(incident), now, names=names)
    found = nearby(location, nature) if nearby and location.is_known else ()
    return {
        "fused": _fused(location, now, discreet=discreet),
        "claims": [claim.as_dict() for claim in claims(lines, location, names, now, discreet=discreet)],
        "facilities": [_facility(each, language) for each in found if each.facility.kind != CAMERA],
        "cameras": [_facility(each, language) for each in found if each.facility.kind == CAMERA],
        "area": _area(location),
    }


def claims(
    lines: Sequence[tuple[str, Mapping[str, object]]],
    location: Location,
    names: Names | None,
    now: float,
    *,
    discreet: bool,
) -> list[Claim]:
    """The newest claims in their order; what cannot be read is passed over, and words are for who may know all."""
    read = [(identifier, claim) for identifier, data in lines[-MOST_CLAIMS:] if (claim := _read(data))]
    read = [(identifier, claim) for identifier, claim in read if not (discreet and claim.kind.is_words)]
    whys = _whys([claim for _, claim in read], now)
    best = next((claim for _, claim in reversed(read) if _is(claim, location)), None)
    return [
        _claim(
            identifier, told_discreetly.claim(claim) if discreet else claim, _against(best, claim, names), why, discreet
        )
        for (identifier, claim), why in zip(read, whys, strict=True)
    ]


def _whys(claims: Sequence[Evidence], now: float) -> list[str]:
    """Why nobody is sent by each of the claims; empty where somebody may be."""
    stands = {id(claim) for claim in (*standing(claims, now), *too_old(claims, now))}
    said = [claim for claim in claims if claim.kind.decides]
    words = [claim for claim in claims if claim.kind.decides or claim.kind.is_words]
    # Of what desks said the last place holds, and words after it.
    stands -= {id(claim) for claim in words}
    stands |= {id(claim) for claim in (*said[-1:], *words[-1:])}
    return [_why(claim, now, stands=id(claim) in stands) for claim in claims]


def _why(claim: Evidence, now: float, *, stands: bool) -> str:
    if claim.kind.is_words:
        return "words" if stands else "replaced"
    if not claim.is_believable:
        return "empty" if is_null(claim.shape) else "unsure"
    if not stands:
        return "replaced"
    return "" if claim.is_usable(now) else "old"


def _read(data: Mapping[str, object]) -> Evidence | None:
    try:
        return Evidence.from_dict(data)
    except EvidenceRefused:
        return None


def _is(claim: Evidence, location: Location) -> bool:
    found = (claim.shape, claim.source, claim.received_at)
    return found == (location.shape, location.source, location.received_at)


def _against(best: Evidence | None, claim: Evidence, names: Names | None) -> str:
    """How far, or where else; by whom is told beside it."""
    against = doubt(best, claim, names) if best and best is not claim else None
    if against is None:
        return ""
    if against.distance_m is not None:
        return distance(against.distance_m)
    return (against.instead.name or against.instead.code) if against.instead else "?"


def _claim(identifier: str, claim: Evidence, against: str, why: str, discreet: bool) -> Claim:
    middle = centre(claim.shape)
    return Claim(
        id=identifier,
        source="" if discreet else claim.source,
        label=claim.label,
        geometry=geometry(claim.shape),
        code=claim.shape.code if isinstance(claim.shape, Area) else "",
        lat=middle[0] if middle else None,
        lon=middle[1] if middle else None,
        radius_m=radius_m(claim.shape),
        observed_at=None if claim.has_wrong_clock else claim.observed_at,
        received_at=claim.received_at,
        trust=0 if claim.kind.is_words else int(claim.counted_confidence),
        doubt=against,
        stale=bool(why),
        why=why,
    )


def _fused(location: Location, now: float, *, discreet: bool) -> dict[str, object] | None:
    if location.shape is None or not location.is_known:
        return None
    at = location.observed_at or location.received_at
    return {
        "geometry": geometry(location.shape),
        "code": location.shape.code if isinstance(location.shape, Area) else "",
        "lat": location.lat,
        "lon": location.lon,
        "radius_m": location.radius_m,
        "source": "" if discreet else location.source,
        "trust": location.trust,
        "at": at,
        "age_s": None if at is None else round(max(0.0, now - at)),
    }


def _area(location: Location) -> dict[str, object]:
    place = location.place
    levels = {"kelurahan": place.kelurahan, "kecamatan": place.kecamatan, "city": place.city} if place else {}
    names = {level: {"code": area.code, "name": area.name} if area else None for level, area in levels.items()}
    return {"kelurahan": None, "kecamatan": None, "city": None, **names}


def _facility(found: Nearby, language: str) -> dict[str, object]:
    one = found.facility
    lat, lon = one.drawn_at or (None, None)
    return {
        "kind": one.kind,
        "name": one.name,
        "details": details(found, language),
        "lat": lat,
        "lon": lon,
        "approximate": one.is_approximate,
        "distance_m": None if found.distance_m is None else round(found.distance_m),
        "visum": one.visum,
        "phone": one.phone,
    }
