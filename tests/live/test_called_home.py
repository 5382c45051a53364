"""Who overflowed to the operators is called home as soon as a desk of its own agency is free, and never fares worse."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import pytest

from gateway.channels.ami import Manager
from gateway.incident.timeline import Entry, Kind
from gateway.queues.homeward import AGAIN_SECONDS, ROUND_SECONDS
from gateway.queues.snapshot import last
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def running(whole_city: City) -> Iterator[Parts]:
    with whole_city.running("redis") as parts:
        yield parts


@pytest.fixture
def watch(running: Parts) -> Iterator[Parts]:
    """Redis and a process that watches the queues and knows of nothing before."""
    running.start("ami")
    yield running
    running.kill("ami")


@pytest.fixture
def store(city: City) -> Store:
    return Store(city.settings)


def waits_with_operators(city: City, stand_in: StandIn, queue: str = "118", **order: str) -> tuple[Caller, str]:
    """A caller of an agency that has nobody, who has gone on to the operators; and the incident."""
    incident, before = secrets.token_hex(12), city.asterisk.waiting("112")
    stand_in.hand_off(queue, INCIDENT=incident, **order)
    caller = city.call(number=f"+62812000{secrets.randbelow(100_000):05}").answered()
    until(lambda: len(city.asterisk.waiting("112")) > len(before), what="it waits with the operators")
    return caller, incident


def talks_for_long(city: City, stand_in: StandIn, name: str) -> Desk:
    """A desk that has a caller, and so is free for nobody."""
    desk = city.desk(name)
    stand_in.hand_off(name.partition("-")[0], INCIDENT=secrets.token_hex(12))
    city.call(number="+628120000009").answered()
    until(lambda: desk.talks)
    return desk


def told(store: Store, incident: str, kind: Kind) -> list[Entry]:
    return [entry for entry in store.timeline(incident) if entry.kind is kind]


def moves(store: Store, incident: str) -> list[tuple[object, object, object]]:
    return [(entry.data["queue"], entry.data["to"], entry.data["by"]) for entry in told(store, incident, Kind.MOVED)]


HOME, BACK = ("112", "118", "gateway"), ("118", "112", "gateway")


def waiting(store: Store, queue: str) -> list[str]:
    """The incidents in a queue, its head first, as the watch saw it last."""
    snapshot = last(store)
    calls = [call for state in snapshot.queues if state.name == queue for call in state.waiting] if snapshot else []
    return [call.incident for call in sorted(calls, key=lambda call: call.position)]


def test_a_desk_that_comes_is_rung_and_answers_as_of_the_first_second(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    operator = talks_for_long(city, stand_in, "112-1")
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1")
    until(lambda: desk.talks, what="the caller is called home")
    assert desk.call.header("X-Incident-ID") == incident
    assert caller.there
    assert len(operator.invitations) == 1
    [answered] = until(lambda: told(store, incident, Kind.ANSWERED))
    queued = told(store, incident, Kind.QUEUED)
    assert (answered.data["queue"], answered.data["desk"]) == ("118", "118-1")
    assert float(str(answered.data["waited"])) >= queued[-1].at - queued[0].at
    assert [(entry.data["queue"], entry.data.get("again", False)) for entry in queued] == [
        ("118", False), ("112", False), ("118", True),
    ]  # fmt: skip
    until(lambda: moves(store, incident) == [HOME])
    assert len(told(store, incident, Kind.OVERFLOWED)) == 1


def test_who_is_not_taken_at_home_is_back_before_those_as_urgent_and_is_called_again(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    talks_for_long(city, stand_in, "112-1")
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1", answers_after=None)
    until(lambda: desk.ringing)
    _, urgent = waits_with_operators(city, stand_in, "112", PRIO="50", PRIORITY="1")
    _, later = waits_with_operators(city, stand_in, "112")
    until(lambda: waiting(store, "112") == [urgent, incident, later], what="it has its place again")
    assert moves(store, incident)[:2] == [HOME, BACK]
    desk.answers_after = 0.0
    until(lambda: desk.talks, what="a ring that was missed costs nobody the only desk that is free")
    assert desk.call.header("X-Incident-ID") == incident
    assert caller.there


def test_whom_an_operator_can_take_now_is_not_called_again_at_once(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1", answers_after=None)
    until(lambda: desk.ringing)
    operator = city.desk("112-1", answers_after=None)
    until(lambda: operator.ringing, what="it is back with the operators")
    back = time.time()
    until(lambda: until(lambda: last(store)).at > back + AGAIN_SECONDS + 2, what="it would have been called again")
    assert moves(store, incident)[:2] == [HOME, BACK]
    sent_home = [entry.at for entry in told(store, incident, Kind.MOVED) if entry.data["to"] == "118"]
    assert all(at > back + AGAIN_SECONDS for at in sent_home[1:])
    assert caller.there
    desk.register(expires=0)
    until(lambda: "Unavailable" in city.asterisk.console("queue show 118"))
    watch.watch_queues()
    desk.answers_after = 0.0
    desk.register()
    until(lambda: desk.talks, what="a desk that has come back calls again")


def test_a_caller_whom_an_operator_can_take_is_left_alone(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    operator = city.desk("112-1", answers_after=None)
    _, incident = waits_with_operators(city, stand_in)
    until(lambda: operator.ringing)
    desk = city.desk("118-1")
    operator.answer(operator.call)
    until(lambda: operator.talks)
    assert desk.invitations == []
    until(lambda: told(store, incident, Kind.ANSWERED))
    assert moves(store, incident) == []


def test_an_operator_who_lets_it_ring_does_not_keep_it_from_home(city: City, watch: Parts, stand_in: StandIn) -> None:
    operator = city.desk("112-1", answers_after=None)
    caller, _ = waits_with_operators(city, stand_in)
    until(lambda: operator.ringing)
    desk = city.desk("118-1")
    until(lambda: desk.talks, what="the round of ringing is over")
    until(lambda: not operator.ringing)
    assert caller.there


def test_an_operator_who_is_free_and_never_picks_up_keeps_nobody_from_another_ring_at_home(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    operator = city.desk("112-1", answers_after=None)
    caller, incident = waits_with_operators(city, stand_in)
    until(lambda: operator.ringing)
    desk = city.desk("118-1", answers_after=None)
    until(lambda: desk.ringing)
    until(lambda: moves(store, incident) == [HOME, BACK], what="it is back")
    desk.answers_after = 0.0
    until(lambda: desk.talks, what="it is called home again")
    until(lambda: moves(store, incident) == [HOME, BACK, HOME])
    assert caller.there


def test_an_operator_who_answers_at_the_same_moment_has_the_caller_alone(
    city: City, watch: Parts, stand_in: StandIn
) -> None:
    operator = city.desk("112-1", answers_after=None)
    caller, _ = waits_with_operators(city, stand_in)
    watch.kill("ami")
    desk = city.desk("118-1")
    before = len(operator.invitations)
    until(lambda: len(operator.invitations) > before and operator.ringing, what="a round of ringing has just begun")
    withdraw(city, "112", "118")
    operator.answer(operator.call)
    until(lambda: operator.talks)
    until(lambda: operator.call.voice and len(operator.call.voice.heard) > 4000, what="it hears the caller")
    assert caller.there
    assert desk.invitations == []
    caller.hang_up()
    until(lambda: not operator.talks)
    assert desk.invitations == []


def withdraw(city: City, queue: str, to: str) -> None:
    """What the watch asks of a queue for its first caller."""
    with Manager(city.settings) as manager:
        manager.withdraw(queue, city.asterisk.waiting(queue)[0], to)


def test_who_is_called_by_a_desk_that_is_free_no_more_stays_where_it_was(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    talks_for_long(city, stand_in, "112-1")
    caller, incident = waits_with_operators(city, stand_in)
    _, later = waits_with_operators(city, stand_in, "112")
    until(lambda: told(store, later, Kind.QUEUED))
    channel = city.asterisk.waiting("112")[0]
    until(lambda: waits_since(city, channel) >= 8)
    withdraw(city, "112", "118")
    until(lambda: waits_since(city, channel) < 8, what="it has left and come again")
    watch.watch_queues()
    until(lambda: waiting(store, "112") == [incident, later])
    assert moves(store, incident) == []
    assert len(told(store, incident, Kind.OVERFLOWED)) == 1
    assert [entry.data["queue"] for entry in told(store, incident, Kind.QUEUED)] == ["118", "112"]
    assert caller.there


def waits_since(city: City, channel: str) -> int:
    """Seconds since it entered the operators' queue."""
    with Manager(city.settings) as manager:
        return next((int(each["Wait"]) for each in manager.queue_status("112") if each.get("Channel") == channel), 1000)


