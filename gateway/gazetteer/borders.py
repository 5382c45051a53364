"""Borders of areas to be told to others: drawn within the official ones, so that what lies in one surely is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.gazetteer import boundary_file, gazetteer
from gateway.incident.errors import Refused
from gateway.incident.place import PROVINCE
from gateway.incident.shape import METRES_PER_DEGREE, Polygon
from gateway.log import get_logger
from gateway.settings import Settings

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

FOLLOWED_TO_M = 5.0
"""How closely official edges are followed: every corner of the whole province would take minutes."""

WITHIN_M = 20.0
WITHIN_PROVINCE_M = 100.0
"""How far within: it leaves the drawing few corners. What is narrower than twice that is left out."""

log = get_logger("gazetteer")


class Borders:
    """The borders of areas as far as boundaries were imported; what is imported anew is taken up."""

    def __init__(self, settings: Settings):
        self._file = settings.state / boundary_file.FILE

    @property
    def version(self) -> str:
        """Another one for other boundaries; empty without any."""
        return _version(self._file, *_stamp(self._file))

    def of(self, code: str) -> tuple[Polygon, ...]:
        """The area with this official code; empty where its border is not known."""
        return _border(self._file, *_stamp(self._file), code)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=2)
def _version(file: Path, _changed: int, size: int) -> str:
    try:
        with file.open("rb") as lines:
            return str(json.loads(lines.readline(10_000))["sha256"]) if size else ""
    except (OSError, ValueError, KeyError):
        return ""


@lru_cache(maxsize=64)
def _border(file: Path, _changed: int, size: int, code: str) -> tuple[Polygon, ...]:
    try:
        areas = boundary_file.read(file)[1] if size else {}
    except (boundary_file.Missing, Refused) as fault:
        log.warning("the boundaries cannot be used", why=str(fault))
        return ()
    found = [wkb for known, wkb in areas.items() if known == code or known.startswith(f"{code}.")]
    return tuple(_drawn(found, WITHIN_PROVINCE_M if len(code) <= PROVINCE else WITHIN_M)) if found else ()


def _drawn(areas: list[bytes], within_m: float) -> Iterator[Polygon]:
    # Loading the geometry library takes long enough that only who has boundaries should pay.
    import numpy as np
    import shapely

    scale = np.array([METRES_PER_DEGREE * gazetteer().diagram.stretch, METRES_PER_DEGREE])
    drawn = shapely.simplify(shapely.transform(shapely.from_wkb(areas), lambda at: at * scale), FOLLOWED_TO_M)
    # A gap of some metres between two neighbours is no border.
    whole: BaseGeometry = shapely.union_all(drawn).buffer(FOLLOWED_TO_M)
    whole = whole.buffer(-2 * FOLLOWED_TO_M - within_m).simplify(within_m)
    for part in shapely.get_parts(whole):
        if part.geom_type == "Polygon" and not part.is_empty:
            ring = np.asarray(part.exterior.coords)[:-1] / scale
            yield Polygon(tuple((round(float(lat), 7), round(float(lon), 7)) for lon, lat in ring))
