"""Who is asked to join sees what for before it answers; and a page says where a caller is, whoever has left."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.incident.timeline import Kind
from tests.live.browser import Browser
from tests.live.caller import Caller
from tests.live.desk_browser import DeskCity, DeskPage, Desks, grouped, said
from tests.live.wait import until


def calls(city: DeskCity, keys: str = "11") -> tuple[Caller, str]:
    number = city.number()
    caller = city.call(number=number).answered()
    caller.voice.press(keys)
    return caller, number


def asks(first: DeskPage, agency: str, way: str = "conference") -> None:
    first.page.keyboard.press("F8")
    first.answer_dialog(agency=agency, way=way)


def shown(desk: DeskPage, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("SEEN"):
        desk.page.screenshot(path=Path(folder, f"{name}.png"), animations="disabled")


def test_who_may_know_is_shown_all_of_the_case_while_it_rings(desk_city: DeskCity, at: Desks) -> None:
    first, second = at("110-2"), at("ppa-2")
    caller, number = calls(desk_city)
    incident = first.takes_call()
    asks(first, "ppa")
    second.has_call("ringing").sees(said("nature.violence"), "#case h1")
    assert second.open_incident == incident
    second.sees(grouped(number), ".facts .number")
    second.sees("110-2", "section.call .asked")
    second.sees(said("state.rings"), "#case header .state")
    shown(second, "invited-ppa")
    first.page.locator(".peers li button").click()
    second.has_call("none")
    assert caller.there


def test_who_may_not_know_is_shown_need_and_place_while_it_rings(desk_city: DeskCity, at: Desks) -> None:
    first, second = at("110-2"), at("118-2")
    _, number = calls(desk_city)
    incident = first.takes_call()
    asks(first, "118")
    second.has_call("ringing").case.locator("h1").wait_for()
    assert second.open_incident == incident
    second.sees(said("call.asked"), "section.call .asked")
    shown(second, "invited-118")
    text = second.page.inner_text("body")
    assert said("nature.violence") not in text.lower()
    assert number not in text
    assert grouped(number) not in text
    assert "110-2" not in text
    second.takes_call()
    second.hears()


def test_a_page_says_where_the_caller_is_after_all_have_left(desk_city: DeskCity, at: Desks) -> None:
    first, second = at("110-2"), at("118-2")
    _, _ = calls(desk_city)
    incident = first.takes_call()
    first.sees(said("state.call_mine"), "#case header .state")
    asks(first, "118", "transfer")
    second.takes_call()
    first.page.locator('.peers li[data-state="joined"]').wait_for()
    first.press("call.leave")
    first.answer_dialog()
    first.sees(said("state.call").format(desk="118-2"), "#case header .state")
    second.tab.expected += ["crashed"]
    second.tab.crash()
    until(lambda: desk_city.told(incident, Kind.RETURNED), what="the caller is back in a queue")
    first.page.locator("#case header .state").filter(has_text="118-2").wait_for(state="detached")
    assert said("state.call_mine") not in first.page.inner_text("#case header .state")
    shown(first, "left-by-all")


def test_at_a_change_of_shift_the_next_person_takes_the_only_desk_over(
    desk_city: DeskCity, at: Desks, browser: Browser
) -> None:
    first = at("113-2")
    # Whose desk it no longer is, is told so.
    first.tab.expected.append("409")
    second = desk_city.page(browser.tab()).log_in(desk_city.account("shift-b", "113", title="Sif B."))
    second.page.locator("select.desks").filter(has_text=desk_city.call_taker("113-2")).wait_for()
    shown(second, "shift")
    second.tab.expected.append("/api/duty")
    second.press("duty.on")
    second.answer_dialog()
    second.page.locator('.duty .state[data-state="on"]').wait_for()


def test_who_waits_on_the_line_is_counted_and_ones_own_caller_is_not(desk_city: DeskCity, at: Desks) -> None:
    first = at("110-2")
    calls(desk_city)
    first.has_call("ringing").sees("(1)", "#list-waiting")
    assert first.page.locator(".list.waiting .empty").first.is_hidden()
    first.takes_call()
    first.sees("(0)", "#list-waiting")
    assert first.page.locator(".list.waiting .queue").is_hidden()
    calls(desk_city)
    first.sees("(1)", "#list-waiting")
    shown(first, "one-waits")


def test_answers_of_a_victim_that_are_kept_leave_the_room_to_what_was_written(desk_city: DeskCity, at: Desks) -> None:
    first = at("110-2")
    _, number = calls(desk_city)
    first.takes_call()
    first.page.locator(".care .timers li").nth(1).wait_for()
    before = first.page.locator(".care").bounding_box()
    for name, value in (("safe_to_call", "no"), ("share", "yes")):
        first.page.locator(f'.care input[name="care-{name}"][value="{value}"]').check()
    first.page.locator(".care .kept").wait_for()
    first.sees(said("care.call_off"), ".care .kept")
    after = first.page.locator(".care").bounding_box()
    assert before
    assert after
    assert after["height"] < before["height"]
    for text in ("suami saya pukul saya lagi", "anak saya di kamar", "di tebet timur dekat pasar", "cepat ya"):
        desk_city.network.write(number, text)
    until(lambda: first.page.locator(".thread .message").count() >= 4)
    shown(first, "dense-violence")
    first.press("care.change")
    first.page.locator('.care input[name="care-share"][value="no"]').check()
    first.page.locator(".care .kept").filter(has_text=said("care.no")).wait_for()
