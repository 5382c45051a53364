"""Shapes: geometry, and what is no place."""

import json
import math

import pytest

from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import (
    ArcBand,
    Area,
    Circle,
    Civic,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Sphere,
    altitude_m,
    centre,
    distance_m,
    holds,
    is_null,
    offset,
    radius_m,
)
from gateway.incident.shape_json import as_dict, from_dict

MONAS = (-6.1754, 106.8272)
SQUARE = Polygon(((-6.20, 106.80), (-6.20, 106.82), (-6.18, 106.82), (-6.18, 106.80)))


BAND = ArcBand(*MONAS, 300.0, 900.0, 30.0, 120.0)
SURE = [
    Circle(*MONAS, 50.0),
    Circle(*MONAS, 50.0, 12.5),
    Ellipse(*MONAS, 90.0, 40.0, 30.0),
    BAND,
    ArcBand(*MONAS, 0.0, 700.0, 350.0, 359.0, 4.0),
    ArcBand(*MONAS, 200.0, 700.0, 0.0, 360.0),
    SQUARE,
    Polygon(SQUARE.corners, (1.0, 2.0, 3.0, 4.0)),
    Sphere(*MONAS, 30.0, 25.0),
    Ellipsoid(*MONAS, 30.0, 40.0, 60.0, 10.0, 200.0),
    Prism(SQUARE.corners, (10.0, 10.0, 10.0, 10.0), 3.5),
]
POSITIONED = [Point(*MONAS), Point(*MONAS, -3.0), Circle(*MONAS, 0.0), *SURE]


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
        Ellipse(*MONAS, -40.0, 20.0, 30.0),
        Ellipse(*MONAS, 40.0, 20.0, math.nan),
        ArcBand(*MONAS, 500.0, 300.0, 10.0, 60.0),
        ArcBand(*MONAS, 0.0, 0.0, 10.0, 60.0),
        ArcBand(*MONAS, 300.0, 500.0, 10.0, 0.0),
        ArcBand(*MONAS, 300.0, 500.0, 10.0, 400.0),
        Ellipsoid(*MONAS, 30.0, 40.0, 20.0, -1.0, 30.0),
        Prism(((-6.2, 106.8), (-6.3, 106.8), (-6.2, 106.8)), (1.0, 1.0, 1.0), 3.0),
        Civic(" "),
        Area(""),
        Area("31.7"),
        Area("31.75.08.1"),
        Area("31.75.08.1005.1"),
        Area("٣١.75"),
    ],
)
def test_a_null_fix_is_no_place(shape):
    assert is_null(shape)


@pytest.mark.parametrize("shape", [*POSITIONED, Area("31"), Area("31.75.08.1005"), Civic("Jl. Contoh 3")])
def test_a_real_shape_is_a_place_and_comes_back_from_json_unchanged(shape):
    assert not is_null(shape)
    assert from_dict(json.loads(json.dumps(as_dict(shape)))) == shape


@pytest.mark.parametrize("shape", SURE)
def test_the_circle_around_a_shape_holds_all_of_it_and_is_no_wider_than_need_be(shape):
    middle, reach = centre(shape), radius_m(shape)
    steps = [(bearing, share * reach) for bearing in range(0, 360, 2) for share in (0.5, 0.9, 0.97, 1.005, 1.2, 2.0)]
    held = [metres for bearing, metres in steps if holds(shape, *offset(*middle, bearing, metres))]
    assert 0.96 * reach <= max(held) <= reach


def test_the_centroid_of_an_arc_band_lies_on_its_bisector():
    middle = centre(BAND)
    # 2 sin(a) (R² + R r + r²) / (3 a (R + r)), a being half the opening.
    assert distance_m(*MONAS, *middle) == pytest.approx(537.52, abs=1.0)
    assert middle[0] == pytest.approx(MONAS[0], abs=1e-9)
    assert middle[1] > MONAS[1]


def test_many_corners_on_one_side_do_not_pull_a_centroid_there():
    crowded = Polygon((*SQUARE.corners, *((-6.18 - step / 1000, 106.80) for step in range(1, 20))))
    assert centre(crowded) == pytest.approx((-6.19, 106.81), abs=1e-6)


def test_a_ring_across_the_date_line_has_its_centroid_there():
    lat, lon = centre(Polygon(((-17.0, 179.99), (-17.0, -179.99), (-16.98, -179.99), (-16.98, 179.99))))
    assert lat == pytest.approx(-16.99, abs=1e-4)
    assert abs(lon) == pytest.approx(180, abs=1e-4)


def test_a_ring_without_area_still_has_a_middle():
    assert centre(Polygon(((-6.2, 106.8), (-6.2, 106.81), (-6.2, 106.82)))) == pytest.approx((-6.2, 106.81))


def test_a_radius_of_nothing_is_an_unknown_accuracy():
    assert radius_m(Circle(*MONAS, 0.0)) is None
    assert not is_null(Circle(*MONAS, 0.0))


def test_the_altitude_of_a_prism_is_that_of_its_middle():
    assert altitude_m(Prism(SQUARE.corners, (10.0, 10.0, 10.0, 10.0), 4.0)) == 12.0
    assert altitude_m(Polygon(SQUARE.corners, (1.0, 2.0, 3.0, 6.0))) == 3.0
    assert altitude_m(Point(*MONAS, 7.0)) == 7.0
    assert [altitude_m(shape) for shape in (Point(*MONAS), SQUARE, Area("31"), Civic("x"))] == [None] * 4


def test_a_shape_of_an_older_timeline_is_read():
    assert from_dict({"kind": "point", "lat": -6.2, "lon": 106.8}) == Point(-6.2, 106.8)
    assert from_dict({"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": 5}) == Circle(-6.2, 106.8, 5)
    assert as_dict(Circle(-6.2, 106.8, 5.0)) == {"kind": "circle", "lat": -6.2, "lon": 106.8, "radius_m": 5.0}


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
        {"kind": "polygon", "corners": [[1, 2], [3, 4], [5, 6]], "altitudes_m": [1, 2]},
        {"kind": "point", "lat": 1, "lon": 2, "altitude_m": "3"},
        {"kind": "civic", "words": 3},
        {"kind": "ellipse", "lat": 1, "lon": 2, "major_m": 3, "minor_m": 2},
        {"kind": "area", "code": 31, "name": "x"},
    ],
)
def test_what_is_no_shape_is_refused(data):
    with pytest.raises(EvidenceRefused):
        from_dict(data)
