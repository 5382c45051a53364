"""Each route against each kind of visitor, and what proves that a page of ours asked."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gateway.accounts.account import Role
from gateway.accounts.rights import Right, Stage
from gateway.web.pages import application
from gateway.web.pages.guard import declared, route_for, undeclared
from tests.live.redis_server import RedisServer, redis_server
from tests.pages_in_process import PAGES, Clock, Pages, Person

EVERYBODY = frozenset(Role)
DESKS = frozenset({Role.CALL_TAKER, Role.SUPERVISOR})

# Written apart from what the routes say of themselves: the first that fits says who may. All else is the desks'.
WHO_MAY: tuple[tuple[str, frozenset[Role] | None], ...] = (
    (r"/(login|logout|health|static/<file>)", None),
    (r"/|/account(/.*)?|/password|/api/me|/api/language", EVERYBODY),
    (r"/accounts(/.*)?", frozenset({Role.ADMINISTRATOR})),
    (r"/audit", frozenset({Role.AUDITOR})),
    (r"/board|/api/(board|listen|move|dead|alarms)(/.*)?", frozenset({Role.SUPERVISOR})),
    (r"/code", frozenset()),
    (r"/.*", DESKS),
)


def who_may(rule: str) -> frozenset[Role] | None:
    return next(who for pattern, who in WHO_MAY if re.fullmatch(pattern, rule))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pages, Clock]]:
    """The pages with the guard before every route, and nothing behind it."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        clock = Clock()
        pages = Pages(server.settings(**PAGES, phone=True), clock)
        for name, view in pages.app.view_functions.items():
            pages.app.view_functions[name] = _empty(view)
        yield pages, clock


def _empty(view: Callable[..., object]) -> Callable[..., tuple[str, int]]:
    @functools.wraps(view)
    def nothing(**_given: object) -> tuple[str, int]:
        return "", 204

    return nothing


