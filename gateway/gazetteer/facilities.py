"""Where people are helped, and who comes to a place: by whom they serve, and by how near they are.

A small table is built in; of each kind that the operator's table has, that one alone counts.
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
from gateway.gazetteer import current, gazetteer
from gateway.gazetteer.facility import CAMERA, EXAMINES, KINDS, Facility, built_in, from_json
from gateway.incident.errors import Refused
from gateway.incident.location import Names
from gateway.incident.place import CITY, KECAMATAN, KELURAHAN, Place
from gateway.incident.shape import Shape, centre, distance_m
from gateway.log import get_logger
from gateway.settings import Settings

FILE = "facilities.sqlite"

LEVELS = (("kelurahan", KELURAHAN), ("kecamatan", KECAMATAN), ("city", CITY))

FARTHEST_M = 60_000.0
"""Further away nothing is near."""

LOOK_EVERY_SECONDS = 1.0

log = get_logger("facilities")


@dataclass(frozen=True, slots=True)
class Nearby:
    """A facility, and why it was chosen.

    Attributes:
        distance_m: from the middle of the place; None where one of the two has no position.
        because: ``jurisdiction`` (it is the one for this area), ``kelurahan``, ``kecamatan``, ``city`` (both lie in the
            same), or ``distance``.
        rank: metres, guessed from the areas where a position is unknown: for the order alone.
    """

    facility: Facility
    distance_m: float | None
    because: str
    rank: float

    def as_dict(self) -> dict[str, object]:
        away = None if self.distance_m is None else round(self.distance_m)
        return {**self.facility.as_dict(), "distance_m": away, "because": self.because}


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
        place, at = (where, None) if isinstance(where, Place | None) else (self._names.name(where), centre(where))
        code = place.finest.code if place and place.finest else ""
        wanted = set(KINDS) - {CAMERA} if kinds is None else set(kinds)
        chosen = [one for one in self.all() if one.kind in wanted]
        if violence:
            chosen = [one for one in chosen if one.visum and one.kind in EXAMINES]
        found = [nearby for one in chosen if (nearby := _nearby(one, code, at))]
        return sorted(_of_each_kind(found)[: max(0, limit)], key=_order)

    def _loaded(self) -> list[Facility]:
        try:
            theirs = imported(self._table)
        except Refused as refused:
            log.warning("the table of facilities cannot be used, the built-in one counts", why=refused.why)
            theirs = []
        brought = {one.kind for one in theirs}
        return [*theirs, *(one for one in built_in() if one.kind not in brought)]


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


def _nearby(one: Facility, code: str, at: tuple[float, float] | None) -> Nearby | None:
    away = distance_m(*at, *one.at) if at and one.at else None
    here, there = at or _middle(code), one.at or _middle(one.area)
    rank = distance_m(*here, *there) if here and there else math.inf
    if any(_holds(area, code) for area in one.serves):
        return Nearby(one, away, "jurisdiction", rank)
    if one.serves and one.kind not in EXAMINES:
        return None  # it is another area's, however near
    level = next((name for name, length in LEVELS if len(code) >= length and one.area[:length] == code[:length]), "")
    if level or rank <= FARTHEST_M:
        return Nearby(one, away, level or "distance", rank)
    return None


@cache
def _middle(code: str) -> tuple[float, float] | None:
    """The middle of an area's kelurahan, good enough to tell near from far, and never shown."""
    diagram = gazetteer().diagram
    spots = diagram.only(lambda other: bool(code) and _holds(code, other))
    if not spots:
        return None
    return diagram.position(sum(spot.x for spot in spots) / len(spots), sum(spot.y for spot in spots) / len(spots))


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
