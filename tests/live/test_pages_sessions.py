"""Sessions at the desk's pages: how they begin, go on and end, also while the store is away."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from gateway.accounts.account import Role
from gateway.accounts.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Clock, Pages, Person, token_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(pages: Pages) -> None:
    pages.account("siti")
    cookies = pages.login(pages.browser(), "siti").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("g112="))
    words = {word.strip() for word in session.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= words
    assert "Secure" not in words
    assert not any(word.startswith(("Domain", "Expires", "Max-Age")) for word in words)


def test_over_https_every_cookie_is_secure(server: RedisServer) -> None:
    pages = Pages(server.settings(**PAGES, pages_url="https://desk.example"))
    pages.app.config["SERVER_NAME"] = "desk.example"
    pages.app.config["PREFERRED_URL_SCHEME"] = "https"
    pages.account("siti")
    answer = pages.login(pages.browser(), "siti")
    assert answer.status_code == 303
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_session_that_somebody_laid_ready_is_not_taken_over(pages: Pages) -> None:
    pages.account("siti")
    browser = pages.browser()
    browser.set_cookie("g112", "laid-ready-by-somebody", domain="127.0.0.1")
    assert pages.login(browser, "siti").status_code == 303
    cookie = browser.get_cookie("g112", domain="127.0.0.1")
    assert cookie is not None
    assert cookie.value != "laid-ready-by-somebody"
    other = pages.browser()
    other.set_cookie("g112", "laid-ready-by-somebody", domain="127.0.0.1")
    assert other.get("/api/me").status_code == 401


def test_the_store_has_no_session_that_could_be_used(pages: Pages) -> None:
    siti = pages.person("siti")
    cookie = siti.client.get_cookie("g112", domain="127.0.0.1")
    assert cookie is not None
    whole = [key + (pages.store.redis.get(key) or b"") for key in pages.store.redis.keys("session:*")]
    assert whole
    assert not any(cookie.value.encode() in each for each in whole)


def test_signing_out_ends_the_session_wherever_it_was_copied_to(pages: Pages) -> None:
    siti = pages.person("siti")
    copied = _copy(pages, siti)
    assert copied.get("/api/me").status_code == 200
    assert siti.client.post("/logout").status_code == 303
    assert copied.get("/api/me").status_code == 401


def _copy(pages: Pages, person: Person) -> FlaskClient:
    cookie = person.client.get_cookie("g112", domain="127.0.0.1")
    assert cookie is not None
    browser = pages.browser()
    browser.set_cookie("g112", cookie.value, domain="127.0.0.1")
    return browser


def test_signing_out_everywhere_ends_every_session(pages: Pages) -> None:
    here, there = pages.person("siti"), pages.person("siti")
    assert here.send("/account/everywhere").status_code == 303
    assert there.get("/api/me").status_code == 401


def test_a_disabled_account_is_out_at_once(pages: Pages) -> None:
    siti, admin = pages.person("siti"), pages.person("admin", Role.ADMINISTRATOR, "*")
    assert admin.send("/accounts/disable", name="siti").status_code == 303
    assert siti.get("/api/me").status_code == 401
    assert admin.send("/accounts/enable", name="siti").status_code == 303
    assert siti.get("/api/me").status_code == 401
    budi = pages.person("budi")
    pages.account("budi", disabled=True)
    assert budi.get("/api/me").status_code == 401


def test_a_session_ends_when_it_is_not_used_and_after_a_shift_in_any_case(pages: Pages, clock: Clock) -> None:
    idle, busy = pages.person("siti"), pages.person("budi")
    begun = clock.now
    while clock.now - begun < IDLE_SECONDS:
        clock.now += 3600
        assert busy.get("/api/me").status_code == 200
    assert idle.get("/api/me").status_code == 401
    clock.now = begun + ABSOLUTE_SECONDS - 1
    assert busy.get("/api/me").status_code == 200
    clock.now += 2
    assert busy.get("/api/me").status_code == 401


def test_while_the_store_is_away_nobody_comes_in_and_who_is_in_stays(pages: Pages, server: RedisServer) -> None:
    siti = pages.person("siti")
    browser = pages.browser()
    token = token_of(browser.get("/login").get_data(as_text=True))
    server.kill()
    try:
        answer = browser.post("/login", data={"csrf": token, "name": "siti", "password": PASSWORD})
        assert answer.status_code == 503
        assert "Penyimpanan data tidak menjawab" in answer.get_data(as_text=True)
        assert siti.get("/api/me").status_code == 200
        stranger = pages.browser()
        stranger.set_cookie("g112", "guessed", domain="127.0.0.1")
        refused = stranger.get("/api/me")
        assert (refused.status_code, refused.get_json()["error"]["name"]) == (503, "store_away")
    finally:
        server.start()
    assert siti.get("/api/me").status_code == 200
