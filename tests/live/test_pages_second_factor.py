"""The second factor's code, and changing the password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.accounts import second_factor
from gateway.accounts.sessions import HALFWAY_SECONDS
from tests.pages_in_process import PASSWORD, Clock, Pages, token_of

WRONG = "sebuah kata sandi salah"
NEW = "kata sandi baru sekali"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def code_of(pages: Pages, word: str, clock: Clock) -> str:
    secret = second_factor.secret(pages.settings, word)
    return second_factor.code_at(secret, int(clock.now // second_factor.STEP_SECONDS))


def test_a_second_factor_is_set_up_asked_for_and_used_once(pages: Pages, clock: Clock) -> None:
    siti = pages.person("siti")
    page = siti.send("/account/code").get_data(as_text=True)
    word = page.partition('name="word" value="')[2].partition('"')[0]
    secret = page.partition("<dd><code>")[2].partition("<")[0]
    code = second_factor.code_at(secret, int(clock.now // 30))
    assert siti.send("/account/code/confirm", word=word, code="000000").status_code == 400
    assert siti.send("/account/code/confirm", word=word, code=code).status_code == 303
    assert siti.get("/api/me").status_code == 200

    browser = pages.browser()
    assert pages.login(browser, "siti").headers["Location"] == "/code"
    assert browser.get("/api/me").status_code == 401
    assert browser.get("/desk").headers["Location"] == "/code"
    token = token_of(browser.get("/code").get_data(as_text=True))
    # It was used when it was set up.
    assert browser.post("/code", data={"csrf": token, "code": code}).status_code == 403
    clock.now += 30
    code = second_factor.code_at(secret, int(clock.now // 30))
    halfway = browser.get_cookie("g112", domain="127.0.0.1")
    assert browser.post("/code", data={"csrf": token, "code": code}).headers["Location"] == "/desk"
    now = browser.get_cookie("g112", domain="127.0.0.1")
    assert halfway is not None
    assert now is not None
    assert halfway.value != now.value
    assert browser.get("/api/me").status_code == 200
    earlier = pages.browser()
    earlier.set_cookie("g112", halfway.value, domain="127.0.0.1")
    assert earlier.get("/code").headers["Location"].startswith("/login")


def test_who_has_only_the_password_has_ten_minutes_and_a_few_guesses(pages: Pages, clock: Clock) -> None:
    word = second_factor.new_word()
    pages.account("siti", second_factor=word)
    browser = pages.browser()
    pages.login(browser, "siti")
    token = token_of(browser.get("/code").get_data(as_text=True))
    told = [browser.post("/code", data={"csrf": token, "code": "000000"}).status_code for _ in range(7)]
    assert told == [403] * 5 + [429] * 2
    # A right one now comes too late to be a guess.
    assert browser.post("/code", data={"csrf": token, "code": code_of(pages, word, clock)}).status_code == 429
    clock.now += HALFWAY_SECONDS + 1
    assert browser.get("/code").headers["Location"] == "/login?next=/code"


def test_no_code_can_be_given_without_the_password(pages: Pages) -> None:
    pages.account("siti", second_factor=second_factor.new_word())
    assert pages.browser().get("/code").headers["Location"].startswith("/login")
    budi = pages.person("budi")
    assert budi.get("/code").status_code == 403


def test_one_accounts_new_secret_is_none_of_anothers(pages: Pages, clock: Clock) -> None:
    siti, budi = pages.person("siti"), pages.person("budi")
    page = siti.send("/account/code").get_data(as_text=True)
    word = page.partition('name="word" value="')[2].partition('"')[0]
    code = second_factor.code_at(page.partition("<dd><code>")[2].partition("<")[0], int(clock.now // 30))
    assert budi.send("/account/code/confirm", word=word, code=code).status_code == 400


def test_the_second_factor_goes_with_the_password_or_by_an_administrator(pages: Pages) -> None:
    siti = pages.person("siti")
    pages.parts.accounts.change("siti", lambda account: replace(account, second_factor="word"))
    assert siti.send("/account/code/off", password=WRONG).status_code == 400
    assert siti.send("/account/code/off", password=PASSWORD).status_code == 303
    kept = pages.parts.accounts.get("siti")
    assert kept is not None
    assert kept.second_factor == ""


def test_a_password_that_somebody_else_made_is_changed_before_anything_else(pages: Pages) -> None:
    pages.account("siti", must_change=True)
    browser = pages.browser()
    assert pages.login(browser, "siti", next="/account").headers["Location"] == "/password"
    assert browser.get("/desk").headers["Location"] == "/password"
    assert browser.get("/api/me").get_json()["error"]["name"] == "new_password"
    token = token_of(browser.get("/password").get_data(as_text=True))
    form = {"csrf": token, "old": PASSWORD, "new": NEW, "again": NEW}
    assert browser.post("/password", data=form).headers["Location"] == "/desk"
    assert browser.get("/api/me").status_code == 200


def test_a_new_password_ends_every_other_session(pages: Pages) -> None:
    here, there = pages.person("siti"), pages.person("siti")
    assert here.send("/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert here.get("/api/me").status_code == 200
    assert there.get("/api/me").status_code == 401
    assert pages.login(pages.browser(), "siti", PASSWORD).status_code == 403
    assert pages.login(pages.browser(), "siti", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        (WRONG, NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, NEW + "x"), (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "saya-siti-sendiri", "saya-siti-sendiri"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_password_is_not_changed_without_the_old_one_or_to_a_bad_one(
    pages: Pages, old: str, new: str, again: str
) -> None:
    siti = pages.person("siti")
    assert siti.send("/password", old=old, new=new, again=again).status_code == 400
    assert pages.login(pages.browser(), "siti").status_code == 303
