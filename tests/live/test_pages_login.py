"""Coming in to the desk's pages, over a real Redis: passwords, codes, sessions, and who tries without them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.accounts import lockout
from gateway.accounts.account import Role
from gateway.store.attempts import Count
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Clock, Pages, token_of

WRONG = "sebuah kata sandi salah"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(server: RedisServer, clock: Clock) -> Pages:
    pages = Pages(server.settings(**PAGES), clock)
    pages.store.redis.flushall()
    return pages


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


# the log


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
