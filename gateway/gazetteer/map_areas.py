"""The areas served, as a map draws them: GeoJSON (RFC 7946) from imported boundaries, else from the built-in points.

For the eye alone: borders are simplified, and those of points are guesses (``exact`` says which it is). Nothing is
decided by it; what a place is called is decided by the boundaries themselves (current.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.gazetteer import boundary_file, gazetteer
from gateway.gazetteer.cells import cells
from gateway.gazetteer.current import stamp
from gateway.incident.errors import Refused
from gateway.incident.place import CITY, KECAMATAN
from gateway.log import get_logger
from gateway.settings import Settings

SIMPLIFIED_DEGREES = (0.0003, 0.0006, 0.0012, 0.0025)
"""Some 30, 65, 130, 280 metres: the first by which the map is small enough."""

LARGEST = 2_000_000
"""Characters."""

DIGITS = 5
"""Of a degree: a metre."""

log = get_logger("gazetteer")

Geometry = dict[str, Any]


def map_areas(settings: Settings) -> str:
    """A FeatureCollection: of each area its code, name, kecamatan and city, and whether its border is official."""
    file = settings.state / boundary_file.FILE
    return _drawn(file, stamp(file))


@lru_cache(maxsize=2)
def _drawn(file: Path, _stamp: tuple[int, int, int]) -> str:
    try:
        areas = boundary_file.read(file)[1]
    except boundary_file.Missing:
        return _collection(_of_points(), exact=False)
    except Refused as refused:
        log.warning("the boundaries cannot be used", why=refused.why)
        return _collection(_of_points(), exact=False)
    for degrees in SIMPLIFIED_DEGREES:
        text = _collection(_of_boundaries(areas, degrees), exact=True)
        if len(text) <= LARGEST:
            return text
    return _collection(_of_points(), exact=False)


def _of_points() -> Iterator[tuple[str, Geometry]]:
    for code, rings in cells(gazetteer()).items():
        drawn = [[[round(lon, DIGITS), round(lat, DIGITS)] for lat, lon in (*ring, ring[0])] for ring in rings]
        if len(drawn) == 1:
            yield code, {"type": "Polygon", "coordinates": drawn}
        else:
            yield code, {"type": "MultiPolygon", "coordinates": [[ring] for ring in drawn]}


def _of_boundaries(areas: Mapping[str, bytes], degrees: float) -> Iterator[tuple[str, Geometry]]:
    # Loading the geometry library takes long enough that only who has boundaries should pay.
    import shapely

    whole = shapely.from_wkb(list(areas.values()))
    try:
        # Neighbours keep one border between them.
        drawn = shapely.coverage_simplify(whole, degrees)
    except shapely.errors.GEOSException:
        drawn = shapely.simplify(whole, degrees)
    drawn = shapely.set_precision(drawn, 10**-DIGITS, mode="pointwise")
    for code, geometry in zip(areas, drawn, strict=True):
        if not geometry.is_empty:
            yield code, json.loads(shapely.to_geojson(geometry))


def _collection(found: Iterable[tuple[str, Geometry]], *, exact: bool) -> str:
    names = gazetteer().names
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "code": code,
                "name": names.get(code, ""),
                "kecamatan": names.get(code[:KECAMATAN], "") if len(code) > KECAMATAN else "",
                "city": names.get(code[:CITY], ""),
            },
        }
        for code, geometry in found
    ]
    return json.dumps({"type": "FeatureCollection", "exact": exact, "features": features}, separators=(",", ":"))
