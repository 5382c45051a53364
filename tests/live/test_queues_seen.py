"""What happens in the queues is in the timelines, whoever of us was away meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from gateway.channels.ami import Manager
from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN
from gateway.queues.snapshot import ask, last
from gateway.store import Store
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def watch(whole_city: City) -> Iterator[Parts]:
    """Redis and the process that watches the queues."""
    with whole_city.running("redis", "ami") as parts:
        yield parts


def handed_off(stand_in: StandIn, queue: str, **order: str) -> str:
    """Lets the next call be handed off; returns its incident."""
    incident = secrets.token_hex(12)
    stand_in.hand_off(queue, INCIDENT=incident, **order)
    return incident


def timeline(city: City, incident: str, *until_kind: Kind) -> list[Entry]:
    """The timeline, as soon as it has entries of these kinds."""
    store = Store(city.settings)

    def told() -> list[Entry]:
        entries = store.timeline(incident)
        return entries if set(until_kind) <= {entry.kind for entry in entries} else []

    return until(told, what=f"the timeline has {until_kind}")


def kinds(entries: list[Entry]) -> list[Kind]:
    return [entry.kind for entry in entries]


def test_a_call_is_seen_from_its_queue_to_its_end(city: City, watch: Parts, stand_in: StandIn) -> None:
    desk = city.desk("110-1")
    incident = handed_off(stand_in, "110", NEED="medical")
    caller = city.call()
    until(lambda: desk.invitations and desk.call.answered_at)
    timeline(city, incident, Kind.ANSWERED)
    caller.hang_up()
    entries = timeline(city, incident, Kind.ENDED)
    assert kinds(entries) == [Kind.QUEUED, Kind.RANG, Kind.ANSWERED, Kind.ENDED]
    assert [entry.data.get("desk") for entry in entries] == [None, "110-1", "110-1", None]
    assert "+628120000001" not in repr(entries)


def test_a_caller_who_hangs_up_in_the_queue_has_abandoned(city: City, watch: Parts, stand_in: StandIn) -> None:
    incident = handed_off(stand_in, "112", NEED="fire")
    caller = city.call()
    timeline(city, incident, Kind.QUEUED)
    caller.hang_up()
    entries = timeline(city, incident, Kind.ENDED, Kind.ABANDONED)
    assert kinds(entries) == [Kind.QUEUED, Kind.LEFT, Kind.ENDED, Kind.ABANDONED]
    assert entries[-1].data["follow_up"] == "call_back"


def test_an_overflow_to_a_trunk_names_who_answered(city: City, watch: Parts, stand_in: StandIn) -> None:
    city.neighbour()
    incident = handed_off(stand_in, "113", NEED="fire")
    city.call()
    entries = timeline(city, incident, Kind.ANSWERED)
    assert kinds(entries)[:3] == [Kind.QUEUED, Kind.OVERFLOWED, Kind.ANSWERED]
    assert entries[-1].data["desk"] == "neighbour"


def test_a_call_that_came_without_us_gets_an_incident_afterwards(city: City, watch: Parts) -> None:
    city.desk("112-1")
    number = f"+62812000{secrets.randbelow(100_000):05}"
    city.call(number=number)
    store = Store(city.settings)

    def opened() -> str:
        recent = store.recent(5)
        return next((incident.id for incident in recent if incident.number == number), "")

    entries = timeline(city, until(opened, what="an incident was opened"), Kind.ANSWERED)
    assert kinds(entries)[:2] == [Kind.OPENED, Kind.HANDED_OFF]
    assert {Kind.QUEUED, Kind.RANG, Kind.ANSWERED} <= set(kinds(entries))


def test_what_happened_while_the_watch_was_dead_is_told_as_unseen(city: City, watch: Parts, stand_in: StandIn) -> None:
    staying, leaving = handed_off(stand_in, "112"), ""
    city.call()
    timeline(city, staying, Kind.QUEUED)
    leaving = handed_off(stand_in, "112")
    key = f"sip:handed-off-{leaving}"
    caller = city.call(number="+628120000002")
    channel_id = timeline(city, leaving, Kind.QUEUED)[0].channel_id
    Store(city.settings).add([Entry(leaving, Kind.OPENED, 1.0, {}, f"{key}:opened", channel_id)])
    Store(city.settings).add([Entry(leaving, Kind.HANDED_OFF, 1.0, {"queue": "112"}, f"{key}:handed_off", channel_id)])
    watch.kill("ami")
    caller.hang_up()
    newcomer = handed_off(stand_in, "112")
    city.call(number="+628120000003")
    until(lambda: len(city.asterisk.waiting("112")) == 2)
    watch.start("ami")
    told = {entry.kind: entry.data for entry in timeline(city, leaving, Kind.LEFT, Kind.ABANDONED)}
    assert told[Kind.LEFT]["why"] == UNSEEN
    assert (told[Kind.ABANDONED]["step"], told[Kind.ABANDONED]["follow_up"]) == ("queue 112", "sms")
    assert "not known" in str(told[Kind.ABANDONED]["unseen"])
    assert kinds(timeline(city, newcomer, Kind.QUEUED)) == [Kind.QUEUED]
    assert kinds(timeline(city, staying, Kind.QUEUED)) == [Kind.QUEUED], "it was known already"


def test_the_state_of_the_queues_is_kept_for_displays(city: City, watch: Parts, stand_in: StandIn) -> None:
    city.desk("110-1", answers_after=None)
    incident = handed_off(stand_in, "110", BOUND="60", SILENT="1")
    city.call()
    store = Store(city.settings)

    def waiting() -> list[str]:
        snapshot = last(store)
        return [call.incident for state in snapshot.queues for call in state.waiting] if snapshot else []

    until(lambda: waiting() == [incident], what="the call is in the snapshot")
    with Manager(city.settings) as manager:
        states = {state.name: state for state in ask(manager, 0.0)}
    [call] = states["110"].waiting
    assert (call.incident, call.bound, call.silent) == (incident, 60, True)
    assert states["110"].reachable == 1


def test_a_call_that_a_desk_answered_while_the_watch_was_dead_is_told_with_the_desk(
    city: City, watch: Parts, stand_in: StandIn
) -> None:
    watch.kill("ami")
    desk = city.desk("110-1")
    incident = handed_off(stand_in, "110", NEED="fire")
    caller = city.call()
    until(lambda: desk.invitations and desk.call.answered_at)
    until(lambda: len(caller.answered().voice.arrivals) > 20, what="the two are joined")
    watch.start("ami")
    [answered] = timeline(city, incident, Kind.ANSWERED)
    assert (answered.data["desk"], answered.data["why"]) == ("110-1", UNSEEN)
    caller.hang_up()
    assert kinds(timeline(city, incident, Kind.ENDED)) == [Kind.ANSWERED, Kind.ENDED]
