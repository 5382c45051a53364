"""A desk's own word: it decides against what contradicts it, and hides nothing that agrees with it and is tighter."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import discreet
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.incident.doubt import agrees, doubt
from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, Civic, Point, centre, offset

NOW = 1_750_000_000.0
CIPINANG, MONAS, BEKASI = (-6.2475, 106.8910), (-6.1754, 106.8272), (-6.2350, 107.0000)
EAST, MAKASAR = Area("31.75", "Jakarta Timur"), Area("31.75.08", "Makasar")


def says(shape, ago=60.0, **values):
    return Evidence("desk", shape, NOW - ago, NOW - ago, method="Manual", **values)


def fix(radius_m=15.0, at=CIPINANG, ago=5.0, source="aml", **values):
    return Evidence(source, Circle(*at, radius_m), NOW - ago, NOW - ago, **values)


def fused(*claims):
    return fuse(claims, NOW, names=gazetteer())


@pytest.mark.parametrize("area", [EAST, MAKASAR, Area("31.75.08.1005", "Cipinang Melayu")])
def test_an_exact_fix_in_the_area_that_a_desk_said_is_the_place(area):
    word = says(area, label="dekat pasar")
    location = fused(word, fix())
    assert (location.is_known, location.source, location.radius_m) == (True, "aml", 15.0)
    assert (location.word, location.doubts, location.trust) == (word, (), 95)
    assert location.as_dict()["word"] == {
        "shape": {"kind": "area", "code": area.code, "name": area.name},
        "label": "dekat pasar",
    }


def test_the_word_is_told_beside_it_and_discreetly_without_what_was_written():
    location = fused(says(EAST, label="rumah suaminya"), fix())
    assert "agrees with the call taker: Jakarta Timur, rumah suaminya; " in words(location, "en", NOW) + "; "
    assert "suami" not in words(discreet.location(location), "id", NOW)
    assert "suami" not in str(discreet.location(location).as_dict())


@pytest.mark.parametrize("word", [EAST, Circle(*CIPINANG, 100.0), Point(*CIPINANG), Circle(*CIPINANG, 5000.0)])
def test_a_fix_elsewhere_is_a_doubt_and_takes_nothing_from_the_word(word):
    location = fused(says(word), fix(at=MONAS), fix(5.0, MONAS, source="browser"))
    assert (location.shape, location.trust, location.word) == (word, 95, None)
    assert {each.source for each in location.doubts} == {"aml", "browser"}


def test_what_contradicts_the_word_lowers_no_trust_in_what_agrees_with_it():
    location = fused(says(EAST), fix(), fix(10.0, MONAS, source="browser"))
    assert (location.source, location.trust, [each.source for each in location.doubts]) == ("aml", 95, ["browser"])


def test_two_fixes_in_the_area_that_contradict_each_other_are_told_and_trusted_less():
    location = fused(says(EAST), fix(), fix(30.0, offset(*CIPINANG, 0, 1500), source="browser"))
    assert (location.source, location.trust, [each.source for each in location.doubts]) == ("aml", 47, ["browser"])


def test_of_a_desk_s_words_the_newest_decides_and_an_older_one_is_no_refinement():
    older, newer = says(Circle(*CIPINANG, 30.0), ago=300), says(EAST, ago=60)
    assert fused(older, newer).shape == EAST
    location = fused(older, newer, fix(20.0, offset(*CIPINANG, 0, 2000)))
    assert (location.source, location.trust, [str(each) for each in location.doubts]) == (
        "aml",
        95,
        ["desk: 2000 m away"],
    )


def test_a_fix_from_long_before_the_word_does_not_narrow_it():
    assert fused(says(MAKASAR, ago=5), fix(ago=3600)).shape == MAKASAR
    assert fused(says(MAKASAR, ago=5), fix(ago=300)).source == "aml"


def test_what_has_grown_too_wide_hides_no_other_that_agrees():
    building = Evidence("registered_number", Circle(*CIPINANG, 9.0), NOW - 3600)
    word = says(Circle(*CIPINANG, 10.0), ago=5)
    assert fused(word, fix(8.0, ago=60), building).source == "registered_number"


def test_a_pin_that_a_desk_set_gives_way_to_a_tighter_fix_beside_it_and_not_to_a_cell_around_it():
    pin = says(Point(*CIPINANG))
    assert fused(pin, fix(20.0, offset(*CIPINANG, 0, 60))).source == "aml"
    assert fused(pin, fix(800.0, offset(*CIPINANG, 0, 60), source="network_cell")).shape == Point(*CIPINANG)
    assert fused(pin, fix(20.0, offset(*CIPINANG, 0, 500))).doubts[0].source == "aml"


def test_a_cell_that_only_reaches_into_the_area_does_not_stand_for_it():
    kelurahan = Area("31.75.08.1005", "Cipinang Melayu")
    beside = fix(1400.0, offset(*CIPINANG, 180, 2800), source="network_cell")
    assert not doubt(says(kelurahan), beside, gazetteer())
    assert fused(says(kelurahan), beside).shape == kelurahan


def test_a_trunk_s_area_and_a_named_place_within_the_word_narrow_it():
    assert fused(says(EAST), Evidence("trunk_area", MAKASAR, NOW)).shape == MAKASAR
    assert fused(says(EAST), Evidence("named_place", Area("31.72.01", "Elsewhere"), NOW)).shape == EAST


def test_what_cannot_be_compared_agrees_with_nothing():
    assert fused(says(Civic("rumah hijau")), fix()).shape == Civic("rumah hijau")
    assert fused(says(Area("99.99")), fix()).shape == Area("99.99")
    assert fuse([says(EAST), fix()], NOW).shape == EAST, "without a gazetteer"


def test_a_place_outside_that_a_desk_named_is_narrowed_there_alone():
    assert fused(says(Area("32.75", "Kota Bekasi")), fix(at=CIPINANG)).source == "desk"
    assert fused(says(Area("32.75", "Kota Bekasi")), fix(at=BEKASI)).source == "aml"


places = st.tuples(st.floats(-6.35, -6.1), st.floats(106.7, 107.0))
circles = st.builds(lambda at, radius: Circle(*at, radius), places, st.floats(1, 8000))
areas = st.sampled_from(["31.75", "31.75.08", "31.75.08.1005", "31.72", "31.74", "32.75"]).map(Area)
claims = st.builds(
    Evidence,
    st.sampled_from(["aml", "pidf_lo", "browser", "network_cell", "named_place", "message_link", "trunk_area"]),
    circles | areas,
    st.just(NOW),
    st.just(NOW),
    st.floats(30, 100),
)
said = st.builds(says, circles | areas | places.map(lambda at: Point(*at)), st.floats(0, 600))


@given(st.lists(claims, max_size=5), said)
def test_a_word_never_makes_the_answer_wider_than_the_tightest_that_agrees_and_nothing_contrary_wins(others, word):
    names = gazetteer()
    location = fused(*others, word)
    best = next(each for each in [word, *others] if each.shape is location.shape)
    agreeing = [each for each in others if agrees(word, each, names)]
    # A trunk's area gives way to a fix that contradicts it; of one source the newest counts.
    lasting = [each for each in agreeing if each.source not in ("trunk_area", "aml", "pidf_lo", "browser")]
    assert best.reach_m <= min((each.reach_m for each in lasting), default=math.inf)
    assert best.reach_m <= word.reach_m
    assert best is word or doubt(word, best, names) is None
    assert centre(best.shape) or not centre(word.shape) or best.reach_m < word.reach_m


@given(st.lists(claims, max_size=4), said, claims)
def test_what_contradicts_the_word_changes_nothing_but_the_doubts(others, word, odd):
    if agrees(word, odd, gazetteer()) or odd.kind.renews:
        return
    assert fused(*others, word, odd).shape == fused(*others, word).shape
