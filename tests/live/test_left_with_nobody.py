"""Whom a desk has lost, or left, is with somebody again as soon as anybody is free, whoever had it before."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import pytest

from gateway.calls.conference import Calls, Why
from gateway.calls.members import PAGE_LOST
from gateway.calls.moving import move
from gateway.incident.timeline import Kind
from gateway.queues.snapshot import last
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.calls_city import calls_city, heard, on_duty
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.stand_in import StandIn
from tests.live.wait import until

VIOLENCE = {"NEED": "violence", "DISCREET_NEED": "other", "PRIO": "50", "PRIORITY": "1"}


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("left")) as city:
        yield city


def talking(city: City, stand_in: StandIn, desk: Desk, **order: str) -> tuple[Caller, str]:
    incident = secrets.token_hex(12)
    stand_in.hand_off(desk.name.partition("-")[0], INCIDENT=incident, **order)
    caller = city.call(number=f"+62812000{secrets.randbelow(100_000):05}").answered()
    until(lambda: desk.talks)
    heard(desk)
    return caller, incident


def lose(calls: Calls, desk: Desk) -> None:
    """Its page is gone, and the duty of its desk ends as it does then."""
    calls.manager.pause(desk.name, True, PAGE_LOST)
    calls.rescue(desk.name)


def kinds(city: City, incident: str) -> list[Kind]:
    return [entry.kind for entry in Store(city.settings).timeline(incident)]


def test_the_caller_of_the_only_desk_that_is_lost_comes_to_the_operators_at_once(
    city: City, stand_in: StandIn, calls: Calls
) -> None:
    desk, operator = on_duty(city, "110-2"), on_duty(city, "112-1")
    caller, _ = talking(city, stand_in, desk)
    lose(calls, desk)
    until(lambda: operator.talks, what="long before the minutes of the rule")
    heard(operator)
    assert caller.there


def test_callers_of_a_queue_whose_last_desk_goes_do_not_wait_for_nobody(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    desk, operator = on_duty(city, "110-2", None), on_duty(city, "112-1")
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: desk.ringing)
    lose(calls, desk)
    until(lambda: operator.talks, what="long before the minutes of the rule")
    assert caller.there


def test_a_victim_whom_the_second_agency_lost_goes_back_to_the_first(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    first, second, operator = on_duty(city, "110-2"), on_duty(city, "118-2"), on_duty(city, "112-1")
    talking(city, stand_in, operator)
    caller, incident = talking(city, stand_in, first, **VIOLENCE)
    calls.invite("110-2", incident, "118", Why.TRANSFER)
    until(lambda: second.talks)
    heard(second)
    calls.leave("110-2", incident)
    until(lambda: not first.talks)
    lose(calls, second)
    until(lambda: first.talks, what="its desk is free, and nobody else's")
    heard(first)
    assert first.call.header("X-Need") == "violence"
    assert caller.there
    until(lambda: kinds(city, incident).count(Kind.ANSWERED) == 2)
    assert kinds(city, incident).count(Kind.RETURNED) == 1


def test_whom_a_supervisor_moved_to_the_operators_stays_with_them(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    desk, operator = on_duty(city, "110-2", None), on_duty(city, "112-1")
    talking(city, stand_in, operator)
    incident = secrets.token_hex(12)
    stand_in.hand_off("110", INCIDENT=incident)
    city.call(number="+628120000031").answered()
    until(lambda: desk.ringing)
    move(calls.manager, incident, "112")
    until(lambda: city.asterisk.waiting("112") and not desk.ringing)
    other = secrets.token_hex(12)
    stand_in.hand_off("ppa", INCIDENT=other)
    city.call(number="+628120000032").answered()
    until(lambda: len(city.asterisk.waiting("112")) == 2)
    desk.answers_after = 0.0
    on_duty(city, "ppa-1")
    until(lambda: other_talks(city), what="who overflowed later is called home")
    assert len(desk.invitations) == 1


def other_talks(city: City) -> bool:
    return any(desk.name == "ppa-1" and desk.talks for desk in city.desks)


def test_who_is_invited_to_the_operators_is_no_caller_to_be_called_home(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    first, operator = on_duty(city, "110-2"), on_duty(city, "112-1")
    talking(city, stand_in, operator)
    _, incident = talking(city, stand_in, first)
    free = on_duty(city, "110-1")
    calls.invite("110-2", incident, "112", Why.CONFERENCE)
    until(lambda: Kind.INVITED in kinds(city, incident))
    looked = time.time() + 4
    until(lambda: (seen := last(Store(city.settings))) and seen.at > looked, what="a caller would have been called")
    assert free.invitations == []
    heard(first)
    assert Kind.MOVED not in kinds(city, incident)
