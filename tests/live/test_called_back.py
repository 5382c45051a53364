"""A desk rings a caller back: from there on it is a call like any other, which is not lost with its desk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from gateway.calls.conference import Calls, Why
from gateway.channels.ami import Manager
from gateway.desk.on_the_line import ENDED, on_the_line
from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import NO_DESK
from gateway.queues.snapshot import last
from gateway.queues.state import WaitingCall
from gateway.store import Store
from tests.live.calls_city import calls_city, on_duty
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.wait import until

NUMBER = "+6281200000001"


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("called"), endless_rounds=True) as city:
        yield city


def called_back(city: City, calls: Calls, desk: Desk) -> Desk:
    """The telephone that was rung by this desk, which talks with it."""
    other = city.neighbour()
    values = {
        "__G112_INCIDENT": "abc123", "__G112_QUEUE": "110", "__G112_NEED": "crime", "__G112_DISCREET_NEED": "crime",
        "__G112_LANGUAGE": "id", "__G112_CALL_BACK": quote(NUMBER), "__G112_TOLD": "G112_NEED",
    }  # fmt: skip
    place = f"Local/{desk.name}@g112-callback-desk/n"
    calls.manager.originate(place, "g112-callback-out", "s", values, channel_id=f"callback-{desk.name}-1")
    until(lambda: other.talks and desk.talks)
    until(lambda: [contact.talking for contact in calls.all()] == [(desk.name,)])
    return other


def test_the_desk_is_told_whom_it_calls_and_ends_the_call(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-2")
    other = called_back(city, calls, desk)
    assert desk.call.header("X-Incident-ID") == "abc123"
    calls.end("110-2", "abc123")
    until(lambda: not other.talks)
    until(city.asterisk.idle)


def test_a_telephone_that_hangs_up_ends_it(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-1")
    other = called_back(city, calls, desk)
    desk.hang_up()
    until(lambda: not other.talks)
    until(city.asterisk.idle)


def test_whom_a_lost_page_called_waits_at_a_queues_head(city: City, calls: Calls) -> None:
    desk = on_duty(city, "110-2")
    other = called_back(city, calls, desk)
    desk.answers_after = None
    calls.rescue("110-2")
    until(lambda: city.asterisk.waiting("110"))
    assert other.talks


def test_another_agency_comes_to_it(city: City, calls: Calls) -> None:
    desk, second = on_duty(city, "110-2"), on_duty(city, "118-1")
    other = called_back(city, calls, desk)
    calls.invite("110-2", "abc123", "118", Why.TRANSFER)
    until(lambda: {each for contact in calls.all() for each in contact.talking} == {"110-2", "118-1"})
    until(lambda: [contact for contact in calls.all() if contact.together])
    calls.leave("110-2", "abc123")
    until(lambda: not desk.talks)
    assert second.talks
    assert other.talks


# the gateway's own, which seeks a desk by a queue


@pytest.fixture
def watch(whole_city: City) -> Iterator[Parts]:
    with whole_city.running("redis") as parts:
        parts.start("ami")
        yield parts


def hung_up(city: City) -> tuple[Store, str]:
    """A caller who hung up before anybody answered, and for whom the desks of 110 are rung; and the incident."""
    store, incident, now = Store(city.settings), secrets.token_hex(12), time.time()
    contact = f"{now:.3f}"
    entries = [
        Entry(incident, Kind.OPENED, now - 9, {"number": NUMBER, "trunk": "trial"}, channel_id=contact),
        Entry(incident, Kind.FILED, now - 5, {"nature": "crime"}, channel_id=contact),
        Entry(incident, Kind.HANDED_OFF, now - 5, {"queue": "110", "priority": 2}, channel_id=contact),
        Entry(incident, Kind.ABANDONED, now - 3, {"queue": "110"}, channel_id=contact),
    ]
    store.add(entries)
    values = {
        "__G112_INCIDENT": incident, "__G112_QUEUE": "110", "__G112_PRIO": "30", "__G112_NEED": "crime",
        "__G112_DISCREET_NEED": "crime", "__G112_LANGUAGE": "id", "__G112_CALL_BACK": quote(NUMBER),
    }  # fmt: skip
    with Manager(city.settings) as manager:
        manager.originate(
            "Local/s@g112-callback/n",
            "g112-callback-out",
            "s",
            values,
            ring_seconds=60,
            channel_id=f"callback-{contact}-1",
        )
    until(lambda: told(store, incident, Kind.QUEUED))
    return store, incident


def told(store: Store, incident: str, kind: Kind) -> list[Entry]:
    return [entry for entry in store.timeline(incident) if entry.kind is kind]


def outcomes(store: Store, incident: str) -> list[object]:
    return [entry.data["outcome"] for entry in told(store, incident, Kind.FOLLOW_UP)]


def waiting(store: Store) -> list[WaitingCall]:
    snapshot = last(store)
    return [call for state in snapshot.queues if state.name == "110" for call in state.waiting] if snapshot else []


@pytest.mark.parametrize("what", [Kind.TAKEN, Kind.CLOSED, Kind.ANSWERED])
def test_desks_are_rung_no_more_for_a_caller_whom_somebody_is_to_reach(city: City, watch: Parts, what: Kind) -> None:
    desk = on_duty(city, "110-1")
    desk.answers_after = None
    store, incident = hung_up(city)
    until(lambda: desk.ringing)
    store.add([Entry(incident, what, time.time(), {"queue": "110", "desk": "110-2"}, channel_id="c2")])
    until(lambda: not desk.ringing, what="it goes at once, out of its round of ringing")
    until(lambda: told(store, incident, Kind.ENDED))
    until(city.asterisk.idle)
    assert not city.asterisk.waiting("110")


def test_who_waits_for_a_desk_to_be_called_back_is_no_caller_and_has_one_end(city: City, watch: Parts) -> None:
    on_duty(city, "110-1").answers_after = None
    store, incident = hung_up(city)
    [call] = until(lambda: waiting(store))
    assert call.call_back
    city.asterisk.console(f"channel request hangup {call.channel}")
    until(city.asterisk.idle)
    until(lambda: not waiting(store))
    until(lambda: told(store, incident, Kind.ENDED))
    assert len(told(store, incident, Kind.ENDED)) == 1
    assert told(store, incident, Kind.LEFT)[0].data["why"] == NO_DESK


def test_who_was_reached_and_lost_with_the_desk_is_a_caller_whom_no_entry_ends(
    city: City, watch: Parts, calls: Calls
) -> None:
    other, desk = city.neighbour(), on_duty(city, "110-2")
    store, incident = hung_up(city)
    until(lambda: other.talks and desk.talks)
    until(lambda: told(store, incident, Kind.ANSWERED))
    until(lambda: outcomes(store, incident) == ["reached"])
    desk.answers_after = None
    calls.rescue("110-2")
    [call] = until(lambda: waiting(store))
    assert not call.call_back
    seen = until(lambda: last(store)).at
    until(lambda: until(lambda: last(store)).at > seen + 3)
    assert other.talks
    assert waiting(store)


def test_who_does_not_answer_the_call_back_is_told_as_not_reached(city: City, watch: Parts) -> None:
    other, desk = city.neighbour(), on_duty(city, "110-2")
    other.refuses = 486
    store, incident = hung_up(city)
    until(lambda: other.invitations)
    until(lambda: outcomes(store, incident) == ["not_reached"])
    until(lambda: not desk.talks)
    line = on_the_line("110-2", store.timeline(incident))
    assert line
    assert line.state == ENDED
