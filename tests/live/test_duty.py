"""Duty: a page goes on duty at a desk, pauses, leaves, or is lost; Asterisk rings accordingly, also after a restart."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.channels.asterisk import desk_password
from gateway.web.pages import asterisk as to_asterisk
from tests.live.calls_city import calls_city, heard
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until
from tests.pages_in_process import PASSWORD, Clock, Pages, Person

TAB = {"tab": "tab-one"}
NEW_PASSWORD = "kata sandi yang baru sekali"
BROWSER, TELEPHONE = "110-2", "110-1"


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("duty")
    with calls_city(folder, endless_rounds=True, second_factor_seed="test-second-factor-seed") as city:
        city.redis.start()
        yield city
        city.redis.kill()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(city: City, clock: Clock) -> Iterator[Pages]:
    pages = Pages(city.settings, clock)
    to_asterisk.begin(pages.parts)
    until(lambda: answers(pages))
    yield pages
    for desk in (BROWSER, TELEPHONE):
        pages.parts.duties.seats.drop(desk)
        pages.parts.duties.waits.leave(desk, pages.parts.store.redis.get(f"desk:{desk}") or "")
    pages.parts.duties.look()
    pages.parts.manager.close()


def answers(pages: Pages) -> bool:
    try:
        pages.parts.manager.ping()
    except to_asterisk.AmiAway:
        return False
    return True


@pytest.fixture
def siti(pages: Pages) -> Person:
    return pages.person("siti", Role.CALL_TAKER, "110")


def go(person: Person, state: str, desk: str = BROWSER, **more: Any) -> dict[str, Any]:
    answer = person.post("/api/duty", {"state": state, "desk": desk, **TAB, **more})
    assert answer.status_code == 200, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def softphone(city: City, told: dict[str, Any], answers_after: float | None = None) -> Desk:
    """The page's telephone, registered by the password it was given."""
    desk = Desk(told["sip"]["user"], told["sip"]["password"], city.asterisk.address, answers_after)
    city.desks.append(desk)
    assert desk.register() == 200
    until(lambda: f"{desk.name} (PJSIP/{desk.name})" in city.asterisk.console("queue show 110"))
    return desk


def crashes(softphone: Desk, clock: Clock) -> None:
    """The tab dies: its WebSocket closes, with which its contact goes, and nothing more is heard of it."""
    assert softphone.register(expires=0) == 200
    softphone.close()
    clock.now += 11


def member(city: City, desk: str) -> str:
    lines = city.asterisk.console("queue show 110").splitlines()
    return next(line for line in lines if f"(PJSIP/{desk})" in line)


def test_a_browser_desk_is_rung_from_the_moment_it_is_on_duty(city: City, stand_in: StandIn, siti: Person) -> None:
    assert "paused" in member(city, BROWSER)
    desk = softphone(city, go(siti, "on"))
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: desk.ringing)


def test_who_pauses_is_not_rung_and_the_reason_is_seen(city: City, siti: Person) -> None:
    go(siti, "on")
    told = go(siti, "pause", reason="makan siang")
    assert told["duty"]["state"] == "pause"
    assert "paused:makan siang" in member(city, BROWSER)
    assert go(siti, "on")["duty"]["reason"] == ""
    assert "paused" not in member(city, BROWSER)


def test_a_password_lasts_as_long_as_the_duty(city: City, siti: Person) -> None:
    told = go(siti, "on")
    desk = softphone(city, told)
    renewed = siti.post("/api/sip", TAB).get_json()["sip"]
    assert renewed["password"] != told["sip"]["password"]
    assert desk.register() == 401
    fresh = Desk(BROWSER, renewed["password"], city.asterisk.address, None)
    city.desks.append(fresh)
    assert fresh.register() == 200
    go(siti, "off")
    assert fresh.register() == 401


def test_who_pauses_and_goes_on_keeps_the_password_and_another_page_voids_it(city: City, siti: Person) -> None:
    first = go(siti, "on")["sip"]["password"]
    assert go(siti, "pause")["sip"]["password"] == go(siti, "on")["sip"]["password"] == first
    assert (
        siti.post("/api/duty", {"state": "on", "desk": BROWSER, "tab": "tab-two", "instead": True}).status_code == 200
    )
    desk = Desk(BROWSER, first, city.asterisk.address, None)
    city.desks.append(desk)
    assert desk.register() == 401
    assert go(siti, "on", instead=True)["sip"]["password"] != first


