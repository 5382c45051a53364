"""A desk's page through a whole shift: passwords that end, networks that change, machines that sleep, pages unseen."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error

from gateway.accounts.sessions import ABSOLUTE_SECONDS
from gateway.calls.members import SESSION_OVER
from gateway.setup.page import bundle
from tests.live.browser import Browser, Tab
from tests.live.cable import Cable
from tests.live.caller import Caller
from tests.live.desk_browser import DeskCity, DeskPage, hears, said
from tests.live.machine import Machine
from tests.live.wait import until
from tests.pages_in_process import PASSWORD

LIFE = 4
"""Seconds that a SIP password lasts here."""


class LastingCity(DeskCity):
    """A city whose desks reach it by cables."""

    def __init__(self, folder: Path):
        self.pages_cable, self.sip_cable = Cable(), Cable()
        self.seen: list[DeskPage] = []
        super().__init__(
            folder,
            sip_password_seconds=str(LIFE),
            pages_url=f"http://127.0.0.1:{self.pages_cable.port}",
            pages_sip_url=f"ws://127.0.0.1:{self.sip_cable.port}/ws",
        )

    def start(self) -> DeskCity:
        self.pages_cable.start(self.settings.number("pages_port"))
        self.sip_cable.start(self.settings.number("asterisk_http_port"))
        return super().start()

    def stop(self) -> None:
        super().stop()
        for cable in self.cables():
            cable.stop()

    def page(self, tab: Tab) -> DeskPage:
        self.seen.append(super().page(tab))
        return self.seen[-1]

    def password(self, desk: str) -> str:
        """The one that holds now, as Asterisk keeps it."""
        return self.asterisk.console(f"database get g112/auth {desk}")

    def password_is_over(self, desk: str) -> bool:
        until = self.asterisk.console(f"database get g112-auth-until {desk}")
        return time.time() > float(until.rpartition(":")[2])

    def end_sessions(self) -> None:
        """All of them come to their end in some seconds, as after a long shift."""
        redis = self.store.redis
        for key in redis.scan_iter("session:*"):
            values = json.loads(redis.get(key)) | {"created": time.time() - ABSOLUTE_SECONDS + 4}
            redis.set(key, json.dumps(values), keepttl=True)

    def cables(self) -> tuple[Cable, Cable]:
        return self.pages_cable, self.sip_cable

    def is_registered(self, desk: str) -> bool:
        return f"Contact:  {desk}/" in self.asterisk.console("pjsip show contacts")


@pytest.fixture(scope="module")
def lasting_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LastingCity]:
    city = LastingCity(tmp_path_factory.mktemp("lasting"))
    try:
        city.start()
        yield city
    finally:
        city.stop()


@pytest.fixture
def city(lasting_city: LastingCity, browser: Browser) -> Iterator[LastingCity]:
    bundle(lasting_city.settings.natives)  # the page's sources may have changed since
    # The pages of the test before are closed.
    lasting_city.store.redis.delete("duty:110-2", "duty:110-3", "desk:110-2", "desk:110-3")
    yield lasting_city
    # Read where a test fails.
    while lasting_city.seen:
        page = lasting_city.seen.pop()
        with contextlib.suppress(Error):
            print(page.tab.faults, page.page.url, page.page.inner_text("body"), sep="\n")
    for cable in lasting_city.cables():
        cable.mend()
    lasting_city.parts.start("pages")
    lasting_city.clear()


@pytest.fixture
def machine(whole_browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(whole_browser.playwright, tmp_path / "machine")
    try:
        yield machine
        with contextlib.suppress(Error):
            print(machine.tab.faults, machine.tab.page.inner_text("body"), sep="\n")
    finally:
        machine.stop()


@pytest.fixture
def desk(city: LastingCity, browser: Browser) -> DeskPage:
    return city.page(browser.tab()).log_in(city.call_taker("110-2")).on_duty("110-2")


def changes(value: Callable[[], str], times: int) -> None:
    """Waits until it was another one so many times."""
    for _ in range(times):
        before = value()
        until(lambda: value() != before, what="it is another one")  # noqa: B023 at once


def calls(city: DeskCity) -> Caller:
    """Somebody calls whom the menu sends to 110."""
    caller = city.call(number=city.number()).answered()
    caller.voice.press("4")
    return caller


def duty_is(desk: DeskPage, state: str) -> None:
    desk.page.locator(f'.duty .state[data-state="{state}"]').wait_for()


def test_a_call_hears_nothing_of_passwords_that_are_renewed_and_the_next_one_rings(
    city: LastingCity, desk: DeskPage
) -> None:
    caller = calls(city)
    incident = desk.takes_call()
    desk.hears()
    desk.page.evaluate(
        "window.states = []; connections[0].onconnectionstatechange ="
        " ({ target }) => states.push(target.connectionState); 0"
    )
    changes(lambda: city.password("110-2"), 5)
    desk.hears()
    hears(caller)
    assert city.with_whom(incident) == {"110-2"}
    assert desk.page.evaluate("states") == []
    caller.hang_up()
    desk.has_call("none")
    calls(city)
    desk.takes_call()


def test_a_password_that_cannot_be_renewed_in_time_holds_until_it_can(city: LastingCity, desk: DeskPage) -> None:
    desk.tab.expected += ["ERR_", "502", "503"]
    before = city.password("110-2")
    city.parts.kill("pages")
    caller = calls(city)
    desk.has_call("ringing").press("call.answer")
    desk.has_call("talking").hears()
    until(lambda: city.password_is_over("110-2"))
    assert city.password("110-2") == before
    city.parts.start("pages")
    until(lambda: city.password("110-2") != before, what="it is renewed")
    duty_is(desk, "on")
    desk.hears()
    caller.hang_up()
    desk.has_call("none")
    calls(city)
    desk.takes_call()


def test_a_session_that_ends_in_a_call_takes_nothing_but_new_calls_and_is_begun_anew_beside_it(
    city: LastingCity, desk: DeskPage
) -> None:
    desk.tab.expected += ["401"]
    calls(city)
    incident = desk.takes_call()
    city.end_sessions()
    desk.sees(said("alert.session_over"), ".alert")
    until(lambda: f"paused:{SESSION_OVER}" in city.asterisk.console("queue show 110"), what="it is passed over")
    duty_is(desk, "cut")
    desk.hears()
    with desk.page.expect_popup() as opened:
        desk.press("alert.sign_in")
    again = opened.value
    again.fill("#name", "petugas-110-2")
    again.fill("#password", PASSWORD)
    with again.expect_event("close"):
        again.press("#password", "Enter")
    duty_is(desk, "on")
    desk.hears()
    assert city.with_whom(incident) == {"110-2"}
    until(lambda: SESSION_OVER not in city.asterisk.console("queue show 110"), what="other callers come again")


def test_whoever_talks_after_the_sessions_end_signs_in_when_the_call_is_over(city: LastingCity, desk: DeskPage) -> None:
    desk.tab.expected += ["401"]
    caller = calls(city)
    desk.takes_call()
    city.end_sessions()
    desk.sees(said("alert.session_over"), ".alert")
    caller.hang_up()
    desk.dialog.get_by_text(said("fault.logged_out")).wait_for()
    until(lambda: not city.is_registered("110-2"), what="nothing rings there any more")
    desk.answer_dialog()
    desk.page.wait_for_url("**/login")


def test_signing_in_in_another_tab_leaves_the_first_one_working(city: LastingCity, desk: DeskPage) -> None:
    desk.tab.expected += ["403"]
    other = desk.page.context.new_page()
    other.goto(f"{city.settings.pages_url}/login")
    other.fill("#name", "petugas-110-2")
    other.fill("#password", PASSWORD)
    other.press("#password", "Enter")
    other.wait_for_url("**/desk")
    other.close()
    changes(lambda: city.password("110-2"), 1)
    duty_is(desk, "on")


def test_a_page_out_of_sight_keeps_its_desk_rings_and_is_answered(city: LastingCity, machine: Machine) -> None:
    desk = city.page(machine.tab).log_in(city.call_taker("110-2")).on_duty("110-2")
    machine.hide()
    changes(lambda: city.password("110-2"), 4)
    duty_is(desk, "on")
    calls(city)
    desk.has_call("ringing")
    desk.page.keyboard.press("F2")
    desk.has_call("talking").hears()


def test_a_machine_that_slept_in_a_call_says_what_became_of_it(
    city: LastingCity, machine: Machine, desk: DeskPage
) -> None:
    desk.press("duty.off")
    desk.answer_dialog()
    sleeper = city.page(machine.tab).log_in(city.call_taker("110-3")).on_duty("110-3")
    sleeper.tab.expected += ["ERR_", "409"]
    caller = calls(city)
    incident = sleeper.takes_call()
    desk.on_duty("110-2")
    # Half an hour, as far as its clock goes.
    sleeper.page.evaluate(
        "() => { const now = Date.now.bind(Date), from = performance.now();"
        " Date.now = () => now() + (performance.now() - from > 8000 ? 1800000 : 0); }"
    )
    machine.sleep()
    assert desk.takes_call() == incident
    machine.wake()
    sleeper.has_call("none")
    duty_is(sleeper, "off")
    sleeper.sees(said("alert.missed").partition(" {")[0], ".alert")
    hears(caller)
    assert city.with_whom(incident) == {"110-2"}
    sleeper.on_duty("110-3")
    sleeper.page.locator(".alert").wait_for(state="hidden")


def test_a_page_whose_network_became_another_one_is_rid_of_a_call_that_went_elsewhere(
    city: LastingCity, desk: DeskPage
) -> None:
    desk.tab.expected += ["ERR_", "409"]
    caller = calls(city)
    incident = desk.takes_call()
    telephone = city.desk("110-1")
    desk.page.evaluate(
        "window.notices = []; new MutationObserver(() => notices.push(document.querySelector('#said').innerText))"
        ".observe(document.querySelector('#said'), { childList: true, characterData: true, subtree: true })"
    )
    for cable in city.cables():
        cable.cut()
    duty_is(desk, "cut")
    until(lambda: telephone.talks, what="another desk has the caller")
    for cable in city.cables():
        cable.renew()
    duty_is(desk, "on")
    desk.has_call("none")
    until(lambda: desk.is_free("110-2"), what="it is rung again")
    assert said("duty.was_lost") in desk.page.evaluate("notices")
    assert city.with_whom(incident) == {"110-1"}
    assert caller.there


def test_a_line_that_is_cut_and_comes_back_ends_no_call(city: LastingCity, desk: DeskPage) -> None:
    desk.tab.expected += ["WebSocket"]
    calls(city)
    incident = desk.takes_call()
    city.sip_cable.end_all()
    until(lambda: not city.is_registered("110-2"))
    until(lambda: city.is_registered("110-2"), what="the line is there again")
    desk.hears()
    assert city.with_whom(incident) == {"110-2"}
    desk.press("call.end")
    desk.answer_dialog()
    desk.has_call("none")


def test_a_proxy_that_ends_each_connection_is_not_noticed(city: LastingCity, desk: DeskPage) -> None:
    desk.tab.expected += ["ERR_"]
    desk.page.evaluate(
        "window.alerts = []; new MutationObserver(() => alerts.push(document.querySelector('.alert').innerText))"
        ".observe(document.querySelector('.alerts'), { subtree: true, childList: true, attributes: true })"
    )
    for _ in range(3):
        streams = city.pages_cable.joined
        city.pages_cable.end_all()
        until(lambda: city.pages_cable.joined > streams, what="it connects again")  # noqa: B023 at once
    calls(city)
    desk.takes_call()
    assert desk.page.evaluate("alerts.filter(Boolean)") == []


TRACK = "connections.at(-1).getSenders().find((each) => each.track).track"
UNPLUG = f"(() => {{ const track = {TRACK}; track.stop(); track.dispatchEvent(new Event('ended')); }})()"
NOTHING = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError'); }"


def test_who_has_no_microphone_is_told_so_and_paused_and_comes_back_with_one(
    city: LastingCity, browser: Browser
) -> None:
    desk = city.page(browser.tab()).log_in(city.call_taker("110-2"))
    desk.page.evaluate(f"window.real = navigator.mediaDevices.getUserMedia; {NOTHING}; 0")
    desk.press("duty.on")
    desk.dialog.get_by_text(said("microphone.title")).wait_for()
    duty_is(desk, "pause")
    desk.answer_dialog()
    desk.page.evaluate("navigator.mediaDevices.getUserMedia = real; 0")
    desk.press("duty.back")
    duty_is(desk, "on")
    calls(city)
    desk.takes_call()


def test_a_headset_that_is_unplugged_in_a_call_is_replaced_or_missed_aloud(city: LastingCity, desk: DeskPage) -> None:
    caller = calls(city)
    desk.takes_call()
    hears(caller)
    desk.page.evaluate(UNPLUG)
    until(lambda: desk.page.evaluate(f"{TRACK}.readyState") == "live", what="the other microphone speaks")
    hears(caller)
    desk.page.evaluate(f"window.real = navigator.mediaDevices.getUserMedia; {NOTHING}; {UNPLUG}; 0")
    desk.sees(said("alert.microphone").partition(" {")[0], ".alert")
    desk.page.evaluate("navigator.mediaDevices.getUserMedia = real; 0")
    desk.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    desk.page.locator(".alert").wait_for(state="hidden")
    hears(caller)
