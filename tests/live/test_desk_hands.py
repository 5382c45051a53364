"""Hands at a desk's page: a row that stays under the pointer, what is pressed twice, and where the focus goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.incident.timeline import Kind
from tests.live.browser import Browser
from tests.live.map_page import DESK, MapPage, called, open_pages
from tests.live.pages_desk import written
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import Pages

FOCUSED = "() => document.activeElement?.closest('.duty, section.call, #case')?.className ?? 'nowhere'"
COVERED = """
() => [...document.querySelectorAll("section.call button, section.call .what")].filter((each) => {
  if (!each.checkVisibility()) return false;
  const { left, top, width, height } = each.getBoundingClientRect();
  const on_top = document.elementFromPoint(left + width / 2, top + height - 3);
  return !on_top || !(each.contains(on_top) || on_top.contains(each)) || each.scrollWidth > each.clientWidth + 1;
}).map((each) => each.textContent)
"""
"""What of the call's bar something else lies on, or what is cut off."""


@pytest.fixture
def pages(server: RedisServer, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(server, tmp_path) as pages:
        yield pages


def write(pages: Pages, *incidents: str) -> None:
    pages.store.add([entry for incident in incidents for entry in written(incident, "ada begal di depan rumah")])


def accepted(pages: Pages) -> list[str]:
    """The cases that were taken, each as often as it was."""
    entries = [entry for one in pages.store.recent(50) for entry in pages.store.timeline(one.id)]
    return [entry.incident for entry in entries if entry.kind is Kind.ACCEPTED]


def row(page: Page, incident: str) -> str:
    return f'.list.waiting li.row[data-incident="{incident}"]'


def top_of(page: Page, where: str) -> float:
    box = page.locator(where).bounding_box()
    assert box
    return box["y"]


def test_the_row_under_the_pointer_stays_there_when_a_call_comes_above_it(pages: Pages, browser: Browser) -> None:
    write(pages, "m1", "m2")
    page = MapPage(pages, browser.tab()).page
    aimed = row(page, "m2")
    page.locator(aimed).hover()
    before = top_of(page, aimed)
    called(pages)
    page.locator('section.call[data-state="talking"]').wait_for()  # the page knows of it
    # A hand is never quite still.
    for step in range(10):
        page.mouse.move(60 + step, before + 10)
        assert top_of(page, aimed) == before
    page.mouse.move(700, 400)
    page.locator('.list.calls li.row[data-incident="c1"]').wait_for()
    until(lambda: top_of(page, aimed) > before, what="who calls stands above")


def test_a_pointer_that_never_rests_does_not_hold_the_lists_for_good(pages: Pages, browser: Browser) -> None:
    write(pages, "m1")
    page = MapPage(pages, browser.tab()).page
    page.locator(row(page, "m1")).hover()
    write(pages, "m2")
    at = iter(range(100_000))

    def comes() -> bool:
        page.mouse.move(60 + next(at) % 50, 300)
        return page.locator(row(page, "m2")).count() == 1

    until(comes, what="the second one, under a hand that moves on and on")


def test_a_key_pressed_twice_takes_one_case_and_not_the_next_one_too(pages: Pages, browser: Browser) -> None:
    write(pages, "m1", "m2")
    page = MapPage(pages, browser.tab()).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/accept") else None)
    page.locator(row(page, "m2")).wait_for()
    # No time goes by between the presses of a trembling hand, however slow this machine is.
    page.evaluate("() => { const at = performance.now(); performance.now = () => at; }")
    page.keyboard.press("F2")
    page.locator('.list.mine li.row[data-incident="m1"]').wait_for()
    page.keyboard.press("F2")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    assert [url.split("/")[-2] for url in asked] == ["m1"]
    assert accepted(pages) == ["m1"]


def test_a_double_click_takes_a_case_once(pages: Pages, browser: Browser) -> None:
    write(pages, "m1", "m2")
    desk = MapPage(pages, browser.tab()).opens("m2")
    desk.page.locator('#case button:has([data-say="act.accept"])').dblclick()
    desk.page.locator('.list.mine li.row[data-incident="m2"]').wait_for()
    assert accepted(pages) == ["m2"]
    assert desk.page.locator("#said.bad").count() == 0


def test_enter_kept_down_or_pressed_twice_does_not_end_duty(pages: Pages, browser: Browser) -> None:
    page = MapPage(pages, browser.tab()).page
    off = page.locator('button:has([data-say="duty.off"])').first
    off.focus()
    page.evaluate("document.addEventListener('keydown', () => { performance.now = () => 0; }, { once: true })")
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")  # kept down, it comes again
    page.keyboard.up("Enter")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator('.duty .state[data-state="on"]').wait_for()


def test_the_question_whom_to_invite_comes_once_however_often_its_key_is_pressed(
    pages: Pages, browser: Browser
) -> None:
    page = MapPage(pages, browser.tab()).page
    called(pages)
    page.locator('section.call[data-state="talking"]').wait_for()
    held: list[object] = []
    page.route("**/api/me", lambda route: held.append(route))
    page.keyboard.press("F8")
    page.keyboard.press("F8")
    page.locator('section.call button:has([data-say="call.invite"])').click()
    until(lambda: held or page.wait_for_timeout(20))
    for route in held:
        route.continue_()  # type: ignore[attr-defined]
    page.locator("dialog[open]").first.wait_for()
    assert page.locator("dialog").count() == 1


def test_the_focus_stays_where_one_works(pages: Pages, browser: Browser) -> None:
    write(pages, "m1")
    page = MapPage(pages, browser.tab()).page
    page.locator('button:has([data-say="duty.pause"])').first.focus()
    page.keyboard.press("Enter")
    page.locator('dialog button[value="yes"]').click()
    back = page.locator('button:has([data-say="duty.back"])').first
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    page.locator('.duty .state[data-state="on"]').wait_for()
    assert page.evaluate(FOCUSED) == "duty"
    page.locator(row(page, "m1")).wait_for()
    page.keyboard.press("F2")
    page.locator('#case button:has([data-say="act.close"])').click()
    page.locator('dialog [name="outcome"][value="helped"]').check()
    page.locator('dialog button[value="yes"]').click()
    page.locator('#case button:has([data-say="act.close"])').wait_for(state="hidden")
    assert page.evaluate(FOCUSED) == "case"


def test_off_duty_nothing_is_shown_of_who_waited_before(pages: Pages, browser: Browser) -> None:
    write(pages, "m1")
    page = MapPage(pages, browser.tab()).page
    page.locator(row(page, "m1")).wait_for()
    page.locator('button:has([data-say="duty.off"])').first.click()
    page.locator('dialog button[value="yes"]').click()
    page.locator('.duty .state[data-state="off"]').wait_for()
    page.mouse.move(700, 400)
    page.locator(".lists > .off").wait_for()
    assert page.locator(".list li.row:visible").count() == 0
    page.locator("select.desks").select_option(DESK)
    page.locator('button [data-say="duty.on"]').click()
    page.locator(row(page, "m1")).wait_for()


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1024, 768), (683, 384)], ids=str)
def test_of_the_calls_bar_nothing_is_covered_or_cut_off(pages: Pages, browser: Browser, size: tuple[int, int]) -> None:
    width, height = size
    desk = MapPage(pages, browser.tab())
    desk.opens(called(pages))
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.page.evaluate("document.querySelector('section.call').scrollIntoView({ block: 'center' })")
    assert desk.page.evaluate(COVERED) == []
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll to the right"
