"""A claim that nobody can date: it is used where there is no better one, and takes no place from one that is dated."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, Point, offset

NOW = 1_750_000_000.0
MONAS = (-6.1754, 106.8272)
TEBET = (-6.2001, 106.8500)
HOUR = 3600.0


def claim(source, radius_m, at=MONAS, came=NOW, seen=None, **values):
    return Evidence(source, Circle(*at, radius_m), came, seen, **values)


IMPOSSIBLE = [None, NOW + 90, NOW + 7 * HOUR, NOW + 2.3e9, math.inf, math.nan]
"""Unknown; a clock a little ahead; local time sent as UTC; the year 2099; and what is no time at all."""


@pytest.mark.parametrize("seen", IMPOSSIBLE)
@pytest.mark.parametrize("came", [NOW - 40, NOW - 3, NOW])
@pytest.mark.parametrize("source", ["aml", "pidf_lo", "browser"])
def test_a_dated_tighter_fix_wins_whenever_an_undated_one_comes(seen, came, source):
    fresh = claim(source, 10, MONAS, NOW - 5, NOW - 10)
    odd = claim(source, 60, TEBET, came, seen)
    for both in ([fresh, odd], [odd, fresh]):
        location = fuse(both, NOW)
        assert (location.shape, location.observed_at) == (fresh.shape, NOW - 10)
        assert [(each.source, round(each.distance_m, -2)) for each in location.doubts] == [(source, 3700)]
        assert location.trust == 47


def test_an_undated_one_takes_no_place_though_it_is_tighter():
    fresh = claim("pidf_lo", 30, MONAS, NOW, NOW - 4, holder="device a")
    odd = claim("pidf_lo", 10, TEBET, NOW, None, holder="person b")
    location = fuse([odd, fresh], NOW)
    assert (location.shape, len(location.doubts)) == (fresh.shape, 1)


@pytest.mark.parametrize("seen", IMPOSSIBLE)
@pytest.mark.parametrize("source", ["aml", "pidf_lo", "browser", "another"])
def test_alone_it_is_the_place_and_its_time_is_unknown(seen, source):
    location = fuse([claim(source, 35, seen=seen), Evidence("trunk_area", Area("31.72"), NOW)], NOW)
    assert location.is_known
    assert (location.shape, location.observed_at) == (Circle(*MONAS, 35), None)


def test_it_narrows_a_cell_in_which_it_lies_and_is_a_doubt_outside_of_it():
    cell = claim("network_cell", 800, offset(*MONAS, 90, 500), NOW, NOW)
    inside, outside = claim("pidf_lo", 20), claim("pidf_lo", 20, TEBET)
    assert fuse([cell, inside], NOW).shape == inside.shape
    assert fuse([cell, inside], NOW).doubts == ()
    assert fuse([cell, outside], NOW).shape == cell.shape
    assert [each.source for each in fuse([cell, outside], NOW).doubts] == ["pidf_lo"]


def test_a_little_tighter_is_not_enough_to_stand_for_one_that_has_its_time():
    fresh = claim("aml", 30, MONAS, NOW, NOW - 5)
    location = fuse([fresh, claim("browser", 20, offset(*MONAS, 90, 15))], NOW)
    assert (location.shape, location.observed_at, location.doubts) == (fresh.shape, NOW - 5, ())


def test_it_goes_before_what_is_wider_than_the_way_it_may_have_come():
    district = claim("network_cell", 6000, TEBET, NOW, NOW)
    assert fuse([district, claim("pidf_lo", 35)], NOW).shape == Circle(*MONAS, 35)


def test_of_a_telephone_whose_clock_is_always_wrong_the_fix_that_came_last_wins():
    first = claim("aml", 12, TEBET, NOW - 300, NOW - 300 + 7 * HOUR)
    second = claim("aml", 40, MONAS, NOW, NOW + 7 * HOUR)
    assert fuse([second, first], NOW).shape == second.shape


def test_a_building_is_not_old_for_having_no_time():
    building = claim("registered_number", 30)
    fresh = claim("network_cell", 800, MONAS, NOW, NOW)
    assert fuse([building, fresh], NOW).shape == building.shape


@pytest.mark.parametrize("seen", IMPOSSIBLE)
def test_what_a_desk_decided_stands(seen):
    said = Evidence("desk", Area("31.75"), NOW - 900, NOW - 900, confidence=100.0)
    location = fuse([claim("aml", 5, TEBET, seen=seen), said], NOW)
    assert (location.shape, location.trust) == (said.shape, 100)


def test_an_old_fix_is_no_better_for_a_newer_one_without_a_time():
    old = claim("aml", 12, MONAS, NOW - 1800, NOW - 1800)
    location = fuse([old, claim("aml", 12, TEBET, NOW, None)], NOW)
    assert (location.shape, location.observed_at, len(location.doubts)) == (old.shape, NOW - 1800, 1)


degrees = st.tuples(st.floats(-6.35, -6.1), st.floats(106.7, 107.0))
places = st.builds(lambda at, radius: Circle(*at, radius), degrees, st.floats(3, 8000)) | degrees.map(
    lambda at: Point(*at)
)
areas = st.sampled_from(["31.75", "31.75.08", "31.75.08.1005", "31.72"]).map(Area)
arrivals = st.floats(NOW - 5000, NOW)
moving = st.sampled_from(["aml", "pidf_lo", "browser", "network_cell", "keyed_code", "another"])
lasting = st.sampled_from(["registered_number", "trunk_area", "named_place", "message_link", "desk"])
dated = st.builds(
    lambda one, age: replace(one, observed_at=one.received_at - age),
    st.builds(Evidence, moving, places | areas, arrivals, confidence=st.none() | st.floats(30, 100)),
    st.floats(0, 1200),
)
timeless = st.builds(Evidence, lasting, places | areas, arrivals)
undated = st.builds(
    lambda one, ahead: replace(one, observed_at=None if ahead is None else one.received_at + ahead),
    st.builds(Evidence, moving, places, arrivals),
    st.none() | st.floats(61, 1e9),
)  # fmt: skip


def winner(location, claims):
    return next((one for one in claims if one.shape is location.shape), None)


@given(st.lists(dated | timeless, min_size=1, max_size=5), undated)
def test_an_undated_claim_never_changes_which_of_the_others_wins(others, odd):
    before, after = fuse(others, NOW), fuse([*others, odd], NOW)
    if after.shape is odd.shape:
        best = winner(before, others)
        widened = odd.reach_m + odd.kind.drift * odd.kind.arrives_within
        contradicts = any(each.source == best.source for each in after.doubts) if best else False
        assert best is None or not best.kind.drift or not contradicts or widened <= best.reach_at_m(NOW)
    else:
        assert after.shape is before.shape
        assert after.trust <= before.trust
        assert set(before.doubts) <= set(after.doubts)


@given(st.lists(dated | timeless | undated, max_size=6), st.randoms())
def test_the_order_in_which_they_came_changes_nothing(claims, random):
    mixed = list(claims)
    random.shuffle(mixed)
    assert repr(fuse(mixed, NOW)) == repr(fuse(claims, NOW))


def test_an_old_pin_gives_way_to_a_fresh_position_that_contradicts_it_and_both_are_told():
    pin = Evidence("message_link", Point(*TEBET), NOW - 2 * HOUR, NOW - 2 * HOUR, confidence=90.0)
    fresh = claim("aml", 120, MONAS, NOW, NOW - 1)
    location = fuse([pin, fresh], NOW)
    assert (location.shape, [(each.source, round(each.distance_m, -2)) for each in location.doubts]) == (
        fresh.shape,
        [("message_link", 3700)],
    )


@pytest.mark.parametrize("minutes", [0, 14])
def test_a_pin_of_some_minutes_stays_before_a_wider_fix_elsewhere_which_is_told(minutes):
    pin = Evidence("message_link", Point(*TEBET), NOW - 60 * minutes, NOW - 60 * minutes)
    location = fuse([pin, claim("aml", 120, MONAS, NOW, NOW - 1)], NOW)
    assert (location.shape, [each.source for each in location.doubts]) == (pin.shape, ["aml"])


def test_a_pin_grows_no_wider_with_age_where_nothing_contradicts_it():
    pin = Evidence("message_link", Point(*MONAS), NOW - 2 * HOUR, NOW - 2 * HOUR)
    location = fuse([pin, claim("network_cell", 800, offset(*MONAS, 0, 400), NOW, NOW)], NOW)
    assert (location.shape, location.doubts) == (pin.shape, ())
    older_fix = claim("aml", 120, TEBET, NOW - 3 * HOUR + 10, NOW - 3 * HOUR)
    assert fuse([pin, older_fix], NOW).shape == pin.shape


def test_a_named_place_of_the_same_text_stays_when_its_pin_is_belied():
    pin = Evidence("message_link", Point(*TEBET), NOW - 2 * HOUR, NOW - 2 * HOUR)
    named = Evidence("named_place", Area("31.71.01.1001", "Gambir"), NOW - 2 * HOUR)
    assert fuse([pin, named, claim("network_cell", 3000, MONAS, NOW, NOW)], NOW).shape == named.shape


@pytest.mark.parametrize(("radius", "confidence"), [(0.1, 31), (1, 31), (3, 50), (0.0001, 30)])
def test_a_claim_that_believes_itself_little_is_not_the_better_for_a_tiny_radius(radius, confidence):
    boast = claim("pidf_lo", radius, TEBET, NOW, NOW, confidence=confidence)
    sure = claim("aml", 12 if confidence == 50 else 20, MONAS, NOW, NOW)
    location = fuse([boast, sure], NOW)
    assert (location.shape, location.trust) == (sure.shape, 47)


def test_of_two_fixes_better_than_any_telephone_s_the_surer_and_then_the_newer_wins():
    first, second = claim("aml", 2, TEBET, NOW, NOW - 2), claim("browser", 6, MONAS, NOW, NOW - 1)
    assert fuse([first, second], NOW).shape == second.shape


@given(st.floats(0.001, 5000), st.floats(30, 95), st.floats(0.001, 5000), st.floats(30, 95))
def test_at_one_confidence_the_smaller_radius_wins_and_at_one_radius_the_surer(radius, sure, other, unsure):
    one = claim("aml", radius, MONAS, NOW, NOW, confidence=sure)
    wider = claim("browser", max(radius, other), MONAS, NOW, NOW, confidence=min(sure, unsure))
    assert one.reach_m <= wider.reach_m