def test_the_password_that_is_derived_from_the_seed_opens_no_browser_desk(city: City) -> None:
    desk = Desk(BROWSER, desk_password(city.settings, BROWSER), city.asterisk.address, None)
    city.desks.append(desk)
    assert desk.register() != 200


def test_a_lost_pages_ringing_call_goes_to_the_next_desk(
    city: City, stand_in: StandIn, siti: Person, clock: Clock
) -> None:
    lost = softphone(city, go(siti, "on"))
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: lost.ringing)
    other = city.desk(TELEPHONE)
    crashes(lost, clock)
    until(lambda: other.talks, what="the next desk has it")
    assert caller.there
    until(lambda: "paused:page lost" in member(city, BROWSER))
    until(lambda: siti.get("/api/me").get_json()["duty"]["state"] == "off")


@pytest.mark.parametrize("how", ["silent", "gone"])
def test_a_lost_pages_caller_waits_at_the_queues_head(
    city: City, stand_in: StandIn, siti: Person, clock: Clock, how: str
) -> None:
    lost = softphone(city, go(siti, "on"), answers_after=0.0)
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: lost.talks)
    heard(lost)
    lost.answers_after = None
    if how == "gone":
        assert siti.post("/api/here", {**TAB, "gone": True}).status_code == 200
    else:
        crashes(lost, clock)
    until(lambda: city.asterisk.waiting("110"), what="its caller waits")
    assert caller.there
    if how == "gone":
        until(lambda: not lost.talks)
        assert lost.register() == 401


def test_a_page_that_we_do_not_hear_and_whose_softphone_answers_stays(
    city: City, stand_in: StandIn, siti: Person, clock: Clock, pages: Pages
) -> None:
    desk = softphone(city, go(siti, "on"), answers_after=0.0)
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: desk.talks)
    clock.now += 60
    pages.parts.duties.look()
    pages.parts.duties.look()
    heard(desk)
    assert siti.get("/api/me").get_json()["duty"]["state"] == "on"


def test_a_page_that_says_it_is_there_stays(city: City, siti: Person, clock: Clock, pages: Pages) -> None:
    go(siti, "on")
    for _ in range(4):
        clock.now += 5
        assert siti.post("/api/here", TAB).get_json()["duty"]["state"] == "on"
        pages.parts.duties.look()
    assert "paused" not in member(city, BROWSER)


def test_another_page_takes_over_only_when_asked_to(siti: Person) -> None:
    go(siti, "on")
    second = {"state": "on", "desk": BROWSER, "tab": "tab-two"}
    refused = siti.post("/api/duty", second)
    assert (refused.status_code, refused.get_json()["error"]["name"]) == (409, "elsewhere_on_duty")
    assert siti.post("/api/duty", {**second, "instead": True}).status_code == 200
    assert siti.post("/api/here", TAB).status_code == 409
    assert siti.post("/api/here", {"tab": "tab-two"}).status_code == 200


def test_another_agencys_desk_is_not_ones_own(siti: Person) -> None:
    answer = siti.post("/api/duty", {"state": "on", "desk": "118-2", **TAB})
    assert (answer.status_code, answer.get_json()["error"]["name"]) == (403, "other_agency")


def test_a_telephone_goes_on_when_its_page_is_lost_and_is_silent_when_its_person_goes(
    city: City, siti: Person, clock: Clock, pages: Pages
) -> None:
    city.desk(TELEPHONE)
    assert go(siti, "on", TELEPHONE)["sip"] is None
    clock.now += 11
    until(lambda: siti.get("/api/me").get_json()["duty"]["state"] == "off")
    pages.parts.duties.look()
    assert "paused" not in member(city, TELEPHONE)
    go(siti, "on", TELEPHONE)
    go(siti, "off", TELEPHONE)
    pages.parts.duties.look()
    assert "paused:off duty" in member(city, TELEPHONE)


def test_who_registered_before_going_off_is_not_rung_for_a_colleague(
    city: City, stand_in: StandIn, siti: Person, pages: Pages
) -> None:
    before = softphone(city, go(siti, "on"))
    go(siti, "off")
    rina = pages.person("rina", Role.CALL_TAKER, "110")
    other = city.desk(TELEPHONE, None)
    go(rina, "on")
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: other.ringing)
    until(lambda: city.asterisk.waiting("110"))
    assert before.invitations == []
    go(rina, "off")


