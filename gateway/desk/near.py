"""Who helps, who comes and what stands near a place, in words for a desk: the most useful first by what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.evidence.words import distance
from gateway.gazetteer import gazetteer
from gateway.gazetteer.close_by import CloseBy
from gateway.gazetteer.facilities import BY_KECAMATAN, BY_KELURAHAN, EXACT, ROUGH, Facilities, Nearby, measured_from
from gateway.gazetteer.facility import BUILDING, BY_AREA, CAMERA, EXAMINES, POST
from gateway.incident.location import Location
from gateway.incident.report import Nature

Near = Callable[[Location, str], Sequence[Nearby]]
"""What is near a place, the most useful first by a nature, cameras last; of violence only hospitals and puskesmas that
write a visum."""

MOST_FIRST = 4
"""What a desk reads at a glance; of the rest it has to ask."""

MOST_EXAMINE, MOST_COME, MOST_CLOSE, MOST_CAMERAS = 5, 4, 4, 12

HOSPITAL = "hospital"
GROUPS: Mapping[str, str] = {"rsud": HOSPITAL}
"""Kinds that are as good as another one."""

FIRST: Mapping[str, tuple[str, ...]] = {
    Nature.VIOLENCE: ("polsek", HOSPITAL, "puskesmas", "polres"),
    Nature.CRIME: ("polsek", "polres", POST, HOSPITAL),
    Nature.MEDICAL: (HOSPITAL, "puskesmas", HOSPITAL),
    Nature.ACCIDENT: (HOSPITAL, "polsek", "fire_sector"),
    Nature.FIRE: ("fire_sector", HOSPITAL, "polsek"),
    Nature.DISASTER: ("fire_sector", HOSPITAL, "puskesmas", "polsek"),
}
"""Of which kinds the nearest comes first, and in which order."""

FIRST_OF_OTHERS = ("polsek", HOSPITAL, "fire_sector", "puskesmas")

SURE = {ROUGH: "about", BY_KELURAHAN: "by_kelurahan", BY_KECAMATAN: "by_kecamatan"}
"""The phrase for a distance that is not exact."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "id": {
        "jurisdiction": "wilayah {area} ini",
        "within": "{area} ini",
        "kelurahan": "kelurahan",
        "kecamatan": "kecamatan",
        "city": "kota",
        "regency": "kabupaten",
        "about": "± {}",
        "by_kelurahan": "± {} (menurut kelurahan)",
        "by_kecamatan": "± {} (menurut kecamatan)",
        "nowhere": "{area}, jarak tidak diketahui",
    },
    "en": {
        "jurisdiction": "for this {area}",
        "within": "in this {area}",
        "kelurahan": "kelurahan",
        "kecamatan": "kecamatan",
        "city": "city",
        "regency": "regency",
        "about": "± {}",
        "by_kelurahan": "± {} (by kelurahan)",
        "by_kecamatan": "± {} (by kecamatan)",
        "nowhere": "{area}, distance unknown",
    },
}


def near(facilities: Facilities, close: CloseBy | None = None) -> Near:
    """From the tables in force.

    Args:
        close: what stands within sight; None: nothing of it is told.
    """

    def find(location: Location, nature: str) -> list[Nearby]:
        at = None if location.lat is None or location.lon is None else (location.lat, location.lon)
        where = location.shape if at else location.place
        helps = facilities.near(where, kinds=EXAMINES, violence=nature == Nature.VIOLENCE, limit=MOST_EXAMINE)
        found = [*(each for each in helps if _is_of_use(each)), *facilities.near(where, kinds=BY_AREA, limit=MOST_COME)]
        cameras: list[Nearby] = []
        if close and at:
            measured = measured_from(location.radius_m)
            found += close.near(at, (POST, BUILDING), MOST_CLOSE, measured)
            cameras = close.near(at, (CAMERA,), MOST_CAMERAS, measured)
        return [*by_use(found, nature), *cameras]

    return find


def by_use(found: Iterable[Nearby], nature: str) -> list[Nearby]:
    """One of each kind that a nature asks for, in that order; then the rest, the nearest first."""
    rest = sorted(found, key=lambda each: (each.because != "jurisdiction", each.rank, each.facility.name))
    first = []
    for wanted in FIRST.get(nature, FIRST_OF_OTHERS):
        one = next((each for each in rest if GROUPS.get(each.facility.kind, each.facility.kind) == wanted), None)
        if one:
            first.append(one)
            rest.remove(one)
    return [*first, *sorted(rest, key=lambda each: (each.rank, each.facility.name))]


def in_words(found: Nearby, language: str) -> str:
    """On one line: the name and all that is known."""
    return ", ".join((found.facility.name, *details(found, language)))


def details(found: Nearby, language: str) -> list[str]:
    """Whose it is or how far, and how sure that is; whether there is a visum; when it is open; the telephone."""
    one = found.facility
    return [part for part in (_where(found, language), "visum" if one.visum else "", one.hours, one.phone) if part]


def _where(found: Nearby, language: str) -> str:
    phrases = PHRASES.get(language, PHRASES["id"])
    told = []
    if found.because == "jurisdiction" and found.level:
        told.append(phrases["jurisdiction"].format(area=_level(found, phrases)))
    if found.distance_m is not None:
        told.append(_distance(found, phrases, language))
    elif not told and found.level in ("kelurahan", "kecamatan"):
        told.append(phrases["within"].format(area=_level(found, phrases)))
    elif not told:
        told.append(phrases["nowhere"].format(area=gazetteer().names.get(found.facility.area, "?")))
    return ", ".join(told)


def _level(found: Nearby, phrases: Mapping[str, str]) -> str:
    # The second part of a regency's code is below 70 (Permendagri 72/2019).
    is_regency = found.level == "city" and found.facility.area[3:4] != "7"
    return phrases["regency" if is_regency else found.level]


def _distance(found: Nearby, phrases: Mapping[str, str], language: str) -> str:
    told = distance(found.distance_m or 0.0)
    told = told.replace(".", ",") if language == "id" else told
    return told if found.measured == EXACT else phrases[SURE[found.measured]].format(told)


def _is_of_use(found: Nearby) -> bool:
    """Of another area's puskesmas nothing is known but that: not even whether it is near."""
    is_anothers = bool(found.facility.serves) and found.because != "jurisdiction"
    return found.distance_m is not None or not is_anothers