def test_who_waits_at_home_for_a_desk_that_refuses_may_go_back_before_the_round_is_over(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1", answers_after=None)
    desk.refuses = 486
    until(lambda: desk.invitations)
    withdraw(city, "118", "112")
    until(lambda: city.asterisk.waiting("112"), ROUND_SECONDS - 2)
    until(lambda: moves(store, incident) == [HOME, BACK])
    assert caller.there


def test_both_desks_that_come_at_once_leave_the_caller_with_one(city: City, watch: Parts, stand_in: StandIn) -> None:
    caller, _ = waits_with_operators(city, stand_in)
    operator = city.desk("112-1", answers_after=0.5)
    desk = city.desk("118-1", answers_after=0.5)
    until(lambda: operator.talks or desk.talks)
    talking = operator if operator.talks else desk
    until(lambda: talking.call.voice and len(talking.call.voice.heard) > 4000, what="it hears the caller")
    assert caller.there
    assert [each.talks for each in (operator, desk)].count(True) == 1


def test_a_caller_who_hangs_up_at_home_has_left_once(city: City, watch: Parts, stand_in: StandIn, store: Store) -> None:
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1", answers_after=None)
    until(lambda: desk.ringing)
    caller.hang_up()
    until(lambda: not desk.ringing)
    until(lambda: told(store, incident, Kind.ABANDONED))
    assert len(told(store, incident, Kind.LEFT)) == len(told(store, incident, Kind.ABANDONED)) == 1
    assert told(store, incident, Kind.LEFT)[0].data["queue"] == "118"


def test_who_watches_again_calls_home_whom_a_desk_came_for_meanwhile(
    city: City, watch: Parts, stand_in: StandIn
) -> None:
    caller, _ = waits_with_operators(city, stand_in)
    watch.kill("ami")
    desk = city.desk("118-1")
    watch.start("ami")
    until(lambda: desk.talks)
    assert caller.there


def test_a_caller_at_home_comes_back_though_nobody_watches_and_is_not_called_anew_too_soon(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    caller, incident = waits_with_operators(city, stand_in)
    desk = city.desk("118-1", answers_after=None)
    until(lambda: desk.ringing)
    watch.kill("ami")
    until(lambda: len(city.asterisk.waiting("112")) == 1, what="it is back of its own accord")
    watch.start("ami")
    until(lambda: len(desk.invitations) > 1, what="it is called again")
    first, second = until(
        lambda: len(homes := [e for e in told(store, incident, Kind.MOVED) if e.data["to"] == "118"]) > 1 and homes
    )
    assert second.at - first.at > AGAIN_SECONDS - 1
    assert caller.there


def test_of_two_callers_the_more_urgent_goes_home_to_the_only_desk(
    city: City, watch: Parts, stand_in: StandIn, store: Store
) -> None:
    _, first = waits_with_operators(city, stand_in, PRIO="30")
    _, urgent = waits_with_operators(city, stand_in, PRIO="40")
    desk = city.desk("118-1")
    until(lambda: desk.talks)
    assert desk.call.header("X-Incident-ID") == urgent
    until(lambda: told(store, urgent, Kind.ANSWERED))
    until(lambda: waiting(store, "112") == [first])
    assert moves(store, first) == []


def test_another_agencys_desk_calls_nobody(city: City, watch: Parts, stand_in: StandIn, store: Store) -> None:
    waits_with_operators(city, stand_in)
    stranger = city.desk("110-1")
    desk = city.desk("118-1")
    until(lambda: desk.talks)
    assert stranger.invitations == []


def test_any_agency_of_its_chain_calls_a_caller_home(city: City, watch: Parts, stand_in: StandIn) -> None:
    waits_with_operators(city, stand_in, "ppa", NEED="violence", DISCREET_NEED="other")
    desk = city.desk("118-1")
    until(lambda: desk.talks)
    assert desk.call.header("X-Need") == "other"
