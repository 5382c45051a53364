"""When nothing need follow a hang-up, or may."""

from urllib.parse import unquote

import pytest

from gateway.eido.reference import read_token
from gateway.incident.follow_up import needless
from gateway.incident.timeline import Entry, Kind
from gateway.jobs.call_back import call_back_variables, reference_variables
from gateway.location_reference import Opened
from gateway.location_reference import read_token as read_location
from tests.gateway_in_process import made_up_settings

NUMBER = "+6281200000001"


def told(*happenings):
    """Entries a second apart: kind, channel, data."""
    return [
        Entry("i1", kind, float(at), data, channel_id=channel) for at, (kind, channel, data) in enumerate(happenings)
    ]


OPENED = (Kind.OPENED, "a", {"number": NUMBER})
HUNG_UP = (Kind.ABANDONED, "a", {})
FIRE = (Kind.FILED, "a", {"nature": "fire"})


@pytest.mark.parametrize(
    "meanwhile",
    [
        [(Kind.ANSWERED, "b", {"desk": "113-1"})],
        [(Kind.CLOSED, "", {})],
        [(Kind.ACCEPTED, "", {"desk": "113-1"})],
        [(Kind.OPENED, "b", {"number": NUMBER})],
        [(Kind.QUEUED, "a", {})],
        [(Kind.RANG, "a", {})],
        [(Kind.FILED, "b", {"nature": "violence"})],
        [(Kind.OPENED, "b", {}), (Kind.ABANDONED, "b", {}), (Kind.OPENED, "c", {})],
    ],
)
@pytest.mark.parametrize("what", ["sms", "call_back"])
def test_nothing_follows_when_meanwhile_there_is_no_need(meanwhile, what):
    assert needless(told(OPENED, FIRE, HUNG_UP, *meanwhile), "a", what)


@pytest.mark.parametrize(
    "meanwhile",
    [
        [],
        [(Kind.OPENED, "b", {}), (Kind.ABANDONED, "b", {})],  # its own follow-up comes
        [(Kind.OPENED, "b", {}), (Kind.ENDED, "b", {})],
        [(Kind.EVIDENCE, "a", {})],
        [(Kind.INFORMED, "", {"agency": "110"})],
        [(Kind.FOLLOW_UP, "a", {"outcome": "failed"})],
    ],
)
@pytest.mark.parametrize("what", ["sms", "call_back"])
def test_a_caller_whom_nobody_has_reached_yet_is_followed_up(meanwhile, what):
    assert needless(told(OPENED, FIRE, HUNG_UP, *meanwhile), "a", what) == ""


def test_a_caller_who_was_in_the_queue_before_hanging_up_is_followed_up():
    queued = [(Kind.QUEUED, "a", {}), (Kind.RANG, "a", {}), (Kind.LEFT, "a", {})]
    assert needless(told(OPENED, FIRE, *queued, HUNG_UP), "a", "call_back") == ""


@pytest.mark.parametrize("answered", [[(Kind.ANSWERED, "b", {}), (Kind.ENDED, "b", {})], []])
def test_a_hang_up_that_nobody_saw_may_have_been_before_a_later_call(answered):
    unseen = [(Kind.LEFT, "a", {}), (Kind.ENDED, "a", {}), (Kind.ABANDONED, "a", {"unseen": "so"})]
    entries = told(OPENED, FIRE, (Kind.QUEUED, "a", {}), (Kind.OPENED, "b", {}), *answered, *unseen)
    assert needless(entries, "a", "call_back")
    assert needless(told(OPENED, FIRE, (Kind.QUEUED, "a", {}), *unseen), "a", "call_back") == ""


def test_a_caller_who_talks_with_a_desk_on_another_line_is_left_in_peace():
    talking = [(Kind.OPENED, "z", {}), (Kind.ANSWERED, "z", {})]
    assert needless(told(*talking, OPENED, HUNG_UP), "a", "call_back")
    assert needless(told(*talking, (Kind.ENDED, "z", {}), OPENED, HUNG_UP), "a", "call_back") == ""


