"""The dialplan alone: whatever becomes of the gateway, a caller reaches the operators."""

from __future__ import annotations

from tests.live.conftest import City
from tests.live.stand_in import StandIn
from tests.live.wait import until


def test_without_any_gateway_a_caller_reaches_the_operators(city: City) -> None:
    desk = city.desk("112-1")
    caller = city.call().answered()
    until(lambda: desk.invitations and desk.call.answered_at)
    until(lambda: len(caller.voice.arrivals) > 20, what="audio comes back from the desk")
    assert desk.call.header("X-Priority") == "2"
    assert desk.call.header("X-Need") == "unknown"


def test_a_gateway_that_dies_in_the_dialogue_leaves_the_caller_to_the_operators(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.script = ("ANSWER", "close")
    caller = city.call().answered()
    until(lambda: desk.invitations)
    assert caller.there


def test_a_gateway_that_hangs_leaves_the_caller_to_the_operators(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.script = ("hang",)
    caller = city.call().answered()
    until(lambda: desk.invitations)
    assert caller.there
