"""Shapes as a map draws them."""

import itertools

import pytest

from gateway.desk.outline import geometry
from gateway.incident.globe import distance_m
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
    holds,
)

LAT, LON = -6.2475, 106.891
SQUARE = ((LAT, LON), (LAT, LON + 0.001), (LAT + 0.001, LON + 0.001), (LAT + 0.001, LON))


def ring(shape):
    drawn = geometry(shape)
    assert drawn["type"] == "Polygon"
    (corners,) = drawn["coordinates"]
    assert corners[0] == corners[-1]
    return [(lat, lon) for lon, lat in corners]


def area(corners):
    """Twice the signed area: positive where it turns counter-clockwise, as RFC 7946 has it."""
    pairs = itertools.pairwise(corners)
    return sum(lon * next_lat - next_lon * lat for (lat, lon), (next_lat, next_lon) in pairs)


@pytest.mark.parametrize("shape", [Circle(LAT, LON, 50.0), Sphere(LAT, LON, 10.0, 50.0)])
def test_a_circle_is_drawn_at_its_radius(shape):
    away = [distance_m(LAT, LON, *corner) for corner in ring(shape)]
    assert min(away) == pytest.approx(50, abs=0.5)
    assert max(away) == pytest.approx(50, abs=0.5)


@pytest.mark.parametrize(
    "shape", [Ellipse(LAT, LON, 100.0, 40.0, 30.0), Ellipsoid(LAT, LON, 1.0, 100.0, 40.0, 5.0, 30.0)]
)
def test_an_ellipse_is_long_in_its_own_direction(shape):
    corners = ring(shape)
    farthest = max(corners, key=lambda corner: distance_m(LAT, LON, *corner))
    assert distance_m(LAT, LON, *farthest) == pytest.approx(100, abs=1)
    east, north = farthest[1] - LON, farthest[0] - LAT
    assert abs(east / north) == pytest.approx(0.577, abs=0.05)
    assert east * north > 0


def test_an_arc_band_is_drawn_between_its_distances_and_bearings():
    band = ArcBand(LAT, LON, 200.0, 800.0, 10.0, 60.0)
    inner = ArcBand(LAT, LON, 199.0, 801.0, 9.0, 62.0)
    assert all(holds(inner, *corner) for corner in ring(band))
    away = [distance_m(LAT, LON, *corner) for corner in ring(band)]
    assert (min(away), max(away)) == (pytest.approx(200, abs=1), pytest.approx(800, abs=1))


def test_a_sector_begins_at_its_mast():
    assert min(distance_m(LAT, LON, *corner) for corner in ring(ArcBand(LAT, LON, 0.0, 800.0, 10.0, 60.0))) < 1


@pytest.mark.parametrize("shape", [Polygon(SQUARE), Prism(SQUARE, (1.0,) * 4, 3.0)])
def test_a_polygon_is_drawn_as_it_is(shape):
    assert ring(shape)[:-1] == [pytest.approx(corner, abs=1e-6) for corner in SQUARE]


def test_rings_turn_as_the_standard_has_it():
    shapes = [Circle(LAT, LON, 50.0), Ellipse(LAT, LON, 9.0, 4.0, 30.0), ArcBand(LAT, LON, 0.0, 8.0, 10.0, 60.0)]
    assert all(area(ring(shape)) > 0 for shape in shapes)


@pytest.mark.parametrize("shape", [Point(LAT, LON), Circle(LAT, LON, 0.0)])
def test_what_has_no_radius_is_a_point(shape):
    assert geometry(shape) == {"type": "Point", "coordinates": [LON, LAT]}


@pytest.mark.parametrize(
    "shape", [Area("31.75.08"), Civic("Jl. Contoh 1"), Circle(0.0, 0.0, 5.0), Point(float("nan"), 1.0)]
)
def test_what_has_no_position_and_nonsense_are_not_drawn(shape):
    assert geometry(shape) is None
