"""Finding a case at the desk's page, as people do: by keyboard alone, in a real browser."""

from __future__ import annotations

import time

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Entry, Kind
from tests.live.browser import Browser
from tests.live.desk_browser import DeskCity, DeskPage, Desks, said
from tests.live.pages_desk import call, written
from tests.live.test_desk_screens import AXE, CHECK

OVER = "0f" * 12
SINGS = "suami saya Kanari memukul"
CUT = """
() => [...document.querySelectorAll(".lists .sign")].filter((each) =>
  each.getBoundingClientRect().right > each.closest(".row").getBoundingClientRect().right
  || each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)
"""
"""Signs of rows that cannot be read whole."""
MARKUP = "<img src=x onerror=window.hit=1>"


def closed(city: DeskCity, incident: str = OVER, **more: str) -> str:
    """A case of a colleague that is over; its number."""
    number = city.number()
    told = {"text": "ada begal bernama Kutilang di pasar", **more}
    city.store.add(written(incident, number=number, at=time.time() - 600, **told))
    end = {"by": "desk:110-1", "outcome": "helped"}
    city.store.add([Entry(incident, Kind.CLOSED, time.time(), end, f"{incident}:closed")])
    return number


def looks_for(desk: DeskPage, term: str) -> None:
    """By the keyboard, from wherever one is."""
    desk.page.keyboard.press("Shift+F3")
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type(term)
    with desk.page.expect_response("**/api/find") as answer:
        desk.page.keyboard.press("Enter")
    assert term not in answer.value.url
    desk.page.locator(".list.found").wait_for()


def test_a_case_that_is_over_is_found_opened_and_left_by_keyboard_alone(desk_city: DeskCity, browser: Browser) -> None:
    number = closed(desk_city)
    desk = desk_city.page(browser.tab()).log_in(desk_city.account("cari", "110", role=Role.CALL_TAKER))
    desk.on_duty("110-2")
    desk.page.keyboard.press("F1")
    desk.sees(said("key.Shift+F3"), "dialog")
    desk.page.keyboard.press("Escape")
    for term in (number, f"0{number[3:]}", number[-5:], "Kutilang", OVER[:8], "kejahatan kutilang"):
        looks_for(desk, term)
        row = desk.row(OVER, "found")
        row.wait_for()
        assert said("state.closed") in row.inner_text()
        assert desk.page.evaluate("document.activeElement.closest('li')?.dataset.incident") == OVER
    desk.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert desk.page.evaluate(CHECK) == []
    desk.page.keyboard.press("Enter")
    desk.case.locator(f'.whole[data-incident="{OVER}"]').wait_for()
    desk.sees("Kutilang", ".thread")
    desk.page.keyboard.press("Shift+F3")
    desk.page.keyboard.press("Escape")
    desk.page.locator(".list.found").wait_for(state="hidden")
    assert desk.page.locator("#find").input_value() == ""
    assert desk.open_incident == OVER


def test_what_is_not_there_and_what_is_hostile_is_answered_in_words(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    desk.tab.expected.append("/api/find")
    for term in ("Burungtakada", MARKUP, ".*.*.*", "\u202egnarp"):
        looks_for(desk, term)
        desk.sees(said("find.none"), ".found")
    desk.page.keyboard.press("Shift+F3")
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type("ab")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#said.bad").filter(has_text="tiga huruf").wait_for()
    assert not desk.page.evaluate("Boolean(window.hit)")


def test_whoever_comes_next_to_the_desk_reads_nothing_of_a_search(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    closed(desk_city, "0d" * 12)
    looks_for(desk, "Kutilang")
    desk.press("duty.off")
    desk.answer_dialog()
    desk.page.locator(".list.found").wait_for(state="hidden")
    assert desk.page.locator("#find").input_value() == ""
    assert "0d0d0d0d" not in desk.page.locator(".lists").inner_html()


@pytest.mark.parametrize("desk_name", ["118-2"])
def test_who_may_not_know_of_violence_sees_the_same_of_it_as_of_nothing(
    desk_city: DeskCity, at: Desks, desk_name: str
) -> None:
    number = closed(desk_city, "0e" * 12, nature="violence", text=SINGS, inform=("118",))  # type: ignore[arg-type]
    desk = at(desk_name)
    seen = []
    for term in ("Burungtakada", number, number[-5:], "Kanari", "0e0e0e0e", "kekerasan"):
        looks_for(desk, term)
        desk.sees(said("find.none"), ".found")
        seen.append(desk.page.locator(".list.found").inner_text())
    assert set(seen) == {seen[0]}


def test_before_any_duty_it_is_said_where_the_lists_are(desk_city: DeskCity, browser: Browser) -> None:
    desk = desk_city.page(browser.tab()).log_in(desk_city.account("judul", "110", role=Role.CALL_TAKER))
    desk.button("duty.on").wait_for()
    desk.sees(said("list.off"), ".lists .off")
    assert desk.page.locator(".list:visible h2").count() == 0, "no list of which nothing is known says that it is empty"


def test_what_was_found_tells_how_it_stands_by_now(desk_city: DeskCity, browser: Browser) -> None:
    incident, whose = "1d" * 12, {"queue": "110", "desk": "110-1"}
    desk_city.store.add(
        [*call(incident), Entry(incident, Kind.ANSWERED, time.time(), whose, "1d:1", f"sip-{incident}")]
    )
    desk = desk_city.page(browser.tab()).log_in(desk_city.account("cari-terus", "110", role=Role.CALL_TAKER))
    desk.on_duty("110-2")
    looks_for(desk, incident[:8])
    row = desk.row(incident, "found")
    row.get_by_text(said("state.call").replace("{desk}", "110-1")).wait_for()
    desk_city.store.add([Entry(incident, Kind.ENDED, time.time(), whose, "1d:2", f"sip-{incident}")])
    row.get_by_text(said("state.ended")).wait_for()


def test_a_call_back_says_that_it_is_one(desk_city: DeskCity, browser: Browser) -> None:
    back = "1e" * 12
    desk_city.store.add([*call(back, "110", at=time.time() - 90), *_hung_up(back)])
    desk = desk_city.page(browser.tab()).log_in(desk_city.account("cari-lagi", "110", role=Role.CALL_TAKER))
    desk.on_duty("110-2")
    desk.row(back, "missed").wait_for()
    assert desk.page.evaluate(CUT) == []
    line, data = f"callback-sip-{back}-1", {"queue": "110", "desk": "110-2"}
    told = [Entry(back, kind, time.time(), data, f"{line}:{kind}", line) for kind in (Kind.RANG, Kind.ANSWERED)]
    desk_city.store.add(told)
    desk.sees(said("call.back_talking"), ".call .what")
    desk.page.locator(".list.calls .open").first.click()
    desk.sees(said("state.call_back"), ".case")
    desk_city.store.add([Entry(back, Kind.ENDED, time.time(), data, f"{line}:ended", line)])
    desk.page.locator('.call[data-state="none"]').wait_for()


def _hung_up(incident: str) -> list[Entry]:
    at = time.time() - 60
    left = {"step": "queue 110", "follow_up": "call_back"}
    asked = {"what": "call_back", "outcome": "asked"}
    return [
        Entry(incident, Kind.ABANDONED, at, left, f"{incident}:hung_up", f"sip-{incident}"),
        Entry(incident, Kind.FOLLOW_UP, at, asked, f"{incident}:asked", f"sip-{incident}"),
    ]
