"""Duty is in one page: another one that had it, or wants it, says where it is, is silent, and has one button for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Request

from tests.live.browser import Browser
from tests.live.desk_browser import DeskCity, DeskPage, Desks, hears, said
from tests.live.wait import until

LIFE = 4
"""Seconds that a SIP password lasts here: a page that has the desk renews its own before they are over."""


@pytest.fixture(scope="module")
def whole_desk_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    city = DeskCity(tmp_path_factory.mktemp("taken"), sip_password_seconds=str(LIFE))
    try:
        yield city.start()
    finally:
        city.stop()


@pytest.fixture(autouse=True)
def nobody_sits_there(desk_city: DeskCity) -> None:
    desk_city.store.redis.delete("duty:110-2", "duty:110-3")


class Displaced:
    """A page that is at no desk any more; what it asks for from now on is kept."""

    def __init__(self, desk: DeskPage, words: str):
        desk.tab.expected += ["409"]
        desk.sees(words, ".alert")
        self.asked: list[str] = []
        self._desk = desk
        desk.page.on("request", self._keep)

    def is_silent(self, city: DeskCity) -> None:
        """It leaves the telephone to who has the desk, and asks for it no more."""
        assert self._desk.page.locator('.duty .state[data-state="off"]').is_visible()
        self._desk.page.locator('.lights li[data-state="off"]').first.wait_for(state="attached")
        for _ in range(3):
            before = password(city)
            until(lambda: password(city) != before, what="the desk's own page renews its password")  # noqa: B023 at once
        assert [path for path in self.asked if path in ("/api/duty", "/api/sip", "/api/here")] == []

    def _keep(self, request: Request) -> None:
        self.asked.append(f"/{request.url.split('/', 3)[3]}")


def password(city: DeskCity) -> str:
    """The one of 110-2 that holds now, as Asterisk keeps it."""
    return city.asterisk.console("database get g112/auth 110-2")


def duty_is(desk: DeskPage, state: str) -> None:
    desk.page.locator(f'.duty .state[data-state="{state}"]').wait_for()


def words(name: str, **values: str) -> str:
    found = said(name)
    for key, value in values.items():
        found = found.replace(f"{{{key}}}", value)
    return found


def test_a_page_whose_desk_a_colleague_took_says_who_asks_for_nothing_and_takes_it_back_by_one_button(
    desk_city: DeskCity, at: Desks
) -> None:
    displaced = at("110-2")
    colleague = at("110-2", name=desk_city.call_taker("110-3"))
    Displaced(displaced, words("alert.taken_by", desk="110-2", who="petugas-110-3")).is_silent(desk_city)
    assert not displaced.dialog.is_visible(), "nobody asked this page for anything"
    displaced.press("duty.here")
    displaced.dialog.get_by_text("petugas-110-3").wait_for()
    displaced.answer_dialog()
    duty_is(displaced, "on")
    assert not displaced.page.locator(".alert").is_visible()
    Displaced(colleague, words("alert.taken_by", desk="110-2", who="petugas-110-2"))


def test_duty_in_ones_own_other_page_is_named_with_its_desk_and_comes_here_by_one_press(
    desk_city: DeskCity, at: Desks
) -> None:
    first = at("110-2")
    second = at("110-2")
    told = words("alert.taken", desk="110-2")
    Displaced(first, told).is_silent(desk_city)
    first.press("duty.here")
    duty_is(first, "on")
    Displaced(second, told).is_silent(desk_city)
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("4")
    first.takes_call()
    second.has_call("none")


def test_a_page_that_is_loaded_anew_while_its_duty_is_elsewhere_says_so_and_does_not_ask(
    desk_city: DeskCity, at: Desks
) -> None:
    first = at("110-2")
    second = at("110-2")
    told = words("alert.taken", desk="110-2")
    Displaced(first, told)
    first.page.reload()
    Displaced(first, told)
    assert not first.dialog.is_visible()
    duty_is(second, "on")


def test_a_caller_stays_with_the_page_that_was_displaced_until_the_call_ends(
    desk_city: DeskCity, at: Desks, browser: Browser
) -> None:
    first = at("110-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("4")
    incident = first.takes_call()
    second = desk_city.page(browser.tab()).log_in(desk_city.call_taker("110-2"))
    second.tab.expected += ["409"]
    second.press("duty.on")
    second.answer_dialog()
    displaced = Displaced(first, words("alert.taken", desk="110-2"))
    first.hears()
    hears(caller)
    assert desk_city.with_whom(incident) == {"110-2"}
    caller.hang_up()
    first.has_call("none")
    displaced.is_silent(desk_city)
    duty_is(second, "on")


def test_a_desk_that_cannot_be_had_back_at_once_is_had_back_when_it_can(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    desk.tab.expected += ["503", "409"]
    desk.page.route("**/api/duty", lambda route: route.fulfill(status=503, json={"error": {"name": "asterisk_away"}}))
    desk_city.store.redis.delete("duty:110-2")
    duty_is(desk, "cut")
    desk.sees(said("alert.here").partition(" {")[0], ".alert")
    desk.page.unroute("**/api/duty")
    duty_is(desk, "on")
    until(lambda: desk.is_free("110-2"), what="it is rung")
    assert desk_city.store.redis.get("duty:110-2")
