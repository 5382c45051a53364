"""Which claims stand: newer ones of the same source, and a person's word."""

import math

import pytest

from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, Civic, Point, offset

NOW = 1_750_000_000.0
HALIM = (-6.2475, 106.8910)
FAR = offset(*HALIM, 90, 6000)


def aml(radius_m, seconds_ago, at=HALIM, **values):
    return Evidence("aml", Circle(*at, radius_m), NOW - seconds_ago, NOW - seconds_ago, **values)


def desk(shape, seconds_ago):
    return Evidence("desk", shape, NOW - seconds_ago, NOW - seconds_ago, confidence=100.0)


def test_the_newest_fix_of_a_telephone_wins_though_it_is_a_little_wider():
    assert fuse([aml(12, 60), aml(40, 5, FAR)], NOW).shape == Circle(*FAR, 40)
    assert fuse([aml(12, 60), aml(40, 5, FAR)], NOW).doubts == ()


def test_a_newer_fix_that_is_far_less_precise_does_not_win_and_is_a_doubt_where_it_contradicts():
    location = fuse([aml(12, 20), aml(2000, 5, FAR)], NOW)
    assert location.shape == Circle(*HALIM, 12)
    assert [doubt.source for doubt in location.doubts] == ["aml"]


def test_a_chain_of_ever_wider_fixes_does_not_wear_a_good_one_out():
    chain = [aml(10, 12), aml(35, 8), aml(130, 4), aml(480, 0)]
    assert fuse(chain, NOW).shape == Circle(*HALIM, 35)


def test_an_old_fix_gives_way_to_a_wide_new_one_when_its_caller_may_have_gone():
    assert fuse([aml(12, 3600), aml(2000, 5, FAR)], NOW).shape == Circle(*FAR, 2000)


def test_a_null_fix_never_overrides():
    assert fuse([aml(12, 60), aml(5, 1, (0.0, 0.0))], NOW).shape == Circle(*HALIM, 12)


@pytest.mark.parametrize("at", [math.inf, -math.inf, math.nan, NOW + 3600])
def test_a_time_that_cannot_be_is_no_time(at):
    location = fuse([Evidence("registered_number", Circle(*HALIM, 30.0), NOW, at)], NOW)
    assert (location.shape, location.observed_at) == (Circle(*HALIM, 30.0), None)


def test_the_tuples_of_one_document_do_not_replace_each_other():
    phone = Evidence("pidf_lo", Circle(*HALIM, 20.0), NOW, NOW - 4, holder="tuple a")
    other = Evidence("pidf_lo", Circle(*FAR, 30.0), NOW, NOW - 1, holder="tuple b")
    location = fuse([phone, other], NOW)
    assert (location.shape, len(location.doubts)) == (Circle(*HALIM, 20.0), 1)


def test_a_telephone_nearby_that_nobody_could_match_never_wins():
    unmatched = Evidence("aml_unmatched", Circle(*HALIM, 5.0), NOW, NOW, confidence=25.0)
    assert fuse([unmatched], NOW).shape is None


@pytest.mark.parametrize("shape", [Area("31.75"), Circle(*FAR, 5000.0), Civic("rumah hijau"), Point(*FAR)])
def test_what_a_desk_says_wins_however_wide_it_is(shape):
    location = fuse([aml(5, 1), desk(shape, 300)], NOW)
    assert (location.source, location.shape, location.trust) == ("desk", shape, 100)


def test_of_a_desk_s_words_the_newest_wins_and_none_grows_old():
    assert fuse([desk(Point(*HALIM), 9000), desk(Area("31.75"), 8000)], NOW).shape == Area("31.75")


def test_an_address_without_a_position_goes_before_a_trunk_s_area_and_after_a_kelurahan():
    address = Evidence("pidf_lo", Civic("Jl. Contoh 5"), NOW)
    trunk, kelurahan = Evidence("trunk_area", Area("31.72"), NOW), Evidence("named_place", Area("31.75.08.1003"), NOW)
    assert fuse([address, trunk], NOW).shape == Civic("Jl. Contoh 5")
    assert fuse([address, trunk, kelurahan], NOW).shape == Area("31.75.08.1003")
    assert fuse([address], NOW).is_known


def test_an_address_in_a_known_city_is_more_than_the_city():
    street = (("A2", "Jakarta Timur"), ("RD", "Jl. Contoh"), ("HNO", "7"))
    address = Evidence("pidf_lo", Area("31.75", "Jakarta Timur"), NOW, civic=street)
    kecamatan = Evidence("trunk_area", Area("31.75.08", "Makasar"), NOW)
    assert not fuse([Evidence("pidf_lo", Area("31.75"), NOW, civic=street[:1])], NOW).is_known
    location = fuse([address, kecamatan], NOW)
    assert (location.shape, location.is_known) == (Area("31.75", "Jakarta Timur"), True)


def test_a_telephone_that_names_its_country_alone_has_said_nothing():
    country = Evidence("pidf_lo", Civic("ID"), NOW, civic=(("country", "ID"),))
    trunk = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW)
    assert not fuse([country], NOW).is_known
    assert fuse([country, trunk], NOW).shape == Area("31.72", "Jakarta Utara")
