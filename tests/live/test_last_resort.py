"""The dialplan alone: whatever becomes of the gateway, a caller reaches the operators."""

from __future__ import annotations

from tests.live.city import City
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


def test_who_told_of_violence_before_the_gateway_fell_silent_has_told_it(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.script = ('EXEC MSet "__G112_NEED=violence,__G112_DISCREET_NEED=other"', "ANSWER", "close")
    city.call().answered()
    until(lambda: desk.invitations)
    assert desk.call.header("X-Need") == "violence"


def test_a_second_leg_that_nobody_can_resume_reaches_the_operators(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.script = ("close",)
    city.call(address="127.0.0.4", headers=("X-Incident-ID: abc", "X-Handoff: token")).answered()
    until(lambda: desk.invitations)
    assert stand_in.last().values["agi_network_script"] == "resume"
    assert stand_in.last().arguments == ["twilio", "abc", "token"]


def test_a_desk_that_loses_power_leaves_its_caller_to_another(city: City, stand_in: StandIn) -> None:
    dying = city.desk("110-1")
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: dying.invitations and dying.call.voice and len(dying.call.voice.arrivals) > 50)
    dying.close()
    other = city.desk("110-2")
    until(lambda: other.invitations and other.call.answered_at, what="the caller is rung elsewhere")
    assert caller.there
