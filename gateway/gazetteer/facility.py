"""One place where people are helped, or help comes from: a hospital, puskesmas, police or fire station; or a camera."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from gateway.evidence.csv_import import filled, position, read
from gateway.evidence.shelter import names_a_shelter
from gateway.gazetteer import gazetteer
from gateway.incident.errors import Refused
from gateway.incident.place import CITY, KECAMATAN, KELURAHAN
from gateway.incident.shape import is_code

BUILT_IN = Path(__file__).parent / "facilities.csv"
REQUIRED = ("kind", "name", "area")
OPTIONAL = ("lat", "lon", "phone", "visum", "hours", "serves")

KINDS: Mapping[str, str] = {
    "rsud": "RSUD",
    "hospital": "rumah sakit",
    "puskesmas": "puskesmas",
    "polsek": "polsek",
    "polres": "polres",
    "fire_sector": "sektor pemadam",
    "camera": "kamera",
}
"""Every kind, with its Indonesian word. None of them is a house where victims stay, and none may become one."""

EXAMINES: frozenset[str] = frozenset({"rsud", "hospital", "puskesmas"})
"""Kinds where a victim may be examined and given a visum."""

POST, BUILDING = "post", "building"
"""What stands near a place and helps to find it: from the tables of codes and of registered numbers (close_by.py)."""

CAMERA = "camera"
"""A camera of the register of buildings: it helps nobody by itself, so it is near only where it is asked for."""

BY_AREA: Mapping[str, tuple[int, str]] = {
    "polsek": (KECAMATAN, "Polsek {}"),
    "polres": (CITY, "Polres {}"),
    "fire_sector": (KECAMATAN, "Sektor Pemadam {}"),
}
"""Kinds of which each area of a level (by the length of its code) has one, and what that one is called by the area."""

LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class Facility:
    """One of them.

    Attributes:
        kind: one of ``KINDS``, POST or BUILDING.
        area: code of the kelurahan, kecamatan or city it lies in.
        lat, lon: where it is; None where that is not known: nothing is made up from its area.
        visum: whether it examines victims and writes a visum et repertum.
        hours: when it is open, as people say it; empty: not told.
        serves: codes of the areas that are its to serve; empty where it serves everybody.
    """

    kind: str
    name: str
    area: str
    lat: float | None = None
    lon: float | None = None
    phone: str = ""
    visum: bool = False
    hours: str = ""
    serves: tuple[str, ...] = ()

    @property
    def at(self) -> tuple[float, float] | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    @property
    def drawn_at(self) -> tuple[float, float] | None:
        """Where a map may show it: at its position, or else at its kelurahan's own point, which has to be told."""
        return self.at or (point_of(self.area) if len(self.area) == KELURAHAN else None)

    @property
    def is_approximate(self) -> bool:
        """Whether a map shows it at its kelurahan's own point."""
        return self.at is None and self.drawn_at is not None

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "serves": list(self.serves)}


@cache
def built_in() -> tuple[Facility, ...]:
    """What comes with the gateway: hospitals and puskesmas kecamatan of DKI Jakarta that give a visum, from a table; of
    each kecamatan a polsek and a fire sector, and of each city a polres, without a position.
    """
    return (*read(BUILT_IN, REQUIRED, OPTIONAL, entry).values(), *_by_area())


def _by_area() -> Iterator[Facility]:
    known = gazetteer()
    inside = [(code, name) for code, name in known.names.items() if code.startswith(f"{known.province}.")]
    for kind, (level, called) in BY_AREA.items():
        for code, name in inside:
            if len(code) == level:
                yield Facility(kind, called.format(name), code, serves=(code,))


@cache
def point_of(code: str) -> tuple[float, float] | None:
    """The middle of an area's kelurahan; of a kelurahan its own point. No facility is there: it tells near from far."""
    diagram = gazetteer().diagram
    spots = diagram.only(lambda other: bool(code) and (other == code or other.startswith(f"{code}.")))
    if not spots:
        return None
    return diagram.position(sum(spot.x for spot in spots) / len(spots), sum(spot.y for spot in spots) / len(spots))


def entry(row: Mapping[str, str]) -> tuple[str, Facility]:
    """A line of a table as its key and the facility.

    Raises:
        Refused: a column is at fault, or the line names a shelter.
    """
    for name, text in row.items():
        if names_a_shelter(text):
            raise Refused(name, "it names a shelter, whose place is secret: remove the line")
        if len(text) > LONGEST_TEXT and name != "serves":
            raise Refused(name, f"it is longer than {LONGEST_TEXT} characters")
    kind, name = filled(row, "kind").lower(), filled(row, "name")
    if kind not in KINDS:
        raise Refused("kind", f"{kind[:20]!r} is none of {', '.join(KINDS)}")
    lat, lon = position(row) if row.get("lat") or row.get("lon") else (None, None)
    area = _area(filled(row, "area"), "area")
    facility = Facility(
        *(kind, name, area, lat, lon, row.get("phone", "")),
        visum=_yes(row.get("visum", "")),
        hours=row.get("hours", ""),
        serves=tuple(_area(code, "serves") for code in row.get("serves", "").replace("|", " ").split()),
    )
    return f"{kind} {name} {area}", facility


def _area(code: str, column: str) -> str:
    if not is_code(code) or not gazetteer().area(code):
        raise Refused(column, f"{code[:20]!r} is no area of the gazetteer: give a code such as 31.75.08")
    return code


def _yes(text: str) -> bool:
    word = text.lower()
    if word not in ("", "yes", "no", "ya", "tidak"):
        raise Refused("visum", f"{text[:20]!r} is neither yes nor no")
    return word in ("yes", "ya")


def from_json(value: str) -> Facility:
    """The facility that ``json.dumps(asdict(facility))`` wrote.

    Raises:
        ValueError, TypeError, KeyError: it wrote something else.
    """
    data = json.loads(value)
    return Facility(**{**data, "serves": tuple(data["serves"])})
