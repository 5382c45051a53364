"""A caller hangs up, at whatever moment: nothing keeps ringing, nothing is left behind, and the desk is free again."""

from __future__ import annotations

from tests.live.city import City
from tests.live.stand_in import StandIn
from tests.live.wait import until


def test_before_the_answer(city: City, stand_in: StandIn) -> None:
    stand_in.script = ("hang",)
    caller = city.call().wait_for(180)
    caller.hang_up()
    assert 487 in caller.statuses
    until(city.asterisk.idle)


def test_while_no_desk_is_there(city: City, stand_in: StandIn) -> None:
    stand_in.hand_off("112")
    caller = city.call().answered()
    until(lambda: city.asterisk.waiting("112"))
    caller.hang_up()
    until(city.asterisk.idle)
    assert city.asterisk.waiting("112") == []


def test_while_a_desk_rings(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1", None)
    stand_in.hand_off("112")
    caller = city.call().answered()
    until(lambda: desk.invitations)
    caller.hang_up()
    until(lambda: desk.call.ended_at, what="the desk stops ringing")
    until(city.asterisk.idle)


def test_during_the_whisper(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.hand_off("112", WHISPER="&".join(["place/31.75"] * 20))
    caller = city.call().answered()
    until(lambda: desk.invitations and desk.call.voice and len(desk.call.voice.arrivals) > 10)
    caller.hang_up()
    until(lambda: desk.call.ended_at, what="the desk is freed, and need not hear the whisper out")
    until(city.asterisk.idle)


def test_while_talking(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1")
    stand_in.hand_off("112")
    caller = city.call().answered()
    until(lambda: desk.invitations and desk.call.voice and len(desk.call.voice.arrivals) > 50)
    caller.hang_up()
    until(lambda: desk.call.ended_at)
    until(city.asterisk.idle)


def test_a_desk_that_was_left_rings_for_the_next_caller(city: City, stand_in: StandIn) -> None:
    desk = city.desk("112-1", None)
    stand_in.hand_off("112")
    first = city.call(number="+628120000001").answered()
    until(lambda: desk.invitations)
    first.hang_up()
    city.call(number="+628120000002").answered()
    until(lambda: len(desk.invitations) == 2)
    assert "+628120000002" in desk.call.header("From")
