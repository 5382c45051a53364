"""What becomes of a call that more than one desk has is told in its timeline, and seen in the state of the queues."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.calls.conference import Calls, Why
from gateway.calls.moving import move
from gateway.incident.timeline import Entry, Kind
from gateway.queues.snapshot import ask, last
from gateway.queues.state import QueueState
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.calls_city import calls_city, heard, on_duty
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.wait import until

NUMBERS = (f"+6281200001{count:03d}" for count in itertools.count(1))
"""One for each caller: a number that calls again joins its incident."""

OF_CALLS = {Kind.INVITED, Kind.JOINED, Kind.DECLINED, Kind.DEPARTED, Kind.RETURNED, Kind.KEYED, Kind.ANSWERED}


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("told")) as city:
        yield city


@pytest.fixture
def store(city: City, parts: Parts) -> Store:
    return Store(city.settings)


def talking(city: City, store: Store, desk: Desk, key: str = "2") -> tuple[Caller, str]:
    """A caller who pressed a key in the dialogue and talks with this desk, and the incident."""
    before = {incident.id for incident in store.recent(50)}
    caller = city.call(number=next(NUMBERS)).answered()
    caller.voice.press(key)
    until(lambda: desk.talks)
    heard(desk)
    [incident] = until(lambda: [each.id for each in store.recent(50) if each.id not in before])
    return caller, incident


def told(store: Store, incident: str, *kinds: Kind) -> list[tuple[str, dict[str, Any]]]:
    wanted = kinds or tuple(OF_CALLS)
    return [(entry.kind.value, dict(entry.data)) for entry in store.timeline(incident) if entry.kind in wanted]


def has(store: Store, incident: str, kind: Kind) -> Entry | None:
    return next((entry for entry in store.timeline(incident) if entry.kind is kind), None)


def seen(store: Store, queue: str) -> QueueState:
    snapshot = until(lambda: last(store))
    return next(state for state in snapshot.queues if state.name == queue)


def test_a_transfer_is_told_step_by_step(city: City, store: Store, calls: Calls) -> None:
    first, second = on_duty(city, "118-1"), on_duty(city, "113-1")
    caller, incident = talking(city, store, first)
    second.answers_after = None
    calls.invite("118-1", incident, "113", Why.TRANSFER)
    until(lambda: has(store, incident, Kind.INVITED))
    until(lambda: seen(store, "113").invited)
    assert [each.desk for each in seen(store, "113").invited] == ["118-1"]
    assert seen(store, "113").waiting == ()
    until(lambda: second.invitations)
    until(lambda: ("rang", {"queue": "113", "desk": "113-1"}) in told(store, incident, Kind.RANG))
    second.answer(second.call)
    until(lambda: has(store, incident, Kind.JOINED))
    until(lambda: {call.desk for call in seen(store, "118").talking + seen(store, "113").talking} == {"118-1", "113-1"})
    assert seen(store, "113").invited == ()
    direct = {(call.incident, call.desk) for state in ask(calls.manager, 0.0) for call in state.talking}
    assert direct == {(incident, "118-1"), (incident, "113-1")}
    first.hang_up()
    until(lambda: has(store, incident, Kind.DEPARTED))
    until(lambda: not seen(store, "118").talking)
    assert [call.desk for call in seen(store, "113").talking] == ["113-1"]
    caller.hang_up()
    until(lambda: has(store, incident, Kind.ENDED))
    steps = told(store, incident, Kind.INVITED, Kind.JOINED, Kind.DEPARTED)
    assert steps[:3] == [
        ("invited", {"queue": "113", "desk": "118-1", "why": "transfer"}),
        ("joined", {"queue": "113", "desk": "113-1"}),
        ("departed", {"desk": "118-1"}),
    ]
    queued = [entry.data["queue"] for entry in store.timeline(incident) if entry.kind is Kind.QUEUED]
    assert queued == ["118"], "the invitation is no caller who waits"


def test_that_nobody_comes_is_told(city: City, store: Store, calls: Calls) -> None:
    first = on_duty(city, "118-1")
    on_duty(city, "113-1", None)
    _, incident = talking(city, store, first)
    calls.invite("118-1", incident, "113", Why.CONFERENCE)
    until(lambda: has(store, incident, Kind.INVITED))
    calls.cancel("118-1", incident)
    until(lambda: has(store, incident, Kind.DECLINED))
    assert told(store, incident, Kind.DECLINED) == [("declined", {"queue": "113", "why": "cancelled"})]


def test_a_caller_who_comes_back_is_told_and_counted_once(city: City, store: Store, calls: Calls) -> None:
    first = on_duty(city, "118-2")
    _, incident = talking(city, store, first)
    first.hang_up()
    until(lambda: has(store, incident, Kind.RETURNED))
    until(lambda: len(told(store, incident, Kind.ANSWERED)) == 2, what="it is answered again")
    assert told(store, incident, Kind.RETURNED) == [("returned", {"queue": "118", "why": "left"})]
    again = told(store, incident, Kind.ANSWERED)[1][1]
    assert "waited" not in again, "the time at a desk was no waiting"


def test_what_a_telephone_answered_and_did_not_accept_is_not_answered(city: City, store: Store) -> None:
    absent, present = city.desk("110-3"), city.desk("110-4", None)
    before = {incident.id for incident in store.recent(50)}
    city.call(number=next(NUMBERS)).answered().voice.press("4")
    until(lambda: absent.invitations or present.invitations)
    if present.ringing:
        present.answer(present.call)
    present.keys, present.answers_after = "1", 0.0
    [incident] = until(lambda: [each.id for each in store.recent(50) if each.id not in before])
    until(lambda: has(store, incident, Kind.ANSWERED))
    declined = [data["desk"] for kind, data in told(store, incident, Kind.DECLINED)]
    assert declined
    assert set(declined) <= {"110-3", "110-4"}
    assert [data["desk"] for _, data in told(store, incident, Kind.ANSWERED)] == ["110-4"]
    assert not has(store, incident, Kind.OVERFLOWED)


def test_a_caller_who_was_moved_did_not_overflow(city: City, store: Store, calls: Calls) -> None:
    desk, _ = on_duty(city, "118-1", None), on_duty(city, "ppa-1", None)
    before = {incident.id for incident in store.recent(50)}
    city.call(number=next(NUMBERS)).answered().voice.press("2")
    until(lambda: desk.ringing)
    [incident] = until(lambda: [each.id for each in store.recent(50) if each.id not in before])
    move(calls.manager, incident, "ppa")
    until(lambda: len([entry for entry in store.timeline(incident) if entry.kind is Kind.QUEUED]) == 2)
    assert not has(store, incident, Kind.OVERFLOWED)


def test_who_came_while_the_watch_was_dead_is_told_once(city: City, store: Store, calls: Calls, parts: Parts) -> None:
    first, second = on_duty(city, "118-1"), on_duty(city, "113-1")
    _, incident = talking(city, store, first)
    parts.kill("ami")
    calls.invite("118-1", incident, "113", Why.CONFERENCE)
    until(lambda: [contact for contact in calls.all() if contact.together])
    heard(first, second)
    parts.start("ami")
    until(lambda: has(store, incident, Kind.JOINED))
    until(lambda: {call.desk for call in seen(store, "118").talking + seen(store, "113").talking} == {"118-1", "113-1"})
    parts.kill("ami")
    before = until(lambda: last(store)).at
    parts.start("ami")
    until(lambda: until(lambda: last(store)).at > before, what="it watches again")
    first.hang_up()
    until(lambda: has(store, incident, Kind.DEPARTED))
    assert len(told(store, incident, Kind.JOINED)) == len(told(store, incident, Kind.ANSWERED)) == 1


def test_keys_of_a_caller_are_told_while_a_desk_has_it(city: City, store: Store) -> None:
    desk = on_duty(city, "118-1")
    caller, incident = talking(city, store, desk)
    caller.voice.press("12")
    until(lambda: len(told(store, incident, Kind.KEYED)) == 2)
    assert told(store, incident, Kind.KEYED) == [("keyed", {"key": "1"}), ("keyed", {"key": "2"})]
