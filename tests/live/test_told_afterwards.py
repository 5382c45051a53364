"""What became of calls while nobody watched is told afterwards; and who refused a call is told from who let it ring."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.calls.conference import Calls, Why
from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.calls_city import calls_city, heard, on_duty
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("afterwards")) as city:
        yield city


def comes(city: City, stand_in: StandIn, queue: str) -> tuple[Caller, str]:
    """A new caller for a queue, and the incident, which the store knows."""
    incident = secrets.token_hex(12)
    stand_in.hand_off(queue, INCIDENT=incident)
    caller = city.call(number=f"+62812000{secrets.randbelow(100_000):05}").answered()
    channel_id = until(lambda: told(city, incident, Kind.QUEUED))[0][2]
    open_for(city, incident, channel_id)
    return caller, incident


def open_for(city: City, incident: str, channel_id: str) -> None:
    """As the dialogue would have; what is recent is known by it."""
    key = f"sip:{channel_id}:opened"
    Store(city.settings).add([Entry(incident, Kind.OPENED, 1_000_000_000.0, {"medium": "call"}, key, channel_id)])


def talks(city: City, stand_in: StandIn, desk: Desk) -> tuple[Caller, str]:
    caller, incident = comes(city, stand_in, desk.name.partition("-")[0])
    until(lambda: desk.talks)
    heard(desk)
    until(lambda: told(city, incident, Kind.ANSWERED))
    return caller, incident


def told(city: City, incident: str, *kinds: Kind) -> list[tuple[Kind, dict[str, Any], str]]:
    entries = Store(city.settings).timeline(incident)
    return [(entry.kind, dict(entry.data), entry.channel_id) for entry in entries if entry.kind in kinds]


def data(city: City, incident: str, kind: Kind) -> list[dict[str, Any]]:
    return [values for _, values, _ in told(city, incident, kind)]


def joined(city: City, calls: Calls, incident: str, first: Desk, second: Desk) -> None:
    calls.invite(first.name, incident, second.name.partition("-")[0], Why.CONFERENCE)
    until(lambda: data(city, incident, Kind.JOINED))
    heard(first, second)


def test_a_desk_that_left_meanwhile_is_told(city: City, stand_in: StandIn, calls: Calls, watch: Parts) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller, incident = talks(city, stand_in, first)
    joined(city, calls, incident, first, second)
    watch.kill("ami")
    calls.leave("110-1", incident)
    until(lambda: not first.talks)
    watch.start("ami")
    until(lambda: data(city, incident, Kind.DEPARTED))
    assert data(city, incident, Kind.DEPARTED) == [{"desk": "110-1", "why": UNSEEN}]
    watch.kill("ami")
    watch.start("ami")
    caller.hang_up()
    until(lambda: data(city, incident, Kind.ENDED))
    assert data(city, incident, Kind.DEPARTED)[0] == {"desk": "110-1", "why": UNSEEN}
    assert [values["desk"] for values in data(city, incident, Kind.DEPARTED)].count("110-1") == 1
    assert len(data(city, incident, Kind.ANSWERED)) == len(data(city, incident, Kind.JOINED)) == 1


def test_a_caller_who_came_back_to_a_queue_meanwhile_is_told_and_waits_anew(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    first = on_duty(city, "110-2")
    caller, incident = talks(city, stand_in, first)
    watch.kill("ami")
    first.answers_after = None
    calls.rescue("110-2")
    until(lambda: len(city.asterisk.waiting("110")) == 1)
    watch.start("ami")
    until(lambda: data(city, incident, Kind.RETURNED))
    assert data(city, incident, Kind.RETURNED) == [{"queue": "110", "why": UNSEEN}]
    queued = until(lambda: data(city, incident, Kind.QUEUED)[1:])
    assert (queued[0]["queue"], queued[0]["again"], queued[0]["why"]) == ("110", True, UNSEEN)
    until(lambda: first.ringing)
    first.answer(first.call)
    until(lambda: len(data(city, incident, Kind.ANSWERED)) == 2)
    assert "waited" not in data(city, incident, Kind.ANSWERED)[1]
    assert caller.there


def test_a_caller_who_went_on_meanwhile_has_overflowed(city: City, stand_in: StandIn, watch: Parts) -> None:
    on_duty(city, "119-1", None)
    _, incident = comes(city, stand_in, "119")
    watch.kill("ami")
    until(lambda: len(city.asterisk.waiting("112")) == 1)
    watch.start("ami")
    until(lambda: len(data(city, incident, Kind.QUEUED)) == 2)
    [overflowed] = data(city, incident, Kind.OVERFLOWED)
    assert (overflowed["queue"], overflowed["to"], overflowed["why"]) == ("119", "112", UNSEEN)


def test_a_caller_who_came_back_and_hung_up_meanwhile_has_left(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    first = on_duty(city, "110-2")
    caller, incident = talks(city, stand_in, first)
    first.answers_after = None
    calls.rescue("110-2")
    until(lambda: len(data(city, incident, Kind.QUEUED)) == 2)
    watch.kill("ami")
    caller.hang_up()
    until(city.asterisk.idle)
    watch.start("ami")
    until(lambda: data(city, incident, Kind.ENDED))
    assert data(city, incident, Kind.LEFT) == [{"why": UNSEEN}]


def test_an_invitation_that_ended_meanwhile_is_told_as_declined(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts
) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1", None)
    _, incident = talks(city, stand_in, first)
    calls.invite("110-1", incident, "118", Why.CONFERENCE)
    until(lambda: second.ringing and data(city, incident, Kind.INVITED))
    watch.kill("ami")
    calls.cancel("110-1", incident)
    until(lambda: not second.ringing)
    watch.start("ami")
    until(lambda: [each for each in data(city, incident, Kind.DECLINED) if "desk" not in each])
    assert {"queue": "118", "why": UNSEEN} in data(city, incident, Kind.DECLINED)


def test_who_refuses_a_call_is_told_from_who_lets_it_ring(city: City, stand_in: StandIn, watch: Parts) -> None:
    refusing, absent = on_duty(city, "110-2", None), on_duty(city, "110-1", None)
    refusing.refuses = 486
    _, incident = comes(city, stand_in, "110")
    until(lambda: len(data(city, incident, Kind.DECLINED)) == 2)
    assert absent.invitations
    declined = {values["desk"]: values["why"] for values in data(city, incident, Kind.DECLINED)}
    assert declined == {"110-2": "refused", "110-1": "no_answer"}


@pytest.mark.parametrize(("status", "why"), [(603, "refused"), (0, "no_answer")])
def test_an_agency_that_refuses_to_come_is_told_from_one_that_does_not_answer(
    city: City, stand_in: StandIn, calls: Calls, watch: Parts, status: int, why: str
) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "119-1", None)
    second.refuses = status
    _, incident = talks(city, stand_in, first)
    calls.invite("110-1", incident, "119", Why.CONFERENCE)
    until(lambda: data(city, incident, Kind.DECLINED))
    assert data(city, incident, Kind.DECLINED) == [{"queue": "119", "why": why}]
