"""Where a call goes that nobody answers, and that it waits for ever at the end."""

from __future__ import annotations

from gateway.channels.ami import Manager
from tests.live.city import City
from tests.live.rtp import strength
from tests.live.stand_in import StandIn
from tests.live.wait import until


def test_an_unanswered_call_goes_on_to_the_operators_with_its_priority(city: City, stand_in: StandIn) -> None:
    city.desk("119-1", None)
    operator = city.desk("112-1")
    stand_in.hand_off("119", PRIO="50", PRIORITY="1")
    city.call().answered()
    until(lambda: operator.invitations)
    assert operator.call.header("X-Priority") == "1"


def test_a_queue_without_any_desk_keeps_nobody(city: City, stand_in: StandIn) -> None:
    operator = city.desk("112-1")
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: operator.invitations, what="long before the minutes of a queue with desks")
    assert caller.there


def test_a_queue_whose_desks_are_all_passed_over_keeps_nobody(city: City, stand_in: StandIn) -> None:
    city.desk("110-1", None)
    operator = city.desk("112-1")
    city.asterisk.console("queue pause member PJSIP/110-1")
    try:
        stand_in.hand_off("110")
        city.call().answered()
        until(lambda: operator.invitations, what="long before the minutes of a queue with desks")
    finally:
        city.asterisk.console("queue unpause member PJSIP/110-1")


def test_the_chain_goes_over_another_agency_which_learns_no_more_than_it_may(city: City, stand_in: StandIn) -> None:
    ambulance = city.desk("118-1", None)
    operator = city.desk("112-1", None)
    stand_in.hand_off("ppa", NEED="violence", DISCREET_NEED="other")
    city.call().answered()
    until(lambda: ambulance.invitations)
    until(lambda: operator.invitations)
    assert [ambulance.call.header("X-Need"), operator.call.header("X-Need")] == ["other", "violence"]


def test_a_telephone_number_over_a_trunk_is_a_target(city: City, stand_in: StandIn) -> None:
    neighbour = city.neighbour()
    stand_in.hand_off("113", NEED="fire", DISCREET_NEED="fire")
    caller = city.call().answered()
    until(lambda: neighbour.invitations and neighbour.call.answered_at)
    assert "sip:0210000119@" in neighbour.call.invite.start
    assert neighbour.call.header("X-Incident-ID") == "abc123"
    until(lambda: neighbour.call.voice and len(neighbour.call.voice.arrivals) > 50, what="the whisper is over")
    neighbour.hang_up()
    until(lambda: not caller.there, what="the call has ended when its answerer hung up")


def test_a_number_that_does_not_answer_leaves_the_call_to_the_operators(city: City, stand_in: StandIn) -> None:
    neighbour = city.neighbour(None)
    operator = city.desk("112-1")
    stand_in.hand_off("113", NEED="fire", DISCREET_NEED="fire")
    city.call().answered()
    until(lambda: neighbour.invitations)
    until(lambda: operator.invitations)


def test_a_trunk_that_is_dead_leaves_the_call_to_the_operators(city: City, stand_in: StandIn) -> None:
    operator = city.desk("112-1")
    stand_in.hand_off("113", NEED="fire", DISCREET_NEED="fire")
    city.call().answered()
    until(lambda: operator.invitations)


def test_desks_that_decline_lose_no_caller(city: City, stand_in: StandIn) -> None:
    busy = city.desk("112-1")
    busy.refuses = 486
    stand_in.hand_off("112")
    caller = city.call().answered()
    until(lambda: len(busy.invitations) > 2)
    assert caller.there
    busy.refuses = 0
    until(lambda: busy.call.answered_at)


def test_an_unknown_queue_is_the_operators(city: City, stand_in: StandIn) -> None:
    operator = city.desk("112-1")
    stand_in.hand_off("999")
    city.call().answered()
    until(lambda: operator.invitations)


def test_a_waiting_talker_hears_ringing_and_a_silent_caller_hears_nothing(city: City, stand_in: StandIn) -> None:
    city.desk("112-1", None)
    stand_in.hand_off("112")
    talker = city.call(number="+628120000001").answered()
    until(lambda: len(city.asterisk.waiting("112")) == 1)
    stand_in.hand_off("112", SILENT="1")
    silent = city.call(number="+628120000002").answered()
    until(lambda: len(talker.voice.heard) > 16000 and len(silent.voice.heard) > 16000)
    second = [bytes(talker.voice.heard[start : start + 800]) for start in range(0, 16000, 800)]
    assert max(strength(part, 425.0) for part in second) > 0.8
    assert set(silent.voice.heard) <= {0xD5, 0x55}


def test_a_call_back_waits_for_a_desk_and_then_rings_the_number(city: City) -> None:
    operator = city.desk("112-1")
    neighbour = city.neighbour()
    with Manager(city.settings) as manager:
        manager.originate(
            channel="Local/s@g112-callback/n",
            context="g112-callback-out",
            extension="s",
            variables={"__G112_CALL_BACK": "%2B628120000001", "__G112_INCIDENT": "abc123", "__G112_QUEUE": "112",
                       "__G112_PRIO": "30", "__G112_LANGUAGE": "id", "__G112_NEED": "medical"},
            ring_seconds=60,
        )  # fmt: skip
    until(lambda: neighbour.invitations and neighbour.call.answered_at)
    assert operator.call.header("X-Incident-ID") == "abc123"
    assert "sip:+628120000001@" in neighbour.call.invite.start
    assert operator.call.answered_at < neighbour.call.rang_at
