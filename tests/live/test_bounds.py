"""Nobody waits beyond a bound while desks answer, though violence keeps coming; wherever the call goes meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from gateway.incident.routing import queue_prio
from gateway.incident.timeline import Entry, Kind
from gateway.queues.snapshot import last
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.stand_in import StandIn
from tests.live.wait import until

VIOLENCE, CRIME = (str(queue_prio(priority)) for priority in (1, 3))


@pytest.fixture(scope="module")
def watch(whole_city: City) -> Iterator[Parts]:
    """Redis and the process that watches the queues."""
    with whole_city.running("redis", "ami", "replay") as parts:
        yield parts


def waits(city: City, stand_in: StandIn, prio: str, bound: str = "", queue: str = "112") -> tuple[str, Caller]:
    """A caller who waits in a queue; the incident, and the caller."""
    incident = secrets.token_hex(12)
    stand_in.hand_off(queue, INCIDENT=incident, PRIO=prio, BOUND=bound)
    before = len(city.asterisk.waiting(queue))
    caller = city.call(number=f"+62812000{secrets.randbelow(100_000):05}")
    until(lambda: len(city.asterisk.waiting(queue)) > before, what="the caller waits")
    return incident, caller


def of_kind(city: City, incident: str, kind: Kind) -> list[Entry]:
    return [entry for entry in Store(city.settings).timeline(incident) if entry.kind is kind]


def answered(city: City, desk: Desk, *incidents: str) -> list[str]:
    """The incidents in the order in which the desk answered them, when it has answered these."""

    def order() -> list[str]:
        return [call.header("X-Incident-ID") for call in desk.invitations if call.answered_at]

    until(lambda: set(incidents) <= set(order()), what="all were answered")
    return order()


def busy_desk(city: City, stand_in: StandIn, seconds: float) -> Desk:
    """The only desk of its queue; it speaks with each caller for so long, and is speaking with one now."""
    desk = city.desk("112-1")
    desk.hangs_up_after = seconds
    stand_in.hand_off("112", INCIDENT="first", PRIO=VIOLENCE)
    city.call()
    until(lambda: desk.invitations and desk.call.answered_at, what="the desk is busy")
    return desk


def violence_comes(city: City, stand_in: StandIn) -> str:
    """One more call of violence, in the operators' queue or already at their desk; its incident."""
    incident = secrets.token_hex(12)
    stand_in.hand_off("112", INCIDENT=incident, PRIO=VIOLENCE)
    city.call(number=f"+62812000{secrets.randbelow(100_000):05}").wait_for(200)
    until(lambda: of_kind(city, incident, Kind.QUEUED), what="violence is queued")
    return incident


def test_no_call_waits_beyond_its_bound_while_desks_answer_though_violence_keeps_coming(
    city: City, watch: Parts, stand_in: StandIn
) -> None:
    bound = 20
    desk = busy_desk(city, stand_in, seconds=6)
    bounded, _ = waits(city, stand_in, CRIME, bound=str(bound))
    unbounded, _ = waits(city, stand_in, CRIME)
    desk.hangs_up_after = 2.0
    violence = [violence_comes(city, stand_in)]
    while not of_kind(city, bounded, Kind.ANSWERED):
        # There is always some of it in the queue when the desk gets free.
        if len(city.asterisk.waiting("112")) < 5:
            violence.append(violence_comes(city, stand_in))
    order = answered(city, desk, bounded, unbounded, *violence)
    assert order.index(bounded) < order.index(violence[-1]), "it was put before violence that still waited"
    assert order[-1] == unbounded, "one without a bound waits for all violence"
    assert order.index(violence[0]) < order.index(bounded), "and until its bound came near, it waited for violence too"
    came = [of_kind(city, incident, Kind.QUEUED)[0].at for incident in violence]
    [raised] = of_kind(city, bounded, Kind.RAISED)
    assert max(came) > raised.at - 3, "violence kept coming until it was raised"
    [told] = of_kind(city, bounded, Kind.ANSWERED)
    assert told.data["waited"] <= bound
    assert bound / 2 - 1 <= raised.data["waited"] < bound, "at half of it; Asterisk counts whole seconds"
    assert not of_kind(city, violence[0], Kind.RAISED)


def test_a_raised_call_stays_raised_where_it_overflows_to(city: City, watch: Parts, stand_in: StandIn) -> None:
    ringing = city.desk("119-1", answers_after=None)
    busy = city.desk("112-1")
    busy.hangs_up_after = 30
    stand_in.hand_off("112", INCIDENT="first", PRIO=VIOLENCE)
    city.call()
    until(lambda: busy.invitations and busy.call.answered_at)
    violence, _ = waits(city, stand_in, VIOLENCE)
    raised, _ = waits(city, stand_in, CRIME, bound="2", queue="119")
    until(lambda: of_kind(city, raised, Kind.RAISED), what="the call is raised")
    until(lambda: len(of_kind(city, raised, Kind.QUEUED)) == 2, what="the call overflows to the operators")
    assert ringing.invitations

    def line() -> list[str]:
        snapshot = last(Store(city.settings))
        queues = {state.name: state for state in snapshot.queues} if snapshot else {}
        return [call.incident for call in sorted(queues["112"].waiting, key=lambda call: call.position)]

    until(lambda: line() == [raised, violence], what="it goes before violence there, too")
    assert len(of_kind(city, raised, Kind.RAISED)) == 1


def test_a_call_that_waited_while_the_watch_was_dead_is_raised_when_it_is_back(
    city: City, watch: Parts, stand_in: StandIn
) -> None:
    watch.kill("ami")
    waits(city, stand_in, VIOLENCE)
    late, _ = waits(city, stand_in, CRIME, bound="4")
    watch.start("ami")
    [raised] = until(lambda: of_kind(city, late, Kind.RAISED), what="it is raised")
    assert raised.data["waited"] >= 1
