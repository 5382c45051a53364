"""A desk rings a caller back: from there on it is a call like any other, which is not lost with its desk."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from gateway.calls.conference import Calls, Why
from gateway.channels.ami import Manager
from tests.live.calls_city import calls_city, on_duty
from tests.live.conftest import City
from tests.live.desk import Desk
from tests.live.wait import until

NUMBER = "+6281200000001"


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("called")) as city:
        yield city


@pytest.fixture
def calls(city: City) -> Iterator[Calls]:
    with Manager(city.settings) as manager:
        yield Calls(manager)


def called_back(city: City, calls: Calls, desk: Desk) -> Desk:
    """The telephone that was rung by this desk, which talks with it."""
    other = city.neighbour()
    values = {
        "__G112_INCIDENT": "abc123", "__G112_QUEUE": "110", "__G112_NEED": "crime", "__G112_DISCREET_NEED": "crime",
        "__G112_LANGUAGE": "id", "__G112_CALL_BACK": quote(NUMBER), "__G112_TOLD": "G112_NEED",
    }  # fmt: skip
    place = f"Local/{desk.name}@g112-callback-desk/n"
    calls.manager.originate(place, "g112-callback-out", "s", values, channel_id=f"callback-{desk.name}-1")
    until(lambda: other.talks and desk.talks)
    assert [contact.talking for contact in calls.all()] == [(desk.name,)]
    return other


def test_the_desk_is_told_whom_it_calls_and_ends_the_call(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-2")
    other = called_back(city, calls, desk)
    assert desk.call.header("X-Incident-ID") == "abc123"
    calls.end("110-2", "abc123")
    until(lambda: not other.talks)
    until(city.asterisk.idle)


def test_a_telephone_that_hangs_up_ends_it(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-1")
    other = called_back(city, calls, desk)
    desk.hang_up()
    until(lambda: not other.talks)
    until(city.asterisk.idle)


def test_whom_a_lost_page_called_waits_at_a_queues_head(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-2")
    other = called_back(city, calls, desk)
    desk.answers_after = None
    calls.rescue("110-2")
    until(lambda: city.asterisk.waiting("110"))
    assert other.talks


def test_another_agency_comes_to_it(city: City, calls: Calls) -> None:
    desk, second = on_duty(city, "110-2"), on_duty(city, "118-1")
    other = called_back(city, calls, desk)
    calls.invite("110-2", "abc123", "118", Why.TRANSFER)
    until(lambda: {each for contact in calls.all() for each in contact.talking} == {"110-2", "118-1"})
    until(lambda: [contact for contact in calls.all() if contact.together])
    calls.leave("110-2", "abc123")
    until(lambda: not desk.talks)
    assert second.talks
    assert other.talks
