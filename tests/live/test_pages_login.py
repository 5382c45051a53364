"""Coming in to the desk's pages, over a real Redis: passwords, codes, sessions, and who tries without them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.accounts import lockout
from gateway.accounts.account import Role
from gateway.accounts.lockout import Browser
from gateway.store.attempts import Count
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Clock, Pages, token_of

WRONG = "sebuah kata sandi salah"


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
    for _ in range(6):
        pages.login(pages.browser(), "siti", WRONG)
    assert pages.login(pages.browser(), "siti").status_code == 429
    assert pages.login(siti.client, "siti").status_code == 303


def test_at_a_shared_desk_each_of_a_shift_is_known_there(pages: Pages) -> None:
    shift = [f"person{number}" for number in range(lockout.MOST_ACCOUNTS)]
    desk = pages.browser()
    for name in shift:
        pages.account(name)
        assert pages.login(desk, name).status_code == 303
    for name in (shift[0], shift[-1]):
        for _ in range(6):
            pages.login(pages.browser(), name, WRONG)
        assert pages.login(desk, name).status_code == 303


def test_a_stranger_at_the_rooms_address_keeps_nobody_out(pages: Pages, clock: Clock) -> None:
    for name in ("siti", "budi", "rina"):
        pages.account(name)
    desk = pages.browser()
    assert pages.login(desk, "siti").status_code == 303
    came_in = []
    for minute in range(12):
        for number in range(5):
            pages.login(pages.browser(), f"made-up-{minute}-{number}", WRONG)
        pages.login(pages.browser(), "budi", WRONG)
        clock.now += 2
        # Who was never there, in a new browser; and one whose name the stranger knows, at a desk of the room.
        came_in += [pages.login(pages.browser(), "rina").status_code, pages.login(desk, "budi").status_code]
    assert set(came_in) == {303}


def test_who_makes_up_names_does_not_fill_the_store(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "STRANGERS", 8)
    for number in range(30):
        pages.login(pages.browser(), f"made-up-{number}", WRONG)
    assert len(list(pages.store.redis.scan_iter("attempts:*"))) <= 8


def test_a_name_that_nobody_has_is_delayed_as_others_are(pages: Pages) -> None:
    pages.account("siti")
    for name in ("siti", "nobody-here"):
        told = [pages.login(pages.browser(), name, WRONG) for _ in range(6)]
        assert [answer.status_code for answer in told] == [403] * 5 + [429]


def test_who_has_an_account_guesses_anothers_as_slowly_in_however_many_browsers(pages: Pages) -> None:
    pages.account("budi")
    pages.account("siti")
    told = []
    for _ in range(7):
        browser = pages.browser()
        assert pages.login(browser, "budi").status_code == 303
        told.append(pages.login(browser, "siti", WRONG).status_code)
    assert told == [403] * 5 + [429] * 2


@pytest.mark.parametrize("cookie", ["", "x", "0123456789abcdef", "0123456789abcdef siti", "x" * 700])
def test_a_browser_whose_word_is_not_ours_is_a_strange_one(pages: Pages, cookie: str) -> None:
    pages.account("siti")
    for _ in range(5):
        pages.login(pages.browser(), "siti", WRONG)
    browser = pages.browser()
    browser.set_cookie("g112_device", cookie, domain="127.0.0.1")
    assert pages.login(browser, "siti").status_code == 429


def _elsewhere(number: int) -> Sequence[Count]:
    return lockout.counts("siti", f"192.0.2.{number}", Browser())


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
    names = {count.name for address in of_one for count in lockout.counts("siti", address, Browser())}
    assert len(names) == 2
    assert lockout.counts("siti", "2001:db8:1:2::1", Browser())[0].name not in names


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


def test_who_tries_without_a_pause_is_told_of_once_a_minute(
    pages: Pages, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    pages.account("siti")
    for _ in range(15):
        pages.login(pages.browser(), "siti", WRONG)
    logged = "".join(capfd.readouterr())
    assert logged.count("tries to come in too often") == 1
    assert str(pages.store.redis.xrange("audit")).count("too_often") == 1
    clock.now += 61
    for _ in range(4):
        pages.login(pages.browser(), "siti", WRONG)
    assert "".join(capfd.readouterr()).count("tries to come in too often") == 1


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
