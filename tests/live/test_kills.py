"""Parts of the gateway are killed, in turn and together: who talks goes on talking, who calls reaches a person."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Kind
from gateway.store import Store
from tests.live.conftest import City
from tests.live.parts import Parts
from tests.live.wait import until

EVERYTHING = ("redis", "agi", "ami", "worker-urgent", "worker-routine", "replay", "web")


@pytest.fixture
def everything(parts: Parts) -> Iterator[Parts]:
    parts.start(*EVERYTHING)
    yield parts
    parts.start(*EVERYTHING)


@pytest.mark.parametrize(
    "killed",
    [("agi",), ("redis",), ("ami",), ("worker-urgent", "worker-routine"), ("web",), EVERYTHING],
    ids=["agi", "redis", "ami", "workers", "web", "everything"],
)
def test_a_live_call_keeps_its_audio_and_a_new_one_reaches_a_person(
    city: City, everything: Parts, killed: tuple[str, ...]
) -> None:
    police = city.desk("110-1")
    operator = city.desk("112-1")
    talking = city.call(number="+628120003001").answered()
    talking.voice.press("11")
    until(lambda: police.invitations and police.call.voice and len(police.call.voice.arrivals) > 50)
    began = time.monotonic()
    everything.kill(*killed)
    calling = city.call(number="+628120003002").answered()
    answered = time.monotonic()
    calling.voice.press("0")
    until(lambda: operator.invitations, what="the operators ring")
    assert operator.call.rang_at - answered < 2.0
    until(lambda: len(calling.voice.arrivals) > 50)
    assert talking.there
    assert talking.voice.longest_silence(began, time.monotonic()) < 0.5
    assert police.call.voice
    assert police.call.voice.longest_silence(began, time.monotonic()) < 0.5


def test_what_could_not_be_stored_is_stored_when_the_store_is_back(city: City, everything: Parts) -> None:
    operator = city.desk("112-1")
    everything.kill("redis")
    caller = city.call(number="+628120003003").answered()
    caller.voice.press("0")
    until(lambda: operator.invitations and operator.call.answered_at)
    incident = operator.call.header("X-Incident-ID")
    everything.start("redis")
    wanted = {Kind.OPENED, Kind.FILED, Kind.HANDED_OFF}
    until(lambda: wanted <= {entry.kind for entry in Store(city.settings).timeline(incident)}, 20)


def test_a_caller_in_the_menu_when_the_gateway_dies_reaches_the_operators(city: City, everything: Parts) -> None:
    operator = city.desk("112-1")
    caller = city.call(number="+628120003004").answered()
    until(lambda: len(caller.voice.arrivals) > 15, what="the menu is heard")
    everything.kill("agi")
    died = time.monotonic()
    until(lambda: operator.invitations)
    assert operator.call.rang_at - died < 2.0
    assert operator.call.header("X-Incident-ID"), "the incident was known before"
    assert caller.there


def test_a_caller_in_the_queue_when_everything_dies_is_still_served(city: City, everything: Parts) -> None:
    operator = city.desk("112-1", None)
    caller = city.call(number="+628120003005").answered()
    caller.voice.press("0")
    until(lambda: operator.invitations)
    everything.kill(*EVERYTHING)
    operator.answer(operator.call)
    until(lambda: operator.call.voice and len(operator.call.voice.arrivals) > 50)
    assert caller.there