def test_a_disabled_account_leaves_duty_also_with_a_softphone_that_answers(
    city: City, siti: Person, pages: Pages, clock: Clock
) -> None:
    softphone(city, go(siti, "on"))
    pages.parts.accounts.change("siti", lambda account: replace(account, disabled=True))
    clock.now += 6
    until(lambda: "paused" in member(city, BROWSER))
    until(lambda: pages.parts.duties.all() == {})


def talking_page(city: City, stand_in: StandIn, siti: Person) -> Desk:
    """The page of a desk that has a caller, heard under its session's name."""
    desk = softphone(city, go(siti, "on"), answers_after=0.0)
    siti.client.get("/api/me", headers={"X-Tab": TAB["tab"]})
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: desk.talks)
    return desk


def test_who_signs_out_is_off_duty_and_whom_they_had_waits_again(
    city: City, stand_in: StandIn, siti: Person, pages: Pages
) -> None:
    desk = talking_page(city, stand_in, siti)
    assert siti.client.post("/logout").status_code == 303
    assert "paused:off duty" in member(city, BROWSER)
    assert pages.parts.duties.all() == {}
    until(lambda: not desk.talks)
    until(lambda: city.asterisk.waiting("110"))


def test_who_signs_out_in_another_browser_keeps_the_desk(
    city: City, stand_in: StandIn, siti: Person, pages: Pages
) -> None:
    desk = talking_page(city, stand_in, siti)
    elsewhere = pages.put_in(pages.parts.accounts.get("siti"))
    assert elsewhere.client.post("/logout").status_code == 303
    assert "paused" not in member(city, BROWSER)
    assert desk.talks
    go(siti, "off")


def test_who_is_signed_out_everywhere_leaves_the_desk_and_a_new_password_keeps_it(
    city: City, siti: Person, pages: Pages, clock: Clock
) -> None:
    softphone(city, go(siti, "on"))
    page = {"X-Tab": TAB["tab"]}
    assert siti.client.get("/api/me", headers=page).status_code == 200
    form = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert siti.send("/password", **form).status_code == 303
    assert siti.client.get("/api/me", headers=page).status_code == 200
    clock.now += 7
    pages.parts.duties.look()
    assert "paused" not in member(city, BROWSER)
    pages.parts.accounts.change("siti", lambda account: replace(account, generation=account.generation + 1))
    clock.now += 7
    until(lambda: "paused" in member(city, BROWSER))
    until(lambda: pages.parts.duties.all() == {})


def test_a_silent_page_is_excused_for_a_while_alone(city: City, siti: Person, clock: Clock) -> None:
    softphone(city, go(siti, "on"))
    clock.now += 130
    until(lambda: "paused:page lost" in member(city, BROWSER))


def test_while_redis_is_away_who_is_there_stays_and_its_call_goes_on(
    city: City, stand_in: StandIn, siti: Person, pages: Pages
) -> None:
    desk = softphone(city, go(siti, "on"), answers_after=0.0)
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: desk.talks)
    city.redis.kill()
    try:
        assert siti.post("/api/here", TAB).get_json()["duty"]["state"] == "on"
        pages.parts.duties.look()
        assert "paused" not in member(city, BROWSER)
        assert siti.post("/api/calls/abc123/end", TAB).status_code == 200
        until(lambda: not desk.talks)
    finally:
        city.redis.start()


def test_duty_outlives_the_pages_process_and_asterisk(city: City, siti: Person, pages: Pages) -> None:
    go(siti, "on")
    city.asterisk.send(signal.SIGKILL)
    answer = siti.post("/api/duty", {"state": "pause", **TAB})
    until(lambda: not answers(pages))
    answer = siti.post("/api/duty", {"state": "pause", **TAB})
    assert (answer.status_code, answer.get_json()["error"]["name"]) == (503, "asterisk_away")
    city.asterisk.start()
    until(lambda: "paused" not in member(city, BROWSER), what="Asterisk was told anew")
    again = Pages(city.settings, pages.parts.clock)
    city.asterisk.console(f"queue pause member PJSIP/{BROWSER}")
    to_asterisk.begin(again.parts)
    until(lambda: "paused" not in member(city, BROWSER), what="a new process knows of the duty")
    again.parts.manager.close()
