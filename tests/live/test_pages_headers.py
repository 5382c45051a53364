"""What the pages tell a browser besides themselves, and what they say when something is wrong."""

from __future__ import annotations

import pytest

from gateway.accounts.account import Role
from gateway.web.limits import LARGEST_REQUEST
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, Pages


@pytest.fixture(scope="module")
def pages(server: RedisServer) -> Pages:
    return Pages(server.settings(**PAGES))


def policy(pages: Pages, path: str = "/login") -> dict[str, list[str]]:
    words = [part.split() for part in pages.browser().get(path).headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in words}


def test_scripts_and_styles_come_from_us_alone(pages: Pages) -> None:
    found = policy(pages)
    assert found["default-src"] == ["'none'"]
    assert found["script-src"] == found["style-src"] == ["'self'"]
    assert found["frame-ancestors"] == found["base-uri"] == ["'none'"]
    assert found["form-action"] == ["'self'"]
    assert found["connect-src"] == ["'self'", "ws://127.0.0.1:8088"]
    assert "unsafe" not in str(found)


def test_the_maps_server_and_asterisks_door_are_let_through_where_they_are_set(server: RedisServer) -> None:
    others = {"pages_tiles": "https://{s}.tiles.example/{z}/{x}/{y}.png", "pages_sip_url": "wss://sip.example/ws"}
    found = policy(Pages(server.settings(**PAGES, **others)))
    assert found["img-src"] == ["'self'", "data:", "https://*.tiles.example"]
    assert found["connect-src"] == ["'self'", "wss://sip.example"]


def test_every_answer_has_the_headers_whatever_it_is(pages: Pages) -> None:
    siti = pages.person("siti")
    answers = [
        siti.get("/login"), siti.get("/api/me"), siti.get("/nowhere"), siti.get("/api/nowhere"), siti.get("/audit"),
        siti.client.post("/api/language", data="{", headers={"X-CSRF-Token": siti.csrf}), siti.get("/"),
        pages.browser().get("/desk"), siti.get("/static/plain.css"), siti.client.put("/login"),
        siti.get("/login", headers={"Host": "evil.example"}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "microphone=(self)" in answer.headers["Permissions-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_nothing_about_anybody_stays_in_a_cache(pages: Pages) -> None:
    siti = pages.person("siti")
    for path in ("/account", "/api/me", "/login", "/"):
        assert siti.get(path).headers["Cache-Control"] == "no-store"


def test_an_answer_is_in_the_language_of_the_account(pages: Pages) -> None:
    siti, john = pages.person("siti"), pages.person("john", language="en")
    assert siti.get("/api/nowhere").get_json()["error"]["sentence"] == "Halaman ini tidak ada."
    assert john.get("/api/nowhere").get_json()["error"]["sentence"] == "There is no such page."
    assert '<html lang="en">' in john.get("/account").get_data(as_text=True)
    assert siti.post("/api/language", {"language": "en"}).status_code == 200
    assert "There is no such page" in siti.get("/nowhere").get_data(as_text=True)
    assert siti.post("/api/language", {"language": "fr"}).status_code == 400


def test_a_stranger_is_answered_in_the_browsers_language_and_else_in_indonesian(pages: Pages) -> None:
    ask = pages.browser().get
    assert '<html lang="id">' in ask("/login").get_data(as_text=True)
    assert '<html lang="id">' in ask("/login", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert '<html lang="en">' in ask("/login", headers={"Accept-Language": "en-GB, id;q=0.5"}).get_data(as_text=True)
    assert '<html lang="en">' in ask("/login?language=en").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/api/language", "/login", "/account/language"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(pages: Pages, path: str) -> None:
    siti = pages.person("siti")
    body = b"x" * (LARGEST_REQUEST + 1)
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        answer = siti.client.post(path, data=body, content_type=kind, headers={"X-CSRF-Token": siti.csrf})
        assert answer.status_code in (400, 413), kind
    answer = siti.client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    if path.startswith("/api/"):
        assert answer.get_json()["error"]["name"] == "too_large"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"language": 1}', b"[" * 60_000])
def test_what_is_no_object_is_malformed(pages: Pages, body: bytes) -> None:
    siti = pages.person("siti")
    headers = {"X-CSRF-Token": siti.csrf}
    answer = siti.client.post("/api/language", data=body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["name"]) == (400, "malformed")


def test_a_fault_of_ours_tells_nothing_of_itself(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[object]:
        raise ValueError("a secret at +62 812-0000-0001")

    admin = pages.person("admin", Role.ADMINISTRATOR, "*")
    monkeypatch.setattr(pages.parts.accounts, "every", broken)
    answer = admin.get("/accounts")
    logged = "".join(capfd.readouterr())
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True) + logged
    assert "ValueError" in logged


def test_only_files_of_the_pages_are_served(pages: Pages) -> None:
    ask = pages.browser().get
    assert ask("/static/plain.css").mimetype == "text/css"
    for path in ("/static/../guard.py", "/static/..%2fguard.py", "/static/%2e%2e/words.py", "/static/manifest.json",
                 "/static/.", "/static/", "/static/nothing.js", "/static//etc/passwd"):  # fmt: skip
        assert ask(path).status_code in (404, 503), path


def test_it_says_that_it_is_there_and_no_more(pages: Pages) -> None:
    assert pages.browser().get("/health").get_json() == {"status": "ok"}
