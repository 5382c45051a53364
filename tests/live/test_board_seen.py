"""The board as a supervisor, and a room, have it: in a real browser, by keyboard, examined by axe-core."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall
from gateway.settings import read
from gateway.setup.page import bundle
from tests.live.board_scene import FIRE, SECRET, TALKS, Switch, at_desk, case, dead_job, keep, tell, waiting, writes
from tests.live.browser import Browser, Tab, answers_by_enter
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import PAGES, PASSWORD, Pages
from tests.ports import free_port

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = [(1366, 768), (1920, 1080)]


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def pages(server: RedisServer, switch: Switch, tmp_path: Path) -> Iterator[Pages]:
    natives = read().natives
    bundle(natives)
    settings = server.settings(**PAGES, state=str(tmp_path), natives=str(natives), pages_port=free_port())
    pages = Pages(settings)
    pages.store.redis.flushdb()
    pages.parts.manager = switch
    door = make_server("127.0.0.1", settings.number("pages_port"), pages.app, threaded=True)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    yield pages
    door.shutdown()


def busy_evening(pages: Pages) -> None:
    """All that a board can show, at once."""
    now = time.time()
    ready, talks, off = Readiness.AVAILABLE, Readiness.BUSY, Readiness.UNREACHABLE
    for queue, waits in (("112", (3, 8, 12)), ("110", (4,) * 18 + (25, 31)), ("118", (6, 9, 14)), ("113", (2,))):
        for number, waited in enumerate(waits):
            tell(pages, f"{queue}-{number}", Kind.OPENED, medium="call", trunk="exchange")
            tell(pages, f"{queue}-{number}", Kind.ANSWERED, queue=queue, desk=f"{queue}-1", waited=float(waited))
    tell(pages, "110-0", Kind.LEFT, queue="110", waited=40.0, why="the caller hung up")
    tell(pages, "d" * 24, Kind.OPENED, medium="call", trunk="trial")
    case(pages, TALKS, "fire", "110")
    tell(pages, TALKS, Kind.ANSWERED, queue="110", desk="110-1", waited=3.0)
    writes(pages, FIRE, "fire", "118")
    dead_job(pages, "follow_up", FIRE, "c1", "call_back")
    dead_job(pages, "webhook", FIRE, "118", "handed_off")
    tell(
        pages,
        "gateway",
        Kind.ALARM,
        what="the changed rules were refused, the last good ones stay in force",
        process="web",
    )
    at_desk(pages, "siti", "118-1")
    keep(
        pages,
        QueueState("112", (), (DeskState("112-1", ready), DeskState("112-2", off))),
        QueueState(
            "110", (waiting("e" * 24, "110", 48.0), waiting("d" * 24, "110", 6.0)),
            (DeskState("110-1", talks), DeskState("110-2", Readiness.RINGING)),
            (TalkingCall("1.1", TALKS, "110-1", now - 134),),
        ),
        QueueState(
            "118", (waiting("f" * 24, "118", 9.0),), (DeskState("118-1", Readiness.PAUSED), DeskState("118-2", off))
        ),
        QueueState("113", (), (DeskState("113-1", ready), DeskState("113-2", ready))),
        QueueState("ppa", (), (DeskState("ppa-1", off),)),
    )  # fmt: skip


@pytest.fixture
def watched(pages: Pages) -> Iterator[Pages]:
    """Somebody watches the queues, which stay as they are."""
    keep(pages)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            text = pages.store.get_snapshot()
            pages.store.put_snapshot(renewed(text), 60)

    busy_evening(pages)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield pages
    over.set()
    thread.join()


def renewed(text: str) -> str:
    return json.dumps(json.loads(text) | {"at": time.time()})


def come_in(tab: Tab, pages: Pages, *agencies: str, language: str = "id") -> None:
    pages.account("agus", Role.SUPERVISOR, *agencies, language=language, title="Agus")
    tab.page.goto(f"{pages.settings.pages_url}/board")
    tab.page.fill("#name", "agus")
    tab.page.fill("#password", PASSWORD)
    tab.page.press("#password", "Enter")
    tab.page.wait_for_selector(".panel")


def assert_usable(tab: Tab) -> None:
    """What axe-core finds by the rules of WCAG 2.2 A and AA: nothing."""
    tab.page.evaluate((read().natives / "page/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = tab.page.evaluate(
        "rules => axe.run({runOnly: rules}).then(told => told.violations)", RULES
    )
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def picture(tab: Tab, name: str) -> None:
    """Kept where GATEWAY112_PICTURES says; nowhere otherwise."""
    if folder := os.environ.get("GATEWAY112_PICTURES"):
        tab.page.screenshot(path=f"{folder}/{name}.png")


def view(tab: Tab, name: str) -> None:
    tab.page.click(f"#tab-{name}")
    tab.page.wait_for_timeout(400)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_view_is_legible_without_scrolling(
    watched: Pages, browser: Browser, size: tuple[int, int], dark: bool
) -> None:
    tab = browser.tab(dark=dark)
    tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    come_in(tab, watched, "*")
    for name in ("wall", "contacts", "letters", "alarms"):
        view(tab, name)
        assert_usable(tab)
        picture(tab, f"board-{name}-{size[0]}{'-dark' if dark else ''}")
        assert not tab.page.evaluate("document.documentElement.scrollHeight > innerHeight")
    view(tab, "wall")
    for figure in tab.page.locator(".figure strong, .chip, .inner h2").all():
        box = figure.bounding_box()
        assert box
        assert (box["x"] + box["width"] <= size[0], box["y"] + box["height"] <= size[1]) == (True, True)
    assert SECRET not in tab.page.content()


def test_one_agency_has_the_wall_for_itself(watched: Pages, browser: Browser) -> None:
    tab = browser.tab(language="en-GB")
    tab.page.set_viewport_size({"width": 1920, "height": 1080})
    come_in(tab, watched, "110", language="en")
    assert tab.page.locator(".panel").count() == 1
    size = tab.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.figure.waiting strong')).fontSize)")
    assert size >= 80
    assert_usable(tab)
    picture(tab, "board-one-1920")


def test_what_a_contact_is_stands_there_only_while_somebody_looks_at_contacts(watched: Pages, browser: Browser) -> None:
    tab = browser.tab()
    come_in(tab, watched, "110")
    assert "kebakaran" not in tab.page.content()
    tab.page.click("#tab-contacts")
    row = tab.page.locator("#panel-contacts tr", has_text="cccccccc")
    expect(row.locator(".what")).to_have_text("P1 kebakaran")
    tab.page.click("#tab-wall")
    expect(tab.page.locator("#panel-contacts .what").first).to_have_text("")
    assert "kebakaran" not in tab.page.content()


OVERLAPPING = """
() => {
  const words = (each) => {
    const range = document.createRange();
    range.selectNodeContents(each);
    return { text: each.textContent, ...range.getBoundingClientRect().toJSON() };
  };
  const labels = [...document.querySelectorAll(".panel .label")].map(words);
  const lies_on = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return labels.flatMap((a, at) => labels.slice(at + 1).filter((b) => lies_on(a, b)).map((b) => [a.text, b.text]));
}
"""


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (683, 384)], ids=str)
def test_no_words_of_the_board_lie_on_each_other_at_twice_their_size_either(
    watched: Pages, browser: Browser, size: tuple[int, int]
) -> None:
    tab = browser.tab()
    come_in(tab, watched, "*")
    tab.page.locator(".panel").first.wait_for()
    tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    assert tab.page.evaluate(OVERLAPPING) == []
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_contact_is_moved_by_keyboard_alone(watched: Pages, browser: Browser) -> None:
    tab = browser.tab()
    come_in(tab, watched, "*")
    tab.page.focus("#tab-wall")
    tab.page.keyboard.press("ArrowRight")
    row = tab.page.locator("tr", has_text="bbbbbbbb")
    row.get_by_role("button", name="Pindahkan").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("dialog")).to_contain_text("bbbbbbbb")
    picture(tab, "board-move-1366")
    assert_usable(tab)
    tab.page.keyboard.press("Space")
    answers_by_enter(tab.page)
    expect(tab.page.locator("#said")).to_have_text("Sudah dipindahkan.")
    expect(row).to_contain_text("112")
    assert [wait.queue for wait in watched.store.waits.everybody()] == ["112"]


def test_listening_is_asked_for_and_ended(watched: Pages, browser: Browser, switch: Switch) -> None:
    switch.talk(TALKS, "110-1")
    tab = browser.tab()
    tab.expected.append("409")
    come_in(tab, watched, "110")
    view(tab, "contacts")
    listen = tab.page.get_by_role("button", name=re.compile("Dengarkan .*cccccccc"))
    listen.click()
    tab.page.click("dialog button[value=yes]")
    expect(tab.page.locator("#said")).to_contain_text("Bertugas atau jeda dulu")
    at_desk(watched, "agus", "110-2")
    listen.click()
    tab.page.click("dialog button[value=yes]")
    expect(tab.page.locator("#said")).to_have_text("Telepon meja Anda berdering.")
    (rung,) = switch.asked("Originate")
    switch.channels.append(
        {"Channel": "PJSIP/110-2-00000009", "Uniqueid": rung["ChannelId"], "Linkedid": rung["ChannelId"]}
    )
    expect(tab.page.locator(".hears")).to_contain_text("cccccccc")
    assert_usable(tab)
    tab.page.click(".hears button")
    expect(tab.page.locator(".hears")).to_be_visible()
    [hung_up] = until(lambda: switch.asked("Hangup"), what="listening is ended")
    assert hung_up["Channel"] == "PJSIP/110-2-00000009"
    switch.channels.pop()
    expect(tab.page.locator(".hears")).to_be_hidden()


def test_an_alarm_is_acknowledged(watched: Pages, browser: Browser) -> None:
    tab = browser.tab(language="en-GB")
    come_in(tab, watched, "110", language="en")
    expect(tab.page.locator("#tab-alarms")).to_have_text("Alarms (1)")
    view(tab, "alarms")
    tab.page.get_by_role("button", name="Seen: the changed rules").click()
    expect(tab.page.locator("tr.seen")).to_contain_text("seen by agus")
    expect(tab.page.locator("#tab-alarms")).to_have_text("Alarms")


def test_a_dead_job_is_tried_again(watched: Pages, browser: Browser) -> None:
    tab = browser.tab(language="en-GB")
    come_in(tab, watched, "118", language="en")
    view(tab, "letters")
    tab.page.get_by_role("button", name="Try again: tell an agency's system").click()
    tab.page.click("dialog button[value=yes]")
    expect(tab.page.locator("#said")).to_have_text("It is tried again.")
    expect(tab.page.get_by_role("button", name="Try again: tell an agency's system")).to_be_hidden()


def test_a_board_without_connection_says_so_and_mends_itself(watched: Pages, browser: Browser) -> None:
    tab = browser.tab()
    tab.expected.append("ERR_INTERNET_DISCONNECTED")
    come_in(tab, watched, "*")
    tab.go_offline()
    expect(tab.page.locator(".alert")).to_contain_text("TIDAK TERHUBUNG")
    assert_usable(tab)
    picture(tab, "board-lost-1366")
    tab.go_offline(False)
    expect(tab.page.locator(".alert")).to_be_hidden()


def test_a_board_goes_to_the_door_when_its_session_is_over(watched: Pages, browser: Browser) -> None:
    tab = browser.tab()
    tab.expected.append("401")
    come_in(tab, watched, "110")
    watched.account("agus", Role.SUPERVISOR, "110", disabled=True)
    tab.page.wait_for_url("**/login**")
