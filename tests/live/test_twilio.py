"""Callers who come through Twilio: over HTTP to the real application, over SIP into the real Asterisk, to a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.incident.report import Nature
from tests.live.city import City
from tests.live.twilio_door import OPERATORS, TwilioDoor
from tests.live.wait import until
from tests.twilio_stand_in import HANG_UP
from tests.twiml import Leg


@pytest.fixture(scope="module")
def whole_door(whole_city: City) -> Iterator[TwilioDoor]:
    door = TwilioDoor(whole_city)
    try:
        door.start()
        yield door
    finally:
        door.parts.stop()


@pytest.fixture
def door(whole_door: TwilioDoor, city: City) -> TwilioDoor:
    assert city is whole_door.city
    return whole_door


@pytest.mark.parametrize(
    ("keys", "desk", "need", "priority"),
    [
        (["1", "1"], "110-1", "violence", "1"),
        (["1", "2"], "110-1", "violence", "1"),
        (["1", None], "110-1", "violence", "1"),
        (["2"], "118-1", "medical", None),
        (["3"], "113-1", "fire", None),
        (["9", "4"], "110-1", "crime", None),
        (["0"], "112-1", "unknown", None),
        ([None], "112-1", "unknown", None),
    ],
)
def test_a_caller_through_twilio_reaches_the_desk_that_the_table_says(
    door: TwilioDoor, keys: list[str | None], desk: str, need: str, priority: str | None
) -> None:
    telephone = door.city.desk(desk)
    told = door.twilio.call(keys, [door.asterisk], caller="")
    assert (told.fell_back, len(told.legs), told.end) == (0, 1, "the document hangs up")
    invite = telephone.call
    incident = told.legs[0].headers["X-Incident-ID"]
    assert invite.header("X-Incident-ID") == incident
    assert invite.header("X-Need") == need
    assert priority in (None, invite.header("X-Priority"))
    until(lambda: "ended" in door.kinds(incident))
    assert door.kinds(incident).count("opened") == 1
    assert "answered" in door.kinds(incident)


def test_a_silent_report_is_silent_at_the_desk(door: TwilioDoor) -> None:
    telephone = door.city.desk("110-1")
    door.twilio.call(["1", "2"], [door.asterisk], caller="")
    assert telephone.call.header("X-Silent") == "yes"


def test_a_forged_hand_off_waits_for_the_operators(door: TwilioDoor) -> None:
    telephone = door.city.desk("112-1")

    def forging(leg: Leg) -> str:
        headers = dict(leg.headers) | {"X-Handoff": leg.headers["X-Handoff"][:-2] + "AA"}
        return door.asterisk(Leg(leg.kind, leg.to, headers | {"X-Incident-ID": "forged"}, "", 10))

    door.twilio.call(["1", "1"], [forging], caller="")
    assert telephone.call.header("X-Need") == Nature.UNKNOWN


def test_a_caller_who_hangs_up_in_the_queue_is_told_of_by_asterisk(door: TwilioDoor) -> None:
    door.city.desk("118-1", answers_after=None)

    def waits_and_leaves(leg: Leg) -> str:
        caller = door.dial(leg)
        until(lambda: "queued" in door.kinds(leg.headers["X-Incident-ID"]))
        caller.hang_up()
        return HANG_UP

    told = door.twilio.call(["2"], [waits_and_leaves], caller="")
    incident = told.legs[0].headers["X-Incident-ID"]
    until(lambda: "abandoned" in door.kinds(incident))
    assert told.end == HANG_UP


def test_a_caller_who_hangs_up_in_the_dialogue_is_told_of_by_twilio(door: TwilioDoor) -> None:
    told = door.twilio.call(["1", HANG_UP], caller="")
    incident = door.store.incident_of(f"twilio:{told.sid}:opened")
    assert incident
    assert door.kinds(incident)[-4:] == ["asked", "asked", "abandoned", "ended"]


def test_with_asterisk_out_of_reach_the_operators_are_telephoned(door: TwilioDoor) -> None:
    told = door.twilio.call(["2"], ["failed", "completed"], caller="")
    assert [leg.kind for leg in told.legs] == ["sip", "number"]
    assert told.legs[1].to == OPERATORS
    assert "answered" in door.kinds(told.legs[0].headers["X-Incident-ID"])


def test_with_redis_gone_the_caller_reaches_the_same_desk(door: TwilioDoor) -> None:
    telephone = door.city.desk("110-1")
    door.parts.kill("redis")
    try:
        told = door.twilio.call(["1", "1"], [door.asterisk, HANG_UP], caller="")
    finally:
        door.parts.start("redis")
    assert told.fell_back == 0
    assert telephone.call.header("X-Need") == "violence"


def test_with_the_application_gone_the_fallback_document_leads_to_the_operators(door: TwilioDoor) -> None:
    telephone = door.city.desk("112-1")
    door.parts.kill("web")
    try:
        told = door.call_unheard()
    finally:
        door.parts.start("web")
    assert (told.fell_back, told.legs[0].headers) == (1, {})
    assert telephone.call.header("X-Need") == "unknown"


def test_with_application_redis_and_agi_gone_a_person_answers_all_the_same(door: TwilioDoor) -> None:
    telephone = door.city.desk("112-1")
    door.parts.kill("web", "agi", "redis")
    try:
        door.call_unheard()
    finally:
        door.parts.start("redis", "agi", "web")
    assert telephone.call.answered_at
