"""Where there is nothing but what is too old: told as the last known place, and never as the place."""

import json

import pytest

from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, Civic, Point

NOW = 1_750_000_000.0
MONAS = (-6.1754, 106.8272)
TEBET = (-6.2001, 106.8500)
KNOWN = {"trunk": "indosat"}


def claim(source, seconds_ago, radius_m=60.0, at=MONAS, came=NOW, **values):
    return Evidence(source, Circle(*at, radius_m), came, NOW - seconds_ago, **values)


@pytest.mark.parametrize("stale", [claim("aml", 1200), claim("pidf_lo", 3600), claim("aml", 8000, came=NOW - 7900)])
def test_what_is_too_old_is_the_last_known_place_and_no_place_to_send_anybody(stale):
    location = fuse([stale], NOW, KNOWN)
    assert (location.is_known, location.shape, location.lat, location.source) == (False, None, None, "")
    last = location.last
    assert (last.shape, last.observed_at, last.radius_m, last.trust) == (stale.shape, stale.observed_at, 60.0, 0)
    assert location.known == KNOWN
    assert json.loads(json.dumps(location.as_dict()))["last"]["observed_at"] == stale.observed_at


def test_it_is_told_beside_a_city_and_not_beside_a_place():
    city = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW)
    location = fuse([claim("aml", 1200), city], NOW)
    assert (location.shape, location.last.shape) == (city.shape, Circle(*MONAS, 60.0))
    assert fuse([claim("aml", 1200), claim("network_cell", 0, 2000)], NOW).last is None


@pytest.mark.parametrize(
    "never",
    [
        Evidence("aml", Point(0.0, 0.0), NOW, NOW - 1200),
        Evidence("aml", Circle(0.0, 0.0, 20.0), NOW, NOW - 1200),
        claim("aml", 1200, radius_m=-1.0),
        claim("aml", 1200, confidence=10.0),
        claim("aml_unmatched", 1200, confidence=25.0),
        Evidence("pidf_lo", Civic("ID"), NOW, NOW - 7200, civic=(("country", "ID"),)),
    ],
)
def test_what_never_was_a_place_is_not_the_last_known_one(never):
    assert fuse([never], NOW).last is None


def test_of_several_the_newest_is_told_and_what_contradicted_it_then():
    location = fuse([claim("aml", 5000), claim("aml", 1200, at=TEBET)], NOW)
    assert (location.last.shape, location.last.doubts) == (Circle(*TEBET, 60.0), ())
    [doubt] = fuse([claim("pidf_lo", 1300), claim("aml", 1200, 20, TEBET)], NOW).last.doubts
    assert doubt.source == "pidf_lo"


def test_one_without_a_time_goes_after_one_that_has_its_time():
    undated = Evidence("pidf_lo", Circle(*TEBET, 5.0), NOW - 8000)
    assert fuse([undated, claim("aml", 9000)], NOW).last.shape == Circle(*MONAS, 60.0)
    assert fuse([undated], NOW).last.observed_at is None
