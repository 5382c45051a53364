"""Where the caller is: claims are kept and fused; nothing is averaged, overwritten or made up."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, Point, Polygon, distance_m, offset

NOW = 1_750_000_000.0
HALIM = (-6.2475, 106.8910)
MAKASAR, JAKARTA_UTARA = Area("31.75.08", "Makasar"), Area("31.72", "Jakarta Utara")


def cell(radius_m=800.0, at=HALIM, seen=NOW, **values):
    return Evidence("network_cell", Circle(*at, radius_m), received_at=seen, observed_at=seen, **values)


def device(radius_m=20.0, at=HALIM, seen=NOW, **values):
    return Evidence("pidf_lo", Circle(*at, radius_m), received_at=seen, observed_at=seen, method="GPS", **values)


def trunk(area=MAKASAR):
    return Evidence("trunk_area", area, received_at=NOW)


def test_without_evidence_nothing_is_known_but_what_is_known_besides():
    location = fuse([], NOW, known={"trunk": "indosat"})
    assert not location.is_known
    assert (location.shape, location.lat, location.lon, location.radius_m) == (None, None, None, None)
    assert location.known == {"trunk": "indosat"}


def test_the_tightest_claim_wins_as_it_came():
    location = fuse([cell(), device(), trunk()], NOW)
    assert location.shape == Circle(*HALIM, 20.0)
    assert (location.lat, location.lon, location.radius_m) == (*HALIM, 20.0)
    assert (location.source, location.method, location.observed_at) == ("pidf_lo", "GPS", NOW)
    assert location.doubts == ()
    assert location.trust == 95


def test_nothing_is_averaged():
    elsewhere = offset(*HALIM, 90, 100)
    location = fuse([device(50), device(50, at=elsewhere)], NOW)
    assert (location.lat, location.lon) in (HALIM, elsewhere)


def test_what_contradicts_beyond_the_uncertainties_is_a_doubt_and_halves_the_trust():
    location = fuse([device(), cell(at=offset(*HALIM, 0, 5000))], NOW)
    assert location.source == "pidf_lo"
    assert [(doubt.source, doubt.distance_m) for doubt in location.doubts] == [
        ("network_cell", pytest.approx(5000, 1e-3))
    ]
    assert location.trust == 47


def test_what_the_uncertainties_explain_is_no_doubt():
    assert fuse([device(), cell(at=offset(*HALIM, 0, 810))], NOW).doubts == ()
    assert fuse([device(), cell(at=offset(*HALIM, 0, 830))], NOW).doubts != ()


def test_a_caller_who_moved_between_two_observations_contradicts_nobody():
    before = cell(at=offset(*HALIM, 0, 1200), seen=NOW - 300)
    assert fuse([device(), before], NOW).doubts == ()


@pytest.mark.parametrize(
    "claim",
    [
        Evidence("pidf_lo", Circle(0.0, 0.0, 10.0), NOW, NOW),
        Evidence("pidf_lo", Point(0.0, 0.0), NOW, NOW),
        Evidence("pidf_lo", Circle(*HALIM, -1.0), NOW, NOW),
        Evidence("pidf_lo", Circle(*HALIM, math.nan), NOW, NOW),
        Evidence("pidf_lo", Circle(*HALIM, math.inf), NOW, NOW),
        Evidence("pidf_lo", Circle(math.nan, math.nan, 10.0), NOW, NOW),
        Evidence("pidf_lo", Circle(*HALIM, 10.0), NOW, NOW, confidence=0.0),
        Evidence("pidf_lo", Circle(*HALIM, 10.0), NOW, NOW, confidence=10.0),
        Evidence("pidf_lo", Circle(*HALIM, 10.0), NOW, NOW, confidence=math.nan),
        Evidence("pidf_lo", Circle(*HALIM, 10.0), math.nan, None),
        Evidence("trunk_area", Area("nowhere"), NOW),
    ],
)
def test_a_null_fix_or_one_its_own_source_does_not_believe_never_wins(claim):
    assert not fuse([claim], NOW).is_known
    assert fuse([claim, cell()], NOW).source == "network_cell"


def test_a_fix_that_was_old_when_it_came_is_dropped():
    late = Evidence("pidf_lo", Circle(*HALIM, 5.0), received_at=NOW, observed_at=NOW - 3600)
    assert fuse([late, cell()], NOW).source == "network_cell"
    assert not fuse([late], NOW).is_known


def test_a_claim_that_has_aged_since_gives_way_to_a_fresh_one_though_it_is_wider():
    assert fuse([device(seen=NOW - 1800), cell()], NOW).source == "network_cell"
    assert fuse([device(seen=NOW - 1800)], NOW).source == "pidf_lo"
    assert not fuse([device(seen=NOW - 3 * 3600)], NOW).is_known


def test_age_alone_does_not_make_a_fix_worse_than_the_area_of_a_trunk():
    kelurahan = trunk(Area("31.75.08.1004", "Halim Perdana Kusuma"))
    assert fuse([device(seen=NOW - 3600), kelurahan], NOW).source == "pidf_lo"


def test_a_building_does_not_age():
    registered = Evidence("registered_number", Circle(*HALIM, 30.0), received_at=NOW - 86_400, label="Gedung Contoh")
    assert fuse([registered, cell()], NOW).label == "Gedung Contoh"


def test_an_observation_in_the_future_has_an_unknown_time_and_is_used():
    future = Evidence("pidf_lo", Circle(*HALIM, 20.0), received_at=NOW, observed_at=NOW + 86_400)
    location = fuse([future], NOW)
    assert location.is_known
    assert location.observed_at is None


def test_evidence_that_comes_out_of_order_does_not_bring_the_past_back():
    newer, older = device(seen=NOW), device(at=offset(*HALIM, 0, 400), seen=NOW - 240)
    assert fuse([newer, older], NOW).lat == HALIM[0]
    assert fuse([older, newer], NOW).lat == HALIM[0]


def test_a_claim_its_source_doubts_counts_as_wider():
    sure, doubted = device(100, confidence=95), device(80, confidence=60, at=offset(*HALIM, 90, 10))
    assert fuse([sure, doubted], NOW).radius_m == 100


def test_an_unknown_confidence_is_used_counts_for_less_and_is_shown_as_unknown():
    unknown = device(80, confidence=None, at=offset(*HALIM, 90, 10))
    assert fuse([unknown, device(100)], NOW).radius_m == 100
    location = fuse([unknown, cell()], NOW)
    assert (location.radius_m, location.confidence, location.trust) == (80, None, 50)
    assert location.as_dict()["confidence"] is None
    assert Evidence.from_dict(json.loads(json.dumps(unknown.as_dict()))) == unknown


def test_an_area_is_named_and_given_no_point():
    location = fuse([trunk()], NOW)
    assert location.is_known
    assert location.shape == MAKASAR
    assert (location.lat, location.lon, location.radius_m) == (None, None, None)


def test_a_whole_city_is_not_a_place_somebody_can_be_sent_to_but_it_is_known():
    location = fuse([trunk(JAKARTA_UTARA)], NOW, known={"trunk": "indosat"})
    assert not location.is_known
    assert location.known == {"trunk": "indosat", "city": "Jakarta Utara"}


def test_areas_contradict_each_other_unless_one_lies_in_the_other():
    kelurahan = Evidence("pidf_lo", Area("31.75.08.1005", "Cipinang Melayu"), NOW)
    assert fuse([kelurahan, trunk(MAKASAR)], NOW).doubts == ()
    [doubt] = fuse([kelurahan, trunk(JAKARTA_UTARA)], NOW).doubts
    assert doubt.instead == JAKARTA_UTARA


def test_a_position_of_unstated_accuracy_is_shown_without_a_radius_and_loses_to_a_measured_one():
    point = Evidence("pidf_lo", Point(*HALIM), NOW, NOW)
    assert fuse([point], NOW).is_known
    assert fuse([point], NOW).radius_m is None
    assert fuse([point, cell(800)], NOW).source == "network_cell"


def test_evidence_comes_back_from_json_unchanged():
    claim = cell(label="Lantai 3", confidence=80.0, original=bytes(range(256)))
    assert Evidence.from_dict(json.loads(json.dumps(claim.as_dict()))) == claim


GOOD = cell().as_dict()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {**GOOD, "more": 1},
        {key: value for key, value in GOOD.items() if key != "source"},
        {**GOOD, "source": 7},
        {**GOOD, "shape": None},
        {**GOOD, "received_at": "today"},
        {**GOOD, "received_at": None},
        {**GOOD, "observed_at": math.inf},
        {**GOOD, "confidence": 101},
        {**GOOD, "confidence": True},
        {**GOOD, "label": None},
        {**GOOD, "original": "not base64!"},
        {**GOOD, "original": "YQ==!!!!"},
        {**GOOD, "original": "é"},
    ],
)
def test_what_is_no_evidence_is_refused_by_name(data):
    with pytest.raises(EvidenceRefused) as refused:
        Evidence.from_dict(data)
    assert refused.value.where


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-91, 91) | st.just(0.0)
degrees = st.floats(-6.4, -6.0), st.floats(106.6, 107.0)
anywhere = st.builds(Circle, *degrees, st.floats(1, 30_000)) | st.builds(Point, *degrees)
garbage = st.builds(Circle, numbers, numbers, numbers) | st.builds(Point, numbers, numbers)
rings = st.lists(st.tuples(*degrees), max_size=6).map(lambda corners: Polygon(tuple(corners)))
areas = st.sampled_from(["31", "31.75", "31.75.08", "31.75.08.1005", "31.72", "32.75", "", "x"]).map(Area)
times = st.floats(NOW - 20_000, NOW + 20_000) | st.just(NOW)
claims = st.builds(
    Evidence,
    source=st.sampled_from(["pidf_lo", "network_cell", "registered_number", "trunk_area", "another"]),
    shape=anywhere | garbage | rings | areas,
    received_at=times | numbers,
    observed_at=st.none() | times | numbers,
    confidence=st.none() | st.floats(0, 100) | numbers,
)


def test_confidence_is_compared_as_its_distribution_says():
    circle = Circle(*HALIM, 100.0)
    normal = Evidence("pidf_lo", circle, NOW, confidence=68.0, pdf="normal")
    even = Evidence("pidf_lo", circle, NOW, confidence=68.0, pdf="rectangular")
    assert normal.reach_m == pytest.approx(162.1, abs=0.1)
    assert even.reach_m == pytest.approx(118.2, abs=0.1)


@given(st.lists(claims, max_size=6), st.randoms())
def test_the_order_in_which_claims_came_changes_nothing(evidence, random):
    mixed = list(evidence)
    random.shuffle(mixed)
    assert repr(fuse(mixed, NOW)) == repr(fuse(evidence, NOW))


@given(st.lists(claims, max_size=6))
def test_a_location_is_one_of_the_claims_and_never_made_up(evidence):
    location = fuse(evidence, NOW)
    assert location.shape is None or any(location.shape is claim.shape for claim in evidence)
    if location.lat is not None:
        assert math.isfinite(location.lat)
        assert not isinstance(location.shape, Area)
        assert distance_m(location.lat, location.lon, 0.0, 0.0) > 100
    json.dumps(location.as_dict(), allow_nan=False)


@given(st.lists(claims, max_size=6))
def test_adding_a_null_fix_changes_nothing(evidence):
    null = Evidence("pidf_lo", Circle(0.0, 0.0, 5.0), NOW, NOW)
    assert repr(fuse([*evidence, null], NOW)) == repr(fuse(evidence, NOW))
