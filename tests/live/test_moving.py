"""Supervision in Asterisk: a waiting caller is moved to another queue, and a call is listened to, silently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.calls.conference import CallRefused
from gateway.calls.listening import listen, stop
from gateway.calls.moving import move
from gateway.channels.ami import Manager
from tests.live.calls_city import calls_city, heard, on_duty, talking
from tests.live.city import City
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("moving")) as city:
        yield city


@pytest.fixture
def manager(city: City) -> Iterator[Manager]:
    with Manager(city.settings) as manager:
        yield manager


def test_a_waiting_caller_is_moved_and_answered_there(city: City, stand_in: StandIn, manager: Manager) -> None:
    on_duty(city, "110-1", None)
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: city.asterisk.waiting("110"))
    other = on_duty(city, "ppa-1")
    assert move(manager, "abc123", "ppa") == "110"
    until(lambda: other.talks)
    heard(other)
    assert caller.there


def test_who_does_not_wait_is_not_moved(city: City, stand_in: StandIn, manager: Manager) -> None:
    desk = on_duty(city, "110-1")
    talking(city, stand_in, desk)
    for incident in ("abc123", "unknown"):
        with pytest.raises(CallRefused) as refused:
            move(manager, incident, "ppa")
        assert refused.value.where == "not_waiting"
    heard(desk)


def test_a_supervisor_hears_the_call_and_is_not_heard(city: City, stand_in: StandIn, manager: Manager) -> None:
    desk, supervisor = on_duty(city, "110-1"), city.desk("112-1")
    caller = talking(city, stand_in, desk)
    name = listen(manager, "abc123", ["110-1"], "112-1")
    until(lambda: supervisor.talks)
    heard(supervisor)
    before = len(caller.voice.heard)
    until(lambda: len(caller.voice.heard) > before)
    stop(manager, name)
    until(lambda: not supervisor.talks)
    heard(desk)
    assert caller.there


def test_another_agencys_call_is_not_listened_to(city: City, stand_in: StandIn, manager: Manager) -> None:
    desk = on_duty(city, "110-1")
    city.desk("112-1")
    talking(city, stand_in, desk)
    with pytest.raises(CallRefused) as refused:
        listen(manager, "abc123", ["118-1"], "112-1")
    assert refused.value.where == "no_call"


def test_listening_ends_with_the_call(city: City, stand_in: StandIn, manager: Manager) -> None:
    desk, supervisor = on_duty(city, "110-1"), city.desk("112-1")
    caller = talking(city, stand_in, desk)
    listen(manager, "abc123", ["110-1"], "112-1")
    until(lambda: supervisor.talks)
    caller.hang_up()
    until(lambda: not supervisor.talks)
