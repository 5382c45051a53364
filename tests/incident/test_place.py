"""Names of places: as fine as the evidence supports, and never surer than measured."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.place import BEST_PERCENT, CERTAIN_FROM_PERCENT, Gazetteer, Site
from gateway.incident.shape import Area, Circle, Point, Polygon

NAMES = {
    "31": "Province",
    "31.01": "West",
    "31.01.01": "Near West",
    "31.01.01.1001": "One",
    "31.01.01.1002": "Two",
    "31.02": "East",
    "31.02.01": "Near East",
    "31.02.01.1001": "Three",
    "32.01": "Next Door",
}
STEP = 0.04
"""Degrees between the sites, about 4.4 km: One, Two, Three in a row from west to east, and the neighbour."""

SITES = (
    Site("31.01.01.1001", -6.2, 106.80),
    Site("31.01.01.1002", -6.2, 106.80 + STEP),
    Site("31.02.01.1001", -6.2, 106.80 + 2 * STEP),
    Site("32.01", -6.2, 106.80 + 3 * STEP),
)
TOWN = Gazetteer(NAMES, SITES, "31")


def named(lon, radius_m, town=TOWN):
    return town.name(Circle(-6.2, lon, radius_m))


def test_a_small_circle_well_inside_is_named_by_its_kelurahan():
    place = named(106.80, 50)
    assert (place.kelurahan.name, place.kecamatan.name, place.city.name) == ("One", "Near West", "West")
    assert place.is_inside


def test_without_boundaries_a_kelurahan_is_never_certain_but_its_kecamatan_may_be():
    place = named(106.80, 50)
    assert place.percent <= BEST_PERCENT[13] < CERTAIN_FROM_PERCENT
    assert place.certain.name == "Near West"
    assert not place.is_certain


def test_between_two_kelurahan_of_one_kecamatan_the_kecamatan_is_certain():
    place = named(106.80 + STEP / 2, 1500)
    assert place.certain == Area("31.01.01", "Near West")


def test_a_wide_circle_is_named_by_what_it_supports():
    assert named(106.80, 50).finest.name == "One"
    assert named(106.80 + STEP / 2, 4500).finest.name == "Near West"
    wide = named(106.80 + 1.5 * STEP, 6000)
    assert wide.kelurahan is None
    assert wide.kecamatan is None


def test_across_the_province_s_border_only_the_neighbouring_city_is_named():
    place = named(106.80 + 3 * STEP, 50)
    assert (place.kelurahan, place.kecamatan, place.city.name) == (None, None, "Next Door")
    assert place.is_certainly_outside


def test_on_the_border_neither_side_is_certain():
    place = named(106.80 + 2.5 * STEP, 50)
    assert place.certain is None
    assert not place.is_certainly_outside


def test_far_from_everything_nothing_is_named():
    place = TOWN.name(Circle(-7.25, 112.75, 30.0))
    assert place.finest is None
    assert place.is_certainly_outside


def test_at_sea_off_the_coast_only_the_city_is_named():
    place = TOWN.name(Circle(-6.1, 106.80, 50.0))
    assert place.finest == Area("31.01", "West")


def test_a_neighbour_far_from_its_points_is_not_named():
    assert TOWN.name(Circle(-6.2, 106.80 + 3 * STEP + 0.08, 50.0)).finest is None


def test_a_position_of_unstated_accuracy_is_named_more_coarsely_than_a_tight_one():
    lon = 106.80 + 0.44 * STEP
    assert TOWN.name(Point(-6.2, lon)).percent <= named(lon, 10).percent


def test_a_polygon_is_named():
    ring = Polygon(((-6.201, 106.799), (-6.201, 106.801), (-6.199, 106.801), (-6.199, 106.799)))
    assert TOWN.name(ring).kelurahan.name == "One"


def test_an_area_is_named_by_its_code_and_certain():
    place = TOWN.name(Area("31.02.01"))
    assert (place.kelurahan, place.kecamatan.name, place.city.name) == (None, "Near East", "East")
    assert place.is_certain
    assert place.percent == 100


@pytest.mark.parametrize("shape", [Area("31.99"), Area("x"), Circle(0, 0, 1), Circle(math.nan, 1, 1)])
def test_what_is_unknown_or_nonsense_has_no_name(shape):
    assert TOWN.name(shape) is None


def test_weights_make_a_large_kelurahan_reach_further():
    heavy = Gazetteer(NAMES, (Site("31.01.01.1001", -6.2, 106.80, 8e6), *SITES[1:]), "31")
    lon = 106.80 + 0.55 * STEP
    assert TOWN.name(Circle(-6.2, lon, 10)).kelurahan.name == "Two"
    assert heavy.name(Circle(-6.2, lon, 10)).kelurahan.name == "One"
    # The border is where the squares of the distances differ by the weight: at 0.7 of the way.
    assert heavy.name(Circle(-6.2, 106.80 + 0.69 * STEP, 10)).kelurahan.name == "One"
    assert heavy.name(Circle(-6.2, 106.80 + 0.72 * STEP, 10)).kelurahan.name == "Two"


def test_a_circle_could_lie_in_each_area_it_touches_and_in_no_other():
    border = Circle(-6.2, 106.80 + 1.5 * STEP, 200.0)
    assert TOWN.could_lie_in(border, "31.01")
    assert TOWN.could_lie_in(border, "31.02")
    assert not TOWN.could_lie_in(border, "32.01")
    assert not TOWN.could_lie_in(Circle(-7.25, 112.75, 30.0), "31.02")


def test_what_the_gazetteer_cannot_tell_is_not_excluded():
    assert TOWN.could_lie_in(Circle(-6.2, 106.8, 30.0), "99")
    assert TOWN.could_lie_in(Area("31.01"), "31.02")


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(1, 2e7))
def test_every_place_on_earth_gets_an_answer_and_percents_within_bounds(lat, lon, radius_m):
    place = TOWN.name(Circle(lat, lon, radius_m))
    if place is not None:
        assert 0 <= place.percent <= 100
        assert 0 <= place.inside_percent <= 100
        assert place.certain is None or place.percent >= 0


def test_a_shape_across_a_border_tells_both_cities_the_likelier_first_and_the_neighbour():
    place = named(106.80 + 2.4 * STEP, 800)
    assert [city.name for city, _ in place.cities] == ["East", "Next Door"]
    assert place.cities[0][1] > place.cities[1][1] >= 5
    assert place.neighbour == Area("32.01", "Next Door")
    assert place.as_dict()["cities"][1]["code"] == "32.01"
    assert place.as_dict()["neighbour"] == "32.01"


def test_a_city_of_a_small_share_is_not_told():
    place = TOWN.named_by({"31.01.01.1001": 0.96, "32.01": 0.04}, dict.fromkeys((13, 8, 5, 2), 100))
    assert [city.name for city, _ in place.cities] == ["West"]
    assert place.neighbour is None


def test_well_inside_there_is_one_city_and_no_neighbour():
    place = named(106.80, 50)
    assert [city.name for city, _ in place.cities] == ["West"]
    assert place.neighbour is None


def test_a_neighbour_s_area_is_named_as_outside():
    place = TOWN.name(Area("32.01"))
    assert (place.neighbour, place.is_certainly_outside, place.is_certain) == (Area("32.01", "Next Door"), True, True)


def test_one_position_has_the_code_that_a_tight_circle_is_named_by():
    for step in range(-2, 20):
        lon = 106.80 + step * STEP / 5
        code = TOWN.code_at(-6.2, lon)
        finest = named(lon, 1).finest
        assert finest is None or code.startswith(finest.code)
    assert TOWN.codes_at([-6.2, -7.25], [106.80, 112.75]) == ["31.01.01.1001", ""]
