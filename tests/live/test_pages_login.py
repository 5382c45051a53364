"""Coming in to the desk's pages, over a real Redis: passwords, codes, sessions, and who tries without them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from gateway.accounts import lockout, second_factor
from gateway.accounts.account import Role
from gateway.accounts.sessions import ABSOLUTE_SECONDS, HALFWAY_SECONDS, IDLE_SECONDS
from gateway.store.attempts import Count
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Clock, Pages, Person, token_of

WRONG = "sebuah kata sandi salah"
NEW = "kata sandi baru sekali"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(server: RedisServer, clock: Clock) -> Pages:
    pages = Pages(server.settings(**PAGES), clock)
    pages.store.redis.flushall()
    return pages


def code_of(pages: Pages, word: str, clock: Clock) -> str:
    secret = second_factor.secret(pages.settings, word)
    return second_factor.code_at(secret, int(clock.now // second_factor.STEP_SECONDS))


# passwords


def test_a_call_taker_comes_in_with_name_and_password(pages: Pages) -> None:
    siti = pages.person("siti", Role.CALL_TAKER, "110")
    me = siti.get("/api/me").get_json()
    assert (me["account"], me["role"], me["agency"]) == ("siti", "call_taker", "110")
    assert siti.get("/").headers["Location"] == "/desk"


def test_a_wrong_password_is_told_like_an_unknown_name_and_a_disabled_account(pages: Pages) -> None:
    pages.account("budi")
    pages.account("gone", disabled=True)
    answers = [
        pages.login(pages.browser(), "budi", WRONG),
        pages.login(pages.browser(), "nobody-here", PASSWORD),
        pages.login(pages.browser(), "gone", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {403}
    told = {answer.get_data(as_text=True).partition("<form")[0] for answer in answers}
    assert len(told) == 1
    assert "Nama atau kata sandi salah" in told.pop()


def test_each_role_begins_where_its_work_is(pages: Pages) -> None:
    begins = {role: pages.person(f"a-{role.value}", role, "110").get("/").headers["Location"] for role in Role}
    assert begins == {
        Role.CALL_TAKER: "/desk", Role.SUPERVISOR: "/desk", Role.ADMINISTRATOR: "/accounts", Role.AUDITOR: "/audit",
    }  # fmt: skip


def test_who_guesses_one_account_waits_longer_each_time(pages: Pages, clock: Clock) -> None:
    pages.account("siti")
    for _ in range(5):
        assert pages.login(pages.browser(), "siti", WRONG).status_code == 403
    waited = []
    for _ in range(4):
        answer = pages.login(pages.browser(), "siti", PASSWORD)
        assert answer.status_code == 429
        waited.append(int(answer.headers["Retry-After"]))
        clock.now += waited[-1] + 1
        assert pages.login(pages.browser(), "siti", WRONG).status_code == 403
    assert waited == sorted(set(waited))
    clock.now += 3601
    assert pages.login(pages.browser(), "siti").status_code == 303


def test_a_thousand_guesses_at_once_are_a_thousand(pages: Pages) -> None:
    pages.account("siti")
    browsers = [pages.browser() for _ in range(24)]
    tokens = [token_of(browser.get("/login").get_data(as_text=True)) for browser in browsers]

    def guess(at: int) -> int:
        form = {"csrf": tokens[at], "name": "siti", "password": WRONG}
        return browsers[at].post("/login", data=form).status_code

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(guess, range(len(browsers))))
    assert told.count(403) == 5
    assert told.count(429) == len(browsers) - 5


def test_who_guesses_from_elsewhere_keeps_nobody_from_a_desk_where_he_came_in_before(pages: Pages) -> None:
    siti = pages.person("siti")
    siti.client.post("/logout")
    for number in range(200):
        pages.parts.entrance.attempts.begin("x", _elsewhere(number), pages.clock())
    assert pages.login(pages.browser(), "siti").status_code == 429
    assert pages.login(siti.client, "siti").status_code == 303


def _elsewhere(number: int) -> list[Count]:
    # Counted as an attempt from there, and from everywhere.
    return [count for count in lockout.counts("siti", f"192.0.2.{number}", "") if not count.name.startswith("address")]


def test_what_guessing_from_everywhere_delays_is_seconds(pages: Pages, clock: Clock) -> None:
    pages.account("siti")
    for number in range(200):
        pages.parts.attempts.begin("x", _elsewhere(number), clock.now)
    answer = pages.login(pages.browser(), "siti")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 6
    clock.now += 6
    assert pages.login(pages.browser(), "siti").status_code == 303


def test_a_browsers_word_on_where_it_came_in_before_is_good_for_its_account_alone(pages: Pages) -> None:
    siti = pages.person("siti")
    pages.account("budi")
    for _ in range(5):
        pages.login(siti.client, "budi", WRONG)
    assert pages.login(siti.client, "budi").status_code == 429


def test_an_administrators_word_forgets_the_wrong_attempts(pages: Pages) -> None:
    pages.account("siti")
    for _ in range(6):
        pages.login(pages.browser(), "siti", WRONG)
    admin = pages.person("admin", Role.ADMINISTRATOR, "*")
    assert admin.send("/accounts/unlock", name="siti").status_code == 303
    assert pages.login(pages.browser(), "siti").status_code == 303


def test_behind_a_proxy_of_ours_each_address_has_its_own_count_and_from_elsewhere_nobody_chooses_his(
    server: RedisServer, pages: Pages
) -> None:
    proxied = Pages(server.settings(**PAGES, pages_proxies="127.0.0.0/8, ::1"), pages.clock)
    for each, believed in ((proxied, True), (pages, False)):
        pages.store.redis.flushall()
        each.account("siti")
        for _ in range(6):
            last = _tries(each, "192.0.2.1", WRONG)
        assert last == 429
        # Whatever stands before the proxy's own word somebody else has written.
        assert _tries(each, "192.0.2.9, 192.0.2.1", PASSWORD) == 429
        assert _tries(each, "192.0.2.2", PASSWORD) == (303 if believed else 429)


def _tries(pages: Pages, address: str, given: str) -> int:
    browser = pages.browser()
    form = {"csrf": token_of(browser.get("/login").get_data(as_text=True)), "name": "siti", "password": given}
    return browser.post("/login", data=form, headers={"X-Forwarded-For": address}).status_code


def test_the_addresses_of_one_network_of_ipv6_are_one(pages: Pages) -> None:
    of_one = ("2001:db8:1:1::1", "2001:db8:1:1:2:3:4:5")
    names = {count.name for address in of_one for count in lockout.counts("siti", address, "")}
    assert len(names) == 3
    assert lockout.counts("siti", "2001:db8:1:2::1", "")[0].name not in names


# the form


def test_a_form_that_was_not_shown_in_this_browser_lets_nobody_in(pages: Pages) -> None:
    """Or another site could sign a person in as somebody else."""
    pages.account("siti")
    token = token_of(pages.browser().get("/login").get_data(as_text=True))
    form = {"csrf": token, "name": "siti", "password": PASSWORD}
    answer = pages.browser().post("/login", data=form)
    assert answer.status_code == 403
    assert "g112=" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/%2F/evil.example", "javascript:alert(1)",
        "/desk?x=//evil.example", "/desk\r\nSet-Cookie: a=b", "/logout", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(pages: Pages, wanted: str) -> None:
    pages.account("siti")
    answer = pages.login(pages.browser(), "siti", next=wanted)
    assert answer.headers["Location"] == "/desk"
    assert "a=b" not in str(answer.headers)


def test_who_was_going_somewhere_goes_there_after_the_login(pages: Pages) -> None:
    pages.account("siti")
    browser = pages.browser()
    assert browser.get("/account").headers["Location"] == "/login?next=/account"
    assert 'name="next" value="/account"' in browser.get("/login?next=/account").get_data(as_text=True)
    assert pages.login(browser, "siti", next="/account").headers["Location"] == "/account"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "siti\r\nSet-Cookie: a=b", "x" * 10_000, "\x00", "é" * 99]
)
def test_an_odd_name_is_a_wrong_one(pages: Pages, name: str) -> None:
    answer = pages.login(pages.browser(), name)
    assert answer.status_code == 403
    assert "<script" not in answer.get_data(as_text=True)
    assert "a=b" not in str(answer.headers)


# sessions


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


# the second factor


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


# changing the password


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


# the log, and the store away


def test_no_password_no_code_and_no_wrong_name_is_in_the_log_or_the_audit(
    pages: Pages, capfd: pytest.CaptureFixture[str]
) -> None:
    pages.account("siti")
    for _ in range(8):
        pages.login(pages.browser(), "siti", "rahasia-kenari-itu")
        pages.login(pages.browser(), "rahasia-kenari-itu", "rahasia-kenari-itu")
    logged = "".join(capfd.readouterr())
    audit = str(pages.store.redis.xrange("audit"))
    assert "tries to come in too often" in logged
    assert "rahasia" not in logged + audit
    assert "wrong" in audit
    assert not any(b"rahasia" in key for key in pages.store.redis.scan_iter())


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
