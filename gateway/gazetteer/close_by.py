"""What stands within sight of a place: cameras, posts and stops with a code, and registered buildings.

From tables that the operator imports, each with a position of its own. No number, code or address of the table goes
with it, and what is somebody's own (a panic button) is none of it.
"""

from __future__ import annotations

import json
import math
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gateway.evidence import keyed_code, registered_number
from gateway.evidence.registered_number import Registry
from gateway.evidence.table import Table, TableMissing
from gateway.gazetteer.current import stamp
from gateway.gazetteer.facilities import EXACT, EXACT_TO_M, Facilities, Nearby, facilities
from gateway.gazetteer.facility import BUILDING, CAMERA, POST, Facility
from gateway.incident.errors import Refused
from gateway.incident.shape import centre, distance_m, radius_m
from gateway.incident.shape_json import from_dict
from gateway.log import get_logger
from gateway.settings import Settings, SettingsRefused

REACH_M = 1_000.0
SQUARE_DEGREES = 0.01
"""The side of the squares that are looked through: no less than REACH_M, here."""

LOOK_EVERY_SECONDS = 1.0

NOBODY_ELSES = frozenset(registered_number.KINDS) - {"panic_button"}
"""Kinds of registered numbers whose place may be shown to who is near it."""

Square = tuple[int, int]

log = get_logger("close_by")


class CloseBy:
    """Safe to share between threads; replaced tables are seen within some seconds."""

    def __init__(self, known: Facilities, tables: Sequence[Path], read: Callable[[], Iterable[Facility]]):
        """
        Args:
            tables: the files that ``read`` reads.
        """
        self._known, self._tables, self._read = known, tables, read
        self._lock = threading.Lock()
        self._facilities: Sequence[Facility] | None = None
        self._stamps: tuple[object, ...] = ()
        self._looked = -math.inf
        self._squares: Mapping[Square, Sequence[Facility]] = {}

    def near(self, at: tuple[float, float], kinds: Iterable[str], most: int, measured: str = EXACT) -> list[Nearby]:
        """Those within REACH_M of a position, the nearest first.

        Args:
            measured: what the distances from that position are (facilities.py).
        """
        wanted, (row, column) = set(kinds), _square(at)
        around = [(row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]
        squares = self._current()
        found = []
        for one in (one for square in around for one in squares.get(square, ()) if one.kind in wanted):
            away = distance_m(*at, *one.at) if one.at else math.inf
            if away <= REACH_M:
                found.append(Nearby(one, away, "distance", away, measured))
        return sorted(found, key=lambda nearby: (nearby.rank, nearby.facility.name))[:most]

    def _current(self) -> Mapping[Square, Sequence[Facility]]:
        # Nobody waits for a change; at first there is nothing else to answer with.
        is_time = time.monotonic() - self._looked >= LOOK_EVERY_SECONDS
        if is_time and self._lock.acquire(blocking=self._facilities is None):
            try:
                self._take_up()
                self._looked = time.monotonic()
            finally:
                self._lock.release()
        return self._squares

    def _take_up(self) -> None:
        known, stamps = self._known.all(), tuple(stamp(table) for table in self._tables)
        if known is not self._facilities or stamps != self._stamps:
            cameras = (one for one in known if one.kind == CAMERA)
            self._squares = _in_squares([*cameras, *self._read()])
            self._facilities, self._stamps = known, stamps


def close_by(settings: Settings) -> CloseBy:
    """What is in force for these settings."""
    tables = [settings.state / keyed_code.FILE, settings.state / registered_number.FILE]
    return CloseBy(facilities(settings), tables, lambda: [*posts(settings), *buildings(settings)])


def posts(settings: Settings) -> list[Facility]:
    """The posts and stops of the table of codes."""
    try:
        told = [json.loads(value) for _, value in Table(settings.state / keyed_code.FILE).items()]
    except TableMissing:
        return []
    except (sqlite3.DatabaseError, ValueError):
        log.warning("the table of codes cannot be used, no post is shown")
        return []
    return list(_placed(POST, told))


def buildings(settings: Settings) -> list[Facility]:
    """The buildings of the table of registered numbers, and the posts of the police in it."""
    if not (settings.state / registered_number.FILE).exists():
        return []  # nor is a key needed
    try:
        told = [content for _, content in Registry(settings).entries() if content.get("kind") in NOBODY_ELSES]
    except TableMissing:
        return []
    except (SettingsRefused, Refused, sqlite3.DatabaseError, ValueError):
        log.warning("the table of registered numbers cannot be used, no building is shown")
        return []
    police = [content for content in told if content["kind"] == "police_post"]
    others = [content for content in told if content["kind"] != "police_post"]
    return [*_placed(POST, police), *_placed(BUILDING, others)]


def _placed(kind: str, told: Iterable[Mapping[str, object]]) -> Iterator[Facility]:
    """Those with a position of their own: an area, or a wide circle, is no place to show."""
    for each in told:
        shape = from_dict(each["shape"])
        at, within = centre(shape), radius_m(shape)
        if at and within is not None and within <= EXACT_TO_M:
            yield Facility(kind, str(each["label"]), "", *at)


def _in_squares(those: Iterable[Facility]) -> Mapping[Square, Sequence[Facility]]:
    found: dict[Square, list[Facility]] = defaultdict(list)
    for one in those:
        if one.at:
            found[_square(one.at)].append(one)
    return dict(found)


def _square(at: tuple[float, float]) -> Square:
    return math.floor(at[0] / SQUARE_DEGREES), math.floor(at[1] / SQUARE_DEGREES)