@pytest.mark.parametrize("what", ["sms", "call_back"])
@pytest.mark.parametrize("kind", [Kind.FILED, Kind.ASKED])
def test_nothing_follows_in_a_case_of_violence_whenever_and_however_it_was_told(kind, what):
    violence = {"nature": "violence"}
    for entries in (
        told(OPENED, (kind, "a", violence), HUNG_UP),
        told((kind, "z", violence), OPENED, FIRE, HUNG_UP),
        told(OPENED, FIRE, HUNG_UP, (kind, "z", violence)),
    ):
        assert "did not agree" in needless(entries, "a", what)


TWO_HUNG_UP = (OPENED, FIRE, HUNG_UP, (Kind.OPENED, "b", {}), (Kind.ABANDONED, "b", {}))


@pytest.mark.parametrize("outcome", ["trying", "asked", "failed", "done", "uncertain"])
def test_a_caller_who_hangs_up_several_times_is_followed_up_once(outcome):
    for what, other in (("sms", "sms"), ("call_back", "call_back"), ("sms", "call_back")):
        had = (Kind.FOLLOW_UP, "a", {"what": other, "outcome": outcome})
        assert needless(told(*TWO_HUNG_UP, had), "b", what) == "another call of this incident has had it"


@pytest.mark.parametrize("outcome", ["needless", "not_possible"])
def test_a_follow_up_that_never_came_stands_in_for_none(outcome):
    for what in ("sms", "call_back"):
        never = [(Kind.FOLLOW_UP, "a", {"what": what, "outcome": o}) for o in ("trying", outcome)]
        assert needless(told(*TWO_HUNG_UP, *never), "b", what) == ""


def test_an_sms_is_no_call_back():
    had = (Kind.FOLLOW_UP, "a", {"what": "sms", "outcome": "done"})
    assert needless(told(*TWO_HUNG_UP, had), "b", "call_back") == ""


def test_a_call_back_takes_the_place_in_the_queue_that_the_call_had():
    handed_off = {"queue": "118", "priority": 2, "place": "Kelurahan Cipinang Melayu, 50 m, {x},\n"}
    variables = call_back_variables(
        told(OPENED, (Kind.FILED, "a", {"nature": "medical"}), (Kind.HANDED_OFF, "a", handed_off), HUNG_UP), NUMBER
    )
    assert variables["__G112_QUEUE"] == "118"
    assert variables["__G112_PRIO"] == "40"
    assert variables["__G112_NEED"] == variables["__G112_DISCREET_NEED"] == "medical"
    assert variables["__G112_CALL_BACK"] == "%2B6281200000001"
    assert variables["__G112_LOCATION_TEXT"] == "Kelurahan%20Cipinang%20Melayu%2C%2050%20m%2C%20%7Bx%7D%2C%0A"


def test_a_call_back_to_somebody_who_told_nothing_goes_through_the_operators():
    variables = call_back_variables(told(OPENED, HUNG_UP), NUMBER)
    assert (variables["__G112_QUEUE"], variables["__G112_NEED"], variables["__G112_PRIO"]) == ("112", "unknown", "40")


def test_a_desk_that_calls_back_can_fetch_place_and_incident(tmp_path):
    settings = made_up_settings(tmp_path)
    urls = {name: unquote(url).rpartition("/") for name, url in reference_variables(settings, "abc", 1000.0).items()}
    assert urls["__G112_LOCATION_URL"][0] == "https://gateway.test/location"
    places = [read_location(settings, urls[f"__G112_{name}_URL"][2], 1000.0) for name in ("LOCATION", "DISCREET")]
    assert places == [Opened("abc"), Opened("abc", discreet=True)]
    eido = [read_token(settings, urls[f"__G112_{name}EIDO_URL"][2], 1000.0) for name in ("", "DISCREET_")]
    assert [(one.incident, one.agency) for one in eido if one] == [("abc", "112"), ("abc", "-")]
