"""The front: a desk on another machine works by https, and nobody outside can keep it or Asterisk from working."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest

from gateway.channels import nginx_conf
from gateway.check import front as front_check
from gateway.running.readiness import questions
from gateway.web.pages.guard import COOKIE
from tests.live.desk_browser import DeskCity, DeskPage, Desks, hears, said
from tests.live.front_client import FrontClient, read_answer
from tests.live.wait import until
from tests.ports import free_port
from tests.self_signed import self_signed

PUBLIC, LINK = "gateway.example", "g.example"


@pytest.fixture(scope="module")
def whole_desk_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    """A city whose pages and WebSocket are behind the front alone."""
    folder = tmp_path_factory.mktemp("front")
    made = self_signed(folder, "127.0.0.1", PUBLIC, LINK)
    port = free_port()
    city = DeskCity(
        folder, front="yes", front_bind="127.0.0.1", front_port=str(port), front_http_port=str(free_port()),
        pages_url=f"https://127.0.0.1:{port}", public_url=f"https://{PUBLIC}", link_url=f"https://{LINK}",
        **made.settings,
    )  # fmt: skip
    nginx_conf.write(city.settings)
    try:
        city.start()
        city.parts.start("front")
        until(questions(city.settings)["front"], what="the front answers")
        yield city
    finally:
        city.stop()


@pytest.fixture
def outside(desk_city: DeskCity) -> Iterator[FrontClient]:
    """Somebody elsewhere."""
    client = FrontClient(desk_city.settings, "127.0.0.9")
    yield client
    client.close()


def _try(client: FrontClient, **headers: str) -> int:
    """Sign in under a name that nobody has."""
    page = client.ask("/login")
    token = re.search(rb'name="csrf" value="([^"]+)"', page.body)
    assert token
    form = b"name=nobody&password=guessed&csrf=" + token[1]
    cookie = page.headers["set-cookie"].partition(";")[0]
    kind = "application/x-www-form-urlencoded"
    return client.ask("/login", "POST", body=form, Cookie=cookie, Content_Type=kind, **headers).status


def session_of(desk: DeskPage) -> str:
    return next(each["value"] for each in desk.page.context.cookies() if each["name"] == COOKIE)


def test_a_desk_elsewhere_signs_in_is_rung_answers_and_is_heard(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    assert desk.page.url.startswith("https://")
    assert desk.page.evaluate("isSecureContext")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    desk.takes_call()
    desk.hears()
    hears(caller)
    assert desk_city.with_whom(desk.open_incident) == {"110-2"}


def test_what_others_see_of_the_front_is_for_them(desk_city: DeskCity, outside: FrontClient) -> None:
    answer = outside.ask("/login")
    assert answer.status == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert (
        f"connect-src 'self' wss://127.0.0.1:{desk_city.settings.number('front_port')}"
        in (answer.headers["content-security-policy"])
    )
    assert "server" not in answer.headers or answer.headers["server"] == "nginx"
    moved = outside.ask("/login?next=/board", plain=True)
    assert (moved.status, moved.headers["location"]) == (301, f"{desk_city.settings.pages_url}/login?next=/board")
    for path in ("/httpstatus", "/ari/api-docs", "/static/../ws", "/ws/", "/ws", "/%77s", "/front/is-in", "/metrics"):
        assert outside.ask(path).status in (303, 403, 404), path


def test_only_our_own_page_of_who_is_in_opens_asterisks_websocket(at: Desks, outside: FrontClient) -> None:
    assert outside.upgrade() == 401
    outside.cookie = session_of(at("110-2"))
    assert outside.upgrade() == 101
    port = outside.settings.number("front_port")
    for origin in (
        "https://evil.example",
        "null",
        f"http://127.0.0.1:{port}",
        f"https://127.0.0.1:{port}.evil.example",
    ):
        assert outside.upgrade(origin=origin) == 403, origin
    assert outside.upgrade(protocol="ari") == 400
    assert outside.upgrade(path="/ws2") != 101


def test_idle_websockets_of_one_address_keep_no_other_desk_out(
    desk_city: DeskCity, at: Desks, outside: FrontClient
) -> None:
    desk = at("110-2")
    outside.cookie = session_of(desk)
    statuses = [outside.upgrade() for _ in range(300)]
    assert set(statuses) == {101, 429}
    assert statuses.count(101) <= nginx_conf.SOCKETS_OF_PLACE
    other = at("113-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    desk.takes_call()
    desk.hears()
    assert other.is_free("113-2")


def test_half_requests_are_closed_and_keep_nobody_waiting(desk_city: DeskCity, outside: FrontClient) -> None:
    held = [outside.connect() for _ in range(300)]
    for line in held:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
    plain = [outside.connect(plain=True) for _ in range(50)]
    colleague = FrontClient(desk_city.settings, "127.0.0.10")
    assert colleague.ask("/login").status == 200
    bodies = [outside.connect() for _ in range(20)]
    for line in bodies:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nhalf")
    assert colleague.ask("/login").status == 200
    for line in (*held, *plain, *bodies):
        line.settimeout(nginx_conf.SLOW_SECONDS * 3)
        assert read_answer(line).status in (0, 408), "it is closed"
        line.close()


def test_where_somebody_comes_from_is_seen_and_not_believed(desk_city: DeskCity, outside: FrontClient) -> None:
    """A name that nobody has is counted by where it is tried from: who forges that is counted all the same."""
    stranger, colleague = outside, FrontClient(desk_city.settings, "127.0.0.11")
    statuses = [
        _try(stranger, X_Forwarded_For=f"198.51.100.{each}", Forwarded=f"for=198.51.100.{each}") for each in range(8)
    ]
    assert 429 in statuses, "five are free"
    assert _try(colleague) == 403
    assert _try(FrontClient(desk_city.settings, "127.0.0.12"), X_Forwarded_For="127.0.0.9") == 403


def test_a_renewed_certificate_is_shown_and_cuts_nobody_off(
    desk_city: DeskCity, at: Desks, outside: FrontClient
) -> None:
    desk = at("110-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    desk.takes_call()
    settings = desk_city.settings
    assert front_check.shown(settings) == ""
    made = settings.front_certificate
    assert made
    self_signed(made.parent, "127.0.0.1", PUBLIC, LINK)
    assert "another certificate" in front_check.shown(settings)
    os.kill(desk_city.parts.pid("front"), signal.SIGHUP)
    until(lambda: front_check.shown(settings) == "", what="the new one is shown")
    desk.hears()
    hears(caller)
    assert desk_city.with_whom(desk.open_incident) == {"110-2"}
    desk.press("call.end")
    desk.answer_dialog()
    desk.has_call("none")


def test_each_name_shows_what_it_is_for_and_no_other(desk_city: DeskCity) -> None:
    web, link, unknown = (FrontClient(desk_city.settings, name=name) for name in (PUBLIC, LINK, "evil.example"))
    assert web.ask("/health").status == 200
    assert "parts" not in web.ask("/health").body.decode()
    assert web.ask("/login").status == link.ask("/health").status == link.ask("/login").status == 404
    assert web.ask("/h/forged").headers["content-type"] == link.ask("/h/forged").headers["content-type"]
    for path in ("/messages/kannel/incoming", "/messages/sip_message/incoming", "/messages//kannel/incoming"):
        assert web.ask(path).status == 404
        assert b"nginx" in web.ask(path).body, "it does not come as far as the application"
    assert web.upgrade() != 101
    assert unknown.ask("/login").status in (421, 444, 0), "the pages answer under their own name alone"
    assert link.ask("/h/x", plain=True).headers["location"] == f"https://{LINK}/h/x"


def test_a_front_that_is_killed_and_comes_back_costs_no_call(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    desk.tab.expected += ["net::ERR", "WebSocket connection", "502"]
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    incident = desk.takes_call()
    desk_city.parts.kill("front")
    until(lambda: "110-2" not in desk_city.asterisk.console("pjsip show contacts"), what="its WebSocket is cut")
    desk_city.parts.start("front")
    until(lambda: "110-2" in desk_city.asterisk.console("pjsip show contacts"), what="the softphone is back by itself")
    desk.hears()
    hears(caller)
    assert desk_city.with_whom(incident) == {"110-2"}
    desk.press("call.end")
    desk.answer_dialog()
    desk.has_call("none")


def test_a_line_that_is_lost_while_the_pages_are_away_is_back_with_them_and_duty_is_what_it_was(
    desk_city: DeskCity, at: Desks
) -> None:
    """Nobody is let through to Asterisk's WebSocket while nobody can say who is in."""
    desk = at("110-2")
    desk.tab.expected += ["net::ERR", "WebSocket connection", "50"]
    seat = desk_city.store.redis.get("duty:110-2")
    desk_city.parts.kill("pages")
    desk.page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: "110-2/" not in desk_city.asterisk.console("pjsip show contacts"), what="it takes another line")
    desk.sees(said("alert.sip").partition(" {")[0], ".alert")
    desk_city.parts.start("pages")
    until(lambda: desk.is_free("110-2"), what="it is rung again")
    assert desk_city.store.redis.get("duty:110-2") == seat
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    desk.takes_call()
    desk.hears()
