"""Shapes: geometry, and what is no place."""

import json
import math

import pytest

from gateway.incident import shape as shapes
from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import Area, Circle, Point, Polygon, centre, distance_m, is_null, offset, radius_m

MONAS = (-6.1754, 106.8272)
SQUARE = Polygon(((-6.20, 106.80), (-6.20, 106.82), (-6.18, 106.82), (-6.18, 106.80)))


def test_a_degree_of_latitude_is_111_kilometres():
    assert distance_m(-6.0, 106.8, -7.0, 106.8) == pytest.approx(111_195, abs=5)


def test_an_offset_lies_as_far_away_as_asked_in_each_direction():
    for bearing in range(0, 360, 15):
        assert distance_m(*MONAS, *offset(*MONAS, bearing, 1000.0)) == pytest.approx(1000, rel=0.002)
    north, east = offset(*MONAS, 0, 500), offset(*MONAS, 90, 500)
    assert north[0] > MONAS[0]
    assert east[1] > MONAS[1]


def test_the_circle_around_a_polygon_holds_every_corner():
    middle, reach = centre(SQUARE), radius_m(SQUARE)
    assert all(distance_m(*middle, *corner) <= reach for corner in SQUARE.corners)


@pytest.mark.parametrize(
    "shape",
    [
        Point(0.0, 0.0),
        Point(0.0004, -0.0004),
        Circle(0.0, 0.0, 50.0),
        Circle(-6.2, 106.8, 0.0),
        Circle(-6.2, 106.8, -5.0),
        Circle(-6.2, 106.8, math.nan),
        Circle(-6.2, 106.8, math.inf),
        Circle(-6.2, 106.8, 1e300),
        Circle(math.nan, 106.8, 50.0),
        Circle(-6.2, math.inf, 50.0),
        Circle(-96.2, 106.8, 50.0),
        Circle(-6.2, 186.8, 50.0),
        Polygon(()),
        Polygon(((-6.2, 106.8), (-6.3, 106.8), (-6.2, 106.8))),
        Polygon(((-6.2, 106.8), (-6.3, 106.8), (0.0, 0.0))),
        Area(""),
        Area("31.7"),
        Area("31.75.08.1"),
        Area("31.75.08.1005.1"),
        Area("٣١.75"),
    ],
)
def test_a_null_fix_is_no_place(shape):
    assert is_null(shape)


@pytest.mark.parametrize("shape", [Point(*MONAS), Circle(*MONAS, 50.0), SQUARE, Area("31"), Area("31.75.08.1005")])
def test_a_real_shape_is_a_place_and_comes_back_from_json_unchanged(shape):
    assert not is_null(shape)
    assert shapes.from_dict(json.loads(json.dumps(shapes.as_dict(shape)))) == shape


def test_an_area_has_no_position():
    assert centre(Area("31.75")) is None
    assert radius_m(Area("31.75")) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "circle",
        {},
        {"kind": "blob"},
        {"kind": ["circle"]},
        {"kind": "circle", "lat": -6.2, "lon": 106.8},
        {"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": "50"},
        {"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": None},
        {"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": math.nan},
        {"kind": "circle", "lat": True, "lon": 106.8, "radius_m": 5},
        {"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": 5, "more": 1},
        {"kind": "polygon", "corners": [[1, 2], [3, 4]]},
        {"kind": "polygon", "corners": [[1, 2], [3, 4], [5]]},
        {"kind": "polygon", "corners": [[1, 2], [3, 4], "56"]},
        {"kind": "polygon", "corners": "x"},
        {"kind": "area", "code": 31, "name": "x"},
    ],
)
def test_what_is_no_shape_is_refused(data):
    with pytest.raises(EvidenceRefused):
        shapes.from_dict(data)
