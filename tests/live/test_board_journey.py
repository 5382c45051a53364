"""What a supervisor does at the board, with the whole gateway and real calls behind it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.store.audit import AuditStream
from tests.live.browser import PATIENCE_MS, Browser
from tests.live.desk_browser import DeskCity, DeskPage, Desks, hears
from tests.live.wait import until

KEY_FOR_POLICE = "4"


def supervisor(city: DeskCity, agency: str) -> str:
    return city.account(f"penyelia-{agency}", agency, role=Role.SUPERVISOR, title=f"Penyelia {agency}")


def board_beside(desk: DeskPage) -> Page:
    """The board, in another tab of the same browser."""
    page = desk.page.context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{desk.city.settings.pages_url}/board")
    page.wait_for_selector(".panel")
    page.click("#tab-contacts")
    return page


def act_on(board: Page, incident: str, word: str, **choices: str) -> None:
    row = board.locator("#panel-contacts tr", has_text=incident[:8])
    row.locator(f'button:has([data-say="{word}"]):visible').click()
    for name, value in choices.items():
        board.locator(f'dialog [name="{name}"][value="{value}"]').check()
    board.click('dialog button[value="yes"]')


def audited(city: DeskCity, act: str) -> list[dict[str, str]]:
    return [line for _, line in AuditStream(city.store.redis).newest() if line["act"] == act]


def test_a_supervisor_hears_a_call_and_is_not_heard(desk_city: DeskCity, at: Desks) -> None:
    taker, listener = at("110-2"), at("110-3", supervisor(desk_city, "110"))
    listener.press("duty.pause")
    listener.answer_dialog()
    listener.page.locator('.duty .state[data-state="pause"]').wait_for()
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press(KEY_FOR_POLICE)
    incident = taker.takes_call()
    board = board_beside(listener)
    act_on(board, incident, "board.listen")
    listener.has_call("ringing").press("call.answer")
    listener.has_call("talking").hears()
    hears(caller)
    assert desk_city.with_whom(incident) == {"110-2"}, "who listens is no party of the call"
    expect(board.locator(".hears")).to_contain_text(incident[:8])
    assert not audited(desk_city, "listen_end")
    board.click(".hears button")
    listener.has_call("none")
    until(lambda: audited(desk_city, "listen_end"), what="the audit tells the end")
    (begun,), (ended,) = audited(desk_city, "listen"), audited(desk_city, "listen_end")
    for line in (begun, ended):
        assert [line[name] for name in ("account", "incident", "agency", "outcome", "about")] == [
            "penyelia-110", incident, "110", "done", "110-3",
        ]  # fmt: skip
    taker.has_call("talking").hears()


def test_a_supervisor_on_duty_who_opens_the_board_in_the_same_tab_is_asked_first(
    desk_city: DeskCity, at: Desks
) -> None:
    desk = at("110-3", supervisor(desk_city, "110"))
    with desk.page.expect_event("dialog") as asked:
        desk.page.evaluate("setTimeout(() => location.assign('/board'))")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    desk.page.locator('.duty .state[data-state="on"]').wait_for()
    desk.press("duty.off")
    desk.answer_dialog()
    desk.page.locator('.duty .state[data-state="off"]').wait_for()


def test_a_waiting_caller_is_moved_with_the_case_and_answered_elsewhere(
    desk_city: DeskCity,
    at: Desks,
    browser: Browser,
) -> None:
    other, busy = at("112-2"), at("110-2")
    board = DeskPage(desk_city, browser.tab()).log_in(supervisor(desk_city, "110"), "/board").page
    board.wait_for_selector(".panel")
    number = desk_city.number()
    caller = desk_city.call(number=number).answered()
    caller.voice.press(KEY_FOR_POLICE)
    incident = desk_city.incident(number)
    busy.has_call("ringing")
    expect(board.locator("#queue-110 .waiting .value")).to_have_text("1")
    board.click("#tab-contacts")
    act_on(board, incident, "board.move", queue="112")
    assert other.takes_call() == incident
    hears(caller)
    (moved,) = until(lambda: desk_city.told(incident, Kind.MOVED), what="it is told that it was moved")
    assert dict(moved.data) == {"medium": "call", "queue": "110", "to": "112", "by": "supervisor"}
    (line,) = audited(desk_city, "move")
    assert (line["incident"], line["about"], line["outcome"]) == (incident, "112", "done")
    board.click("#tab-wall")
    expect(board.locator("#queue-110 .waiting .value")).to_have_text("0")