def requests(app: Flask) -> list[tuple[str, str, str]]:
    """Method, rule and a path of it, of every route."""
    return [
        (method, rule.rule, _path(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "110" if found[1] == "agency" else "1", rule.rule)


def test_the_pages_do_not_start_with_a_route_that_says_nothing(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import Blueprint

    class Careless:
        @staticmethod
        def blueprint(*_: object) -> Blueprint:
            careless = Blueprint("careless", __name__)
            careless.get("/careless")(lambda: "")
            return careless

    monkeypatch.setattr(application, "BLUEPRINTS", (*application.BLUEPRINTS, Careless))
    with pytest.raises(RuntimeError, match=r"careless"):
        Pages(server.settings(**PAGES))


def test_every_route_says_what_it_needs(guarded: tuple[Pages, Clock]) -> None:
    assert undeclared(guarded[0].app) == []
    assert len(requests(guarded[0].app)) > 15


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_its_own_routes_and_no_others(guarded: tuple[Pages, Clock], role: Role) -> None:
    pages, _ = guarded
    person = pages.put_in(pages.account(f"one-{role.value}", role, "110"))
    for method, rule, path in requests(pages.app):
        may = who_may(rule)
        answer = _ask(person, method, path)
        expected = 204 if may is None or role in may else 403
        assert answer.status_code == expected, f"{method} {rule} as {role}: {answer.status_code}"


def _ask(person: Person, method: str, path: str) -> TestResponse:
    return person.client.open(path, method=method, headers={"X-CSRF-Token": person.csrf})


def test_without_a_session_nobody_reaches_anything(guarded: tuple[Pages, Clock]) -> None:
    pages, _ = guarded
    for method, rule, path in requests(pages.app):
        _assert_shut(pages.browser().open(path, method=method), method, rule, path)


def test_with_a_session_that_is_over_nobody_reaches_anything(guarded: tuple[Pages, Clock]) -> None:
    pages, clock = guarded
    people = [pages.put_in(pages.account(f"late-{role.value}", role, "110")) for role in Role]
    clock.now += 17 * 3600
    for person in people:
        for method, rule, path in requests(pages.app):
            _assert_shut(_ask(person, method, path), method, rule, path)


def test_with_an_invented_session_nobody_reaches_anything(guarded: tuple[Pages, Clock]) -> None:
    pages, _ = guarded
    browser = pages.browser()
    browser.set_cookie("g112", "A" * 43, domain="127.0.0.1")
    for method, rule, path in requests(pages.app):
        _assert_shut(browser.open(path, method=method), method, rule, path)


def _assert_shut(answer: TestResponse, method: str, rule: str, path: str) -> None:
    if who_may(rule) is None:
        assert answer.status_code == 204
    elif method == "GET" and not path.startswith("/api/"):
        assert (answer.status_code, answer.headers["Location"].startswith("/login")) == (303, True), rule
    else:
        assert answer.status_code == 401, f"{method} {rule}"


def test_halfway_in_nobody_reaches_more_than_the_code(guarded: tuple[Pages, Clock]) -> None:
    pages, _ = guarded
    half = pages.put_in(pages.account("half", Role.SUPERVISOR, "110", second_factor="word"), Stage.SECOND_FACTOR)
    for method, rule, path in requests(pages.app):
        answer = _ask(half, method, path)
        if rule == "/code" or who_may(rule) is None:
            assert answer.status_code == 204
        elif method == "GET" and not path.startswith("/api/"):
            assert answer.headers["Location"] == "/code", rule
        else:
            assert answer.status_code == 401, f"{method} {rule}"


def test_an_agency_in_an_address_has_to_be_the_accounts_own(guarded: tuple[Pages, Clock]) -> None:
    pages, _ = guarded
    siti = pages.put_in(pages.account("of-110", Role.SUPERVISOR, "110"))
    for method, rule, _path in requests(pages.app):
        if "<agency>" in rule and who_may(rule) == DESKS:
            assert _ask(siti, method, rule.replace("<agency>", "118")).status_code == 403


# what proves that a page of ours asked


@pytest.fixture(scope="module")
def siti(guarded: tuple[Pages, Clock]) -> Person:
    pages, _ = guarded
    return pages.put_in(pages.account("csrf-siti", Role.SUPERVISOR, "110"))


def test_whatever_changes_something_needs_the_sessions_token(guarded: tuple[Pages, Clock], siti: Person) -> None:
    other = guarded[0].put_in(guarded[0].account("csrf-budi", Role.SUPERVISOR, "110"))
    for method, rule, path in requests(guarded[0].app):
        if method == "GET" or who_may(rule) is None or Role.SUPERVISOR not in (who_may(rule) or ()):
            continue
        for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other.csrf}, {"X-CSRF-Token": "é"}):
            answer = siti.client.open(path, method=method, headers=headers)
            assert answer.status_code == 403, f"{method} {rule} {headers}"
        # A token in an address would stand in histories and logs.
        assert siti.client.open(f"{path}?csrf={siti.csrf}", method=method).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1:8114", "Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8114.evil.example"}, 403),
        ({"Origin": "http://localhost:8114"}, 403),
        ({"Origin": "file://127.0.0.1:8114"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_another_site_cannot_make_a_browser_act(siti: Person, headers: dict[str, str], status: int) -> None:
    for path in ("/api/language", "/login"):
        answer = siti.client.post(path, headers={"X-CSRF-Token": siti.csrf, **headers})
        assert answer.status_code == status, path


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8114.evil.example", "127.0.0.1", "localhost:1", ""])
def test_under_another_name_the_pages_are_not_there(siti: Person, host: str) -> None:
    """A name of somebody's that leads to our address would make its pages ours."""
    for path in ("/login", "/health", "/api/me", "/nowhere"):
        assert siti.client.get(path, headers={"Host": host}).status_code in (400, 421), path


def test_what_a_decorator_says_is_what_the_guard_reads() -> None:
    @route_for(Right.WORK, "see")
    def view() -> str:
        return ""

    found = declared(view)
    assert found is not None
    assert (found.right, found.act) == (Right.WORK, "see")
    assert declared(None) is None


def test_no_template_has_a_script_or_a_style_in_it() -> None:
    for file in (Path(application.__file__).parent / "templates").glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), file.name
        assert "|safe" not in text.replace(" ", ""), file.name
