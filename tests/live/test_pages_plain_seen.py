"""The pages that need no script, as a person has them: in a real browser, by keyboard, examined by axe-core."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from gateway.accounts import second_factor
from gateway.accounts.account import Role
from gateway.settings import read
from tests.live.browser import Browser, Tab
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Pages
from tests.ports import free_port

NEW = "kata sandi baru sekali"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def pages(server: RedisServer) -> Iterator[Pages]:
    pages = Pages(server.settings(**PAGES, pages_port=free_port()))
    door = make_server("127.0.0.1", pages.settings.number("pages_port"), pages.app, threaded=True)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    yield pages
    door.shutdown()


def come_in(tab: Tab, pages: Pages, name: str, given: str = PASSWORD) -> None:
    tab.page.goto(f"{pages.settings.pages_url}/login")
    # It is there from the start, without a touch of the mouse.
    tab.page.wait_for_selector("#name:focus")
    tab.page.keyboard.type(name)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.type(given)
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")


def click(tab: Tab, form: str) -> None:
    """Send a form by its button."""
    with tab.page.expect_navigation():
        tab.page.click(f"form[action='{form}'] button")


def assert_usable(tab: Tab) -> None:
    """What axe-core finds by the rules of WCAG 2.2 A and AA: nothing."""
    tab.page.evaluate((read().natives / "page/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = tab.page.evaluate(
        "rules => axe.run({runOnly: rules}).then(told => told.violations)", RULES
    )
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["id-ID", "en-GB"])
def test_every_plain_page_is_legible_and_usable(browser: Browser, pages: Pages, dark: bool, language: str) -> None:
    speaks = language[:2]
    tab = browser.tab(language=language, dark=dark)
    tab.page.goto(f"{pages.settings.pages_url}/login")
    assert tab.page.get_attribute("html", "lang") == speaks
    assert_usable(tab)
    pages.account("admin", Role.ADMINISTRATOR, "*", language=speaks)
    pages.account("tuti", Role.AUDITOR, "*", language=speaks)
    come_in(tab, pages, "admin")
    for path in ("/accounts", "/account", "/password", "/nowhere"):
        if path == "/nowhere":
            tab.expected.append("404")
        tab.page.goto(pages.settings.pages_url + path)
        assert_usable(tab)
    tab.page.goto(f"{pages.settings.pages_url}/account")
    click(tab, "/account/code")
    assert_usable(tab)
    click(tab, "/logout")
    come_in(tab, pages, "tuti")
    assert tab.page.url.endswith("/audit")
    assert_usable(tab)


def test_a_person_gets_an_account_changes_the_password_sets_up_a_code_and_comes_in_by_it(
    browser: Browser, pages: Pages
) -> None:
    pages.account("admin", Role.ADMINISTRATOR, "*")
    tab = browser.tab()
    come_in(tab, pages, "admin")
    tab.page.fill("#name", "wati")
    tab.page.fill("#title", "Wati <b>Contoh</b>")
    tab.page.select_option("#role", "auditor")
    tab.page.check("form[action='/accounts/add'] input[value='110']")
    click(tab, "/accounts/add")
    secret = tab.page.inner_text(".once code")
    assert "Wati <b>Contoh</b>" in tab.page.inner_text("table")
    assert_usable(tab)
    click(tab, "/logout")

    come_in(tab, pages, "wati", secret)
    assert tab.page.url.endswith("/password")
    assert_usable(tab)
    for field, value in (("#old", secret), ("#new", NEW), ("#again", NEW)):
        tab.page.fill(field, value)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/audit")

    tab.page.goto(f"{pages.settings.pages_url}/account")
    click(tab, "/account/code")
    key = tab.page.inner_text("dd >> nth=0")
    now = int(pages.clock() // second_factor.STEP_SECONDS)
    tab.page.fill("#code", second_factor.code_at(key, now))
    click(tab, "/account/code/confirm")
    tab.page.wait_for_url("**/account")
    click(tab, "/logout")
    come_in(tab, pages, "wati", NEW)
    assert tab.page.url.endswith("/code")
    assert_usable(tab)
    # The clock of the telephone is a little fast: the code of now was used.
    tab.page.fill("#code", second_factor.code_at(key, now + 1))
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/audit")


def test_a_wrong_password_is_said_to_a_screen_reader_too(browser: Browser, pages: Pages) -> None:
    tab = browser.tab()
    tab.expected.append("403")
    pages.account("siti")
    come_in(tab, pages, "siti", "sebuah kata sandi salah")
    assert "salah" in tab.page.inner_text("[role=alert]")
    # The name was typed already: what is left is the password.
    assert tab.page.input_value("#name") == "siti"
    assert tab.page.locator("#password:focus").count() == 1
    assert_usable(tab)


def test_the_audit_says_of_which_zone_its_times_are(browser: Browser, pages: Pages) -> None:
    tab = browser.tab()
    pages.account("rina", Role.AUDITOR, "*")
    come_in(tab, pages, "rina")
    assert "Waktu (WIB)" in tab.page.inner_text("thead")


def test_a_supervisor_gets_to_the_board_and_an_administrator_to_a_new_account(browser: Browser, pages: Pages) -> None:
    tab = browser.tab()
    tab.expected.append("503")  # no desk's page is bundled here, to which a supervisor comes first
    pages.account("agus", Role.SUPERVISOR, "110")
    come_in(tab, pages, "agus")
    tab.page.goto(f"{pages.settings.pages_url}/account")
    assert tab.page.locator('header a[href="/board"]').count() == 1
    keeper = browser.tab()
    pages.account("kepala", Role.ADMINISTRATOR, "*")
    come_in(keeper, pages, "kepala")
    keeper.page.click('a[href="#add"]')
    assert keeper.page.locator("#add").evaluate("(each) => each.getBoundingClientRect().top < innerHeight")
