"""Test calls (urn:service:test.sos): answered and sent back by Asterisk alone, bounded, and no call of anybody's."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator

import pytest

from gateway.channels.asterisk import MOST_TEST_CALLS, MOST_TEST_CALLS_BEGUN
from gateway.queues.line_tests import LineTests
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.edge import EdgedCity
from tests.live.edge_nodes import Line
from tests.live.rtp import strength
from tests.live.stand_in import StandIn
from tests.live.wait import until

pytest_plugins = ["tests.live.edge"]

URN = "urn:service:test.sos"


def callers(city: EdgedCity, count: int, urn: str = URN) -> list[Caller]:
    return [city.call(target=urn, number=f"+6281200001{number:03}") for number in range(count)]


def answered(city: EdgedCity, urn: str = URN) -> Caller:
    """A test call that is answered, as soon as the tests before it are forgotten."""

    def attempt() -> Caller | None:
        [caller] = callers(city, 1, urn)
        until(lambda: {200, 486} & set(caller.statuses), what="it has its answer")
        if 200 in caller.statuses:
            return caller.answered()
        caller.hang_up()
        return None

    return until(attempt, what="a test call is answered")  # type: ignore[return-value]


def test_a_test_call_is_answered_and_hears_itself_and_no_dialogue(
    edged_city: EdgedCity, edged_stand_in: StandIn
) -> None:
    caller = answered(edged_city)
    until(lambda: strength(bytes(caller.voice.heard[-1600:]), 440) > 0.5, what="the tone comes back")
    assert edged_stand_in.requests == []
    caller.hang_up()


def test_a_test_of_a_sub_service_is_a_test(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    caller = answered(edged_city, "urn:service:test.sos.police")
    assert edged_stand_in.requests == []
    caller.hang_up()


def test_a_test_call_ends_by_itself(edged_city: EdgedCity) -> None:
    caller = answered(edged_city)
    until(lambda: not caller.there, what="Asterisk hangs up")


def test_one_source_tests_once_at_a_time(edged_city: EdgedCity) -> None:
    first = answered(edged_city)
    [second] = callers(edged_city, 1)
    second.wait_for(486)
    assert first.there
    first.hang_up()


def test_tests_one_after_the_other_are_limited_too(edged_city: EdgedCity) -> None:
    def last_and_one_more() -> list[bool]:
        """Whether the last one of ten seconds was answered, and the next; again if the clock came between."""
        counted = {"G112_TESTS_SINCE": int(time.time()) // 10, "G112_TESTS": MOST_TEST_CALLS_BEGUN - 1}
        for name, value in counted.items():
            edged_city.asterisk.console(f"dialplan set global {name} {value}")
        return [is_answered(number) for number in ("+6281200002001", "+6281200002002")]

    def is_answered(number: str) -> bool:
        caller = edged_city.call(target=URN, number=number)
        until(lambda: {200, 486} & set(caller.statuses), what="it has its answer")
        caller.hang_up()
        return 200 in caller.statuses

    until(lambda: last_and_one_more() == [True, False], what="as many were answered, and no more")


def test_a_flood_of_tests_leaves_room_for_who_calls(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    flood = callers(edged_city, MOST_TEST_CALLS + 4)
    until(lambda: all({200, 486} & set(caller.statuses) for caller in flood), what="each has its answer")
    assert sum(200 in caller.statuses for caller in flood) <= MOST_TEST_CALLS
    edged_city.call(number="+628120000099").answered()
    assert len(edged_stand_in.requests) == 1


@pytest.fixture
def watched(edged_city: EdgedCity) -> Iterator[EdgedCity]:
    with edged_city.running("redis", "ami"):
        until((edged_city.settings.run / LineTests.FILE).exists, what="the queues are watched")
        yield edged_city


def test_a_test_call_is_counted_apart_and_opens_no_incident(watched: EdgedCity) -> None:
    caller = answered(watched)
    file = watched.settings.run / LineTests.FILE
    until(lambda: json.loads(file.read_text())["answered"] == 1, what="it is counted")
    caller.hang_up()
    store = Store(watched.settings)
    told = store.timelines([incident.id for incident in store.recent(200)])
    assert caller.call_id not in [entry.data.get("call_id") for entries in told for entry in entries]


EMERGENCIES = [
    ("urn:service:sos", URN),
    ("urn:service:sos", f"{URN}.police"),
    ("sip:112@127.0.0.1", URN),
    ("tel:112", URN),
    ("urn:service:sos.police", URN),
    (URN, "urn:service:sos"),
    (f"{URN}.police", "urn:service:sos.fire"),
    ("urn:service:test.sosial", URN),
]


@pytest.mark.parametrize(("target", "to"), EMERGENCIES)
def test_what_may_be_an_emergency_is_never_taken_for_a_test(
    edged_city: EdgedCity, edged_stand_in: StandIn, target: str, to: str
) -> None:
    edged_stand_in.hand_off("112")
    with contextlib.closing(Line(edged_city.door)) as line:
        assert line.invite(target=target, to=f"<{to}>").final() == 200
        assert edged_stand_in.last().arguments[5] == line.call_id
