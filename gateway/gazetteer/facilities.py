"""Where people are helped, and who comes to a place: by whom they serve, and by how near they are.

A small table is built in; of each kind that the operator's table has, that one alone counts. Whose an area is (polsek,
polres, fire sector) the built-in table goes on saying of areas of which the operator's says nothing.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.evidence.table import Table, TableMissing
from gateway.gazetteer import current
from gateway.gazetteer.facility import BY_AREA, CAMERA, EXAMINES, KINDS, Facility, built_in, from_json, point_of
from gateway.incident.errors import Refused
from gateway.incident.location import Names
from gateway.incident.place import CITY, KECAMATAN, KELURAHAN, Place
from gateway.incident.shape import Shape, centre, distance_m, radius_m
from gateway.log import get_logger
from gateway.settings import Settings

FILE = "facilities.sqlite"

LEVELS = (("kelurahan", KELURAHAN), ("kecamatan", KECAMATAN), ("city", CITY))
LEVEL_OF = {length: name for name, length in LEVELS}

FARTHEST_M = 60_000.0
"""Further away nothing is near."""

EXACT, ROUGH, BY_KELURAHAN, BY_KECAMATAN = "exact", "rough", "kelurahan", "kecamatan"
"""A distance between two positions; one from a place that is known roughly; one from or to a kelurahan's own point; one
from the middle of a kecamatan."""

EXACT_TO_M = 250.0
"""How well a place has to be known for its distances to be told as they are."""

LOOK_EVERY_SECONDS = 1.0

log = get_logger("facilities")


@dataclass(frozen=True, slots=True)
class Nearby:
    """A facility, and why it was chosen.

    Attributes:
        distance_m: in a straight line, from the middle of the place; None where the facility is not even known to its
            kelurahan, or the place to its kecamatan, or one lies in the other.
        measured: how far to trust that: EXACT, ROUGH, BY_KELURAHAN or BY_KECAMATAN; empty without a distance.
        because: ``jurisdiction`` (it is the one for this area), ``kelurahan``, ``kecamatan``, ``city`` (both lie in the
            same), or ``distance``.
        level: the area that it is the one for, or that both lie in: ``kelurahan``, ``kecamatan``, ``city``; or empty.
        rank: metres, guessed from the areas where a position is unknown: for the order alone.
    """

    facility: Facility
    distance_m: float | None
    because: str
    rank: float
    measured: str = ""
    level: str = ""

    def as_dict(self) -> dict[str, object]:
        away = None if self.distance_m is None else round(self.distance_m)
        return {**self.facility.as_dict(), "distance_m": away, "measured": self.measured, "because": self.because}


class Facilities:
    """The facilities in force. Safe to share between threads; a replaced table is seen within a second."""

    def __init__(self, file: Path, names: Names, clock: Callable[[], float] = time.monotonic):
        self._file = file
        self._table = Table(file)
        self._names = names
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = clock()
        self._seen = current.stamp(file)
        self._all = self._loaded()

    def all(self) -> Sequence[Facility]:
        """Every facility; never raises."""
        if self._clock() - self._looked >= LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._looked = self._clock()
                found = current.stamp(self._file)
                if found != self._seen:
                    self._seen, self._all = found, self._loaded()
            finally:
                self._lock.release()
        return self._all

    def near(
        self, where: Place | Shape | None, *, violence: bool = False, kinds: Iterable[str] | None = None, limit: int = 8
    ) -> list[Nearby]:
        """The facilities for a place: first those that serve it, then the nearest.

        Args:
            where: a place's name, or a shape, which is named here and gives distances; nothing is near an unknown one.
            violence: only hospitals and puskesmas that examine victims and write a visum.
            kinds: only these; None: every kind but cameras.

        Returns:
            at most ``limit``: with more, the first of each kind is among them before the second of any.
        """
        place = where if isinstance(where, Place | None) else self._names.name(where)
        spot = _Spot.of(place, where)
        wanted = set(KINDS) - {CAMERA} if kinds is None else set(kinds)
        chosen = [one for one in self.all() if one.kind in wanted]
        if violence:
            chosen = [one for one in chosen if one.visum and one.kind in EXAMINES]
        found = [nearby for one in chosen if (nearby := _nearby(one, spot))]
        return sorted(_of_each_kind(found)[: max(0, limit)], key=_order)

    def _loaded(self) -> list[Facility]:
        try:
            theirs = imported(self._table)
        except Refused as refused:
            log.warning("the table of facilities cannot be used, the built-in one counts", why=refused.why)
            theirs = []
        brought = {one.kind for one in theirs}
        kept = (one for one in built_in() if one.kind not in brought or _is_missing(one, theirs))
        return [*theirs, *kept]


def imported(table: Table) -> list[Facility]:
    """What the operator brought; nothing where there is no table.

    Raises:
        Refused: it is damaged.
    """
    try:
        return [from_json(value) for _, value in table.items()]
    except TableMissing:
        return []
    except (sqlite3.DatabaseError, ValueError, TypeError, KeyError):
        raise Refused(FILE, "it is damaged: `gateway112 facilities import FILE` again") from None


def facilities(settings: Settings) -> Facilities:
    """The facilities in force for these settings, one for each process."""
    return _of(settings.state / FILE, current.names(settings))


@cache
def _of(file: Path, names: Names) -> Facilities:
    return Facilities(file, names)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where is looked from.

    Attributes:
        code: of the finest area that the place is called by.
        at: its position, or the middle of that area.
        measured: what the distance to a position is.
    """

    code: str
    at: tuple[float, float] | None
    measured: str

    @classmethod
    def of(cls, place: Place | None, where: Place | Shape | None) -> _Spot:
        code = place.finest.code if place and place.finest else ""
        shape = None if isinstance(where, Place | None) else where
        at = centre(shape) if shape else None
        if shape is None or at is None:
            return cls(code, point_of(code), {KELURAHAN: BY_KELURAHAN, KECAMATAN: BY_KECAMATAN}.get(len(code), ""))
        return cls(code, at, measured_from(radius_m(shape)))


