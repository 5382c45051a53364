"""What a call taker does with a call, in the browser and with the whole gateway behind it."""

from __future__ import annotations

import pytest

from gateway.incident.timeline import Kind
from tests.live.browser import Browser
from tests.live.desk_browser import DeskCity, Desks, grouped, hears, said
from tests.live.wait import until

IMEI = "350000000000006"
LOOKED = "[...document.querySelectorAll('.map path.area')].map((each) => each.getAttribute('d')).join()"
"""Where the areas' lines are drawn now."""


def aml(lat: float, lon: float, radius: int) -> str:
    """What a telephone writes of its place by itself."""
    return (
        f'A"ML=1;lt={lat:+.5f};lg={lon:+.5f};rd={radius};lc=68;pm=G;si=510100000000000;ei={IMEI};mcc=510;mnc=10;ml=99'
    )


@pytest.mark.parametrize("by_key", [True, False], ids=["by key", "by click"])
def test_a_caller_who_pressed_1_is_answered_heard_and_seen(desk_city: DeskCity, at: Desks, by_key: bool) -> None:
    desk = at("110-2")
    number = desk_city.number()
    caller = desk_city.call(number=number).answered()
    caller.voice.press("11")
    desk.has_call("ringing")
    desk.sees(said("nature.violence"), "section.call")
    if by_key:
        desk.page.keyboard.press("F2")
    else:
        desk.press("call.answer")
    desk.has_call("talking").case.locator("h1").wait_for()
    desk.hears()
    hears(caller)
    assert said("nature.violence") in desk.case.locator("h1").inner_text().lower()
    desk.sees(grouped(number), ".facts .number")
    assert desk.top_of(".care") < desk.top_of(".facts"), "consent is shown first"
    assert desk_city.with_whom(desk.open_incident) == {"110-2"}


def test_who_waits_while_the_desk_talks_is_seen_one_by_one_and_the_most_urgent_first(
    desk_city: DeskCity, at: Desks
) -> None:
    desk = at("110-2")
    desk_city.call(number=desk_city.number()).answered().voice.press("4")
    desk.takes_call()
    waiting = desk.page.locator(".list.waiting .callers .row")
    for key in ("4", "11"):
        desk_city.call(number=desk_city.number()).answered().voice.press(key)
        waiting.nth(0 if key == "4" else 1).wait_for()
    told = "(rows) => rows.map((row) => [row.matches('.raised'), row.querySelector('.nature').textContent])"
    rows = waiting.evaluate_all(told)
    assert {nature.lower() for _, nature in rows} == {said("nature.violence"), said("nature.crime")}
    # On a busy machine the first has come near its bound meanwhile, and goes before all.
    assert rows == sorted(rows, key=lambda row: (not row[0], row[1].lower() != said("nature.violence")))
    assert all(":" in text for text in waiting.locator(".wait").all_inner_texts()), "each with its waiting time"
    assert not waiting.locator("button").count(), "who is next rings: nobody is picked"


def test_what_a_silent_caller_presses_is_read_as_yes_and_no(desk_city: DeskCity, at: Desks) -> None:
    desk = at("112-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    desk.page.locator('section.call[data-state="ringing"]').wait_for(timeout=40_000)
    desk.takes_call()
    desk.sees(said("case.silent_caller"), ".warnings")
    caller.voice.press("1")
    desk.sees(f"1 = {said('key_means.yes')}", ".facts .keys")
    caller.voice.press("2")
    desk.sees(f"2 = {said('key_means.no')}", ".facts .keys")


def test_a_place_that_comes_later_moves_in_words_and_on_the_map(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    number = desk_city.number()
    desk_city.call(number=number).answered().voice.press("4")
    desk.takes_call()
    words, fused = desk.page.locator(".place .words"), desk.page.locator(".map path.fused")
    before, looked = words.inner_text(), desk.page.evaluate(LOOKED)
    desk_city.network.write(number, aml(-6.2440, 106.8925, 60))
    desk.sees(said("source.aml"), ".claims")
    fused.wait_for(state="attached")
    until(lambda: words.inner_text() != before, what="the place is told in words")
    until(lambda: desk.page.evaluate(LOOKED) != looked, what="the map looks there")
    first, looked = words.inner_text(), desk.page.evaluate(LOOKED)
    desk_city.network.write(number, aml(-6.1754, 106.8272, 12))
    until(lambda: words.inner_text() != first and "Gambir" in words.inner_text(), what="it has moved in words")
    until(lambda: desk.page.evaluate(LOOKED) != looked, what="it has moved on the map")


def test_a_case_is_closed_with_an_outcome_when_its_call_has_ended(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    desk_city.call(number=desk_city.number()).answered().voice.press("4")
    incident = desk.takes_call()
    desk.press("call.end")
    desk.answer_dialog()
    desk.has_call("none")
    desk.press("act.close")
    desk.answer_dialog(outcome="helped", note="patroli tiba")
    [closed] = until(lambda: desk_city.told(incident, Kind.CLOSED), what="it is closed")
    assert (closed.data["by"], closed.data["outcome"]) == ("desk:110-2", "helped")
    desk.sees(said("done.close"), "#said")


def test_a_caller_on_hold_hears_no_desk_and_a_muted_one_neither(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("4")
    desk.takes_call()
    hears(caller)
    desk.page.keyboard.press("F4")
    desk.has_call("held")
    desk.page.keyboard.press("F4")
    desk.has_call("talking").hears()
    desk.page.keyboard.press("F7")
    desk.page.locator('button[aria-pressed="true"] [data-say="call.mute"]').wait_for()
    desk.page.keyboard.press("F7")
    hears(caller)


def test_two_tabs_are_enough_to_try_it(desk_city: DeskCity, browser: Browser, at: Desks) -> None:
    desk = at("110-2")
    phone = desk_city.page(browser.tab()).log_in(desk_city.account("latihan", "112"), "/phone")
    phone.press("phone.dial")
    phone.sees(said("phone.talking"), ".line")
    phone.page.locator(".keypad button").filter(has_text="4").click()
    desk.takes_call()
    desk.sees(said("sign.test"), ".list.calls")
    desk.hears()
    phone.hears()
    phone.press("phone.hang_up")
    desk.has_call("none")
