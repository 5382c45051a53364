"""Boundaries drawn for tests: around each point of the gazetteer what is nearest to it, as far as a coast would be.

They are nobody's official ones, and shift the border between two kelurahan to the middle between their points.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import shapely

from gateway.gazetteer import gazetteer
from gateway.gazetteer.boundaries import Boundaries
from gateway.incident.place import CITY, KELURAHAN
from gateway.incident.shape import METRES_PER_DEGREE

REACH_DEGREES = 0.035
"""No kelurahan reaches further from its point: beyond is the sea."""


@cache
def cells() -> dict[str, shapely.Geometry]:
    """A polygon for each kelurahan, and one or several in one for each neighbouring city, in WGS 84 by code."""
    diagram = gazetteer().diagram
    points = [shapely.Point(*reversed(diagram.position(spot.x, spot.y))) for spot in diagram.spots]
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True)
    found: dict[str, list[shapely.Geometry]] = {}
    for spot, point, cell in zip(diagram.spots, points, shapely.get_parts(drawn), strict=True):
        found.setdefault(spot.code, []).append(cell & point.buffer(REACH_DEGREES, quad_segs=6))
    return {
        code: _joined(parts) if len(code) == KELURAHAN else shapely.union_all(parts) for code, parts in found.items()
    }


def _joined(parts: list[shapely.Geometry]) -> shapely.Geometry:
    """Rounded where cells of islands meet: no crack as thin as a figure stays."""
    return shapely.union_all(parts, grid_size=1e-9) if len(parts) > 1 else parts[0]


def kelurahan(corners: int = 0) -> dict[str, shapely.Geometry]:
    """Those of kelurahan, each with about so many corners."""
    drawn = {code: cell for code, cell in cells().items() if len(code) == KELURAHAN}
    return {code: cell.segmentize(cell.length / corners) if corners else cell for code, cell in drawn.items()}


def neighbours() -> dict[str, shapely.Geometry]:
    return {code: cell for code, cell in cells().items() if len(code) == CITY}


@cache
def boundaries(*, neighbouring: bool = False, corners: int = 0) -> Boundaries:
    drawn = cells() if neighbouring else kelurahan(corners)
    return Boundaries({code: shapely.to_wkb(cell) for code, cell in drawn.items()}, gazetteer())


def collection(drawn: dict[str, shapely.Geometry] | None = None) -> dict:
    """GeoJSON as an office may write it: a code without dots, the name in capitals."""
    features = [
        {
            "type": "Feature",
            "properties": {"OBJECTID": number, "KDEPUM": code.replace(".", ""), "WADMKD": name_of(code).upper()},
            "geometry": json.loads(shapely.to_geojson(cell)),
        }
        for number, (code, cell) in enumerate((drawn or kelurahan()).items(), 1)
    ]
    return {"type": "FeatureCollection", "features": features}


def write(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def name_of(code: str) -> str:
    return gazetteer().names[code]


def metres(degrees: float) -> float:
    return degrees * METRES_PER_DEGREE