def measured_from(within_m: float | None) -> str:
    """What the distance is from a position that is known to a radius; None: nobody knows how well."""
    return EXACT if within_m is not None and within_m <= EXACT_TO_M else ROUGH


def _nearby(one: Facility, spot: _Spot) -> Nearby | None:
    there = one.drawn_at or point_of(one.area)
    rank = distance_m(*spot.at, *there) if spot.at and there else math.inf
    away, measured = _away(one, spot, rank)
    area = next((area for area in one.serves if _holds(area, spot.code)), "")
    if area:
        return Nearby(one, away, "jurisdiction", rank, measured, LEVEL_OF.get(len(area), ""))
    if one.serves and one.kind not in EXAMINES:
        return None  # it is another area's, however near
    in_both = (name for name, length in LEVELS if len(spot.code) >= length and one.area[:length] == spot.code[:length])
    level = next(in_both, "")
    if level or rank <= FARTHEST_M:
        return Nearby(one, away, level or "distance", rank, measured, level)
    return None


def _away(one: Facility, spot: _Spot, rank: float) -> tuple[float | None, str]:
    """The distance that may be told, and how it was measured."""
    is_area = spot.measured in (BY_KELURAHAN, BY_KECAMATAN)
    is_within = _holds(spot.code, one.area) if is_area else not one.at and one.area == spot.code
    if not spot.measured or not one.drawn_at or is_within or math.isinf(rank):
        return None, ""
    return rank, spot.measured if one.at or spot.measured == BY_KECAMATAN else BY_KELURAHAN


def _is_missing(one: Facility, theirs: Sequence[Facility]) -> bool:
    """Whether the operator's table says nothing of whose this area is: one station with a position takes from no other
    kecamatan its own."""
    return one.kind in BY_AREA and not any(_is_for(other, one.area) for other in theirs if other.kind == one.kind)


def _is_for(station: Facility, area: str) -> bool:
    if not station.serves:
        return _holds(area, station.area)
    return any(_holds(served, area) or _holds(area, served) for served in station.serves)


def _holds(area: str, code: str) -> bool:
    return bool(code) and (code == area or code.startswith(f"{area}."))


def _order(nearby: Nearby) -> tuple[bool, float, str]:
    return nearby.because != "jurisdiction", nearby.rank, nearby.facility.name


def _of_each_kind(found: Sequence[Nearby]) -> list[Nearby]:
    """The first of each kind, then the second of each, and so on, so that a short list has of all."""
    taken: Counter[str] = Counter()
    turns: list[tuple[int, Nearby]] = []
    for nearby in sorted(found, key=_order):
        taken[nearby.facility.kind] += 1
        turns.append((taken[nearby.facility.kind], nearby))
    return [nearby for _, nearby in sorted(turns, key=lambda turn: (turn[0], *_order(turn[1])))]
