"""Keeping accounts: at the page and in the terminal."""

from __future__ import annotations

import io
import re
import stat
from pathlib import Path

import pytest

from gateway.__main__ import main
from gateway.accounts import first_start
from gateway.accounts.account import Role
from gateway.store.accounts import Accounts
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Pages, Person

RANDOM = re.compile(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}")
AGENCIES = ["112", "110", "118", "113", "ppa"]


@pytest.fixture
def admin(pages: Pages) -> Person:
    return pages.person("admin", Role.ADMINISTRATOR, "*", language="en")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


# the page


def test_a_new_account_comes_in_with_the_password_that_is_shown_once(pages: Pages, admin: Person) -> None:
    page = admin.send("/accounts/add", name="Siti", title="Siti Contoh", role="call_taker", agencies="110")
    secret = RANDOM.search(page.get_data(as_text=True))
    assert secret
    assert secret[0] not in admin.get("/accounts").get_data(as_text=True)
    assert secret[0].encode() not in b"".join(pages.store.redis.hvals("accounts"))
    answer = pages.login(pages.browser(), "siti", secret[0])
    assert answer.headers["Location"] == "/password"


def test_a_name_with_html_in_it_is_text(pages: Pages, admin: Person) -> None:
    odd = "<img src=x onerror=alert(1)>\"'"
    assert admin.send("/accounts/add", name="siti", title=odd, role="auditor", agencies="110").status_code == 200
    page = admin.get("/accounts").get_data(as_text=True)
    assert "<img" not in page
    assert "&lt;img" in page
    siti = pages.person("siti", Role.AUDITOR, "110", title=odd)
    assert "<img" not in siti.get("/account").get_data(as_text=True)
    assert siti.get("/api/me").get_json()["name"] == odd


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "a"}, {"name": "siti budi"}, {"name": "siti\r\nX: y"}, {"name": "<b>"},
        {"title": "x" * 61}, {"title": "a\r\nb"}, {"title": "a\x1b[2Jb"}, {"agencies": "999"}, {"agencies": "*"},
        {"language": "fr"}, {"role": "king"}, {"name": "admin"},
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused(pages: Pages, admin: Person, wrong: dict[str, str]) -> None:
    form = {"name": "siti", "title": "", "role": "call_taker", "agencies": "110", **wrong}
    assert admin.send("/accounts/add", **form).status_code == 400
    assert [account.name for account in pages.parts.accounts.every()] == ["admin"]


def test_an_administrator_of_one_agency_keeps_its_accounts_alone(pages: Pages) -> None:
    pages.account("of-118", Role.CALL_TAKER, "118")
    pages.account("of-both", Role.CALL_TAKER, "110", "118")
    pages.account("root", Role.ADMINISTRATOR, "*")
    chief = pages.person("chief", Role.ADMINISTRATOR, "110")
    pages.account("of-110", Role.CALL_TAKER, "110")
    page = chief.get("/accounts").get_data(as_text=True)
    assert "of-110" in page
    assert not any(name in page for name in ("of-118", "of-both", "root"))
    for act in ("disable", "password", "unlock", "sign-out", "code-off", "role"):
        for name in ("of-118", "of-both", "root", "nobody"):
            answer = chief.send(f"/accounts/{act}", name=name, role="call_taker", agencies="110")
            assert answer.status_code == 404, f"{act} {name}"
    for agencies in ("118", "*"):
        form = {"name": "new", "role": "administrator", "agencies": agencies}
        assert chief.send("/accounts/add", **form).status_code == 403
        form = {"name": "of-110", "role": "administrator", "agencies": agencies}
        assert chief.send("/accounts/role", **form).status_code == 403
    assert chief.send("/accounts/disable", name="of-110").status_code == 303


def test_nobody_shuts_himself_out(pages: Pages, admin: Person) -> None:
    for act in ("disable", "role", "password"):
        form = {"name": "admin", "role": "call_taker", "agencies": "110"}
        assert admin.send(f"/accounts/{act}", **form).status_code == 403
    assert admin.get("/accounts").status_code == 200


def test_another_role_holds_at_once(pages: Pages, admin: Person) -> None:
    siti = pages.person("siti", Role.SUPERVISOR, "110")
    form = {"name": "siti", "role": "auditor", "agencies": "118"}
    assert admin.send("/accounts/role", **form).status_code == 303
    assert siti.get("/api/me").status_code == 401
    pages.login(siti.client, "siti")
    me = siti.client.get("/api/me").get_json()
    assert (me["role"], me["agencies"][0]["id"]) == ("auditor", "118")


def test_a_new_password_ends_what_was_open_and_has_to_be_changed(pages: Pages, admin: Person) -> None:
    siti = pages.person("siti")
    shown = RANDOM.search(admin.send("/accounts/password", name="siti").get_data(as_text=True))
    assert shown
    assert siti.get("/api/me").status_code == 401
    assert pages.login(pages.browser(), "siti", PASSWORD).status_code == 403
    assert pages.login(pages.browser(), "siti", shown[0]).headers["Location"] == "/password"


def test_what_is_no_act_is_no_page(admin: Person) -> None:
    assert admin.send("/accounts/destroy", name="siti").status_code == 404


def test_two_changes_of_one_account_at_once_are_both_kept(pages: Pages) -> None:
    from dataclasses import replace

    pages.account("siti")

    def slowly(account):  # type: ignore[no-untyped-def]
        if not account.language:
            pages.parts.accounts.change("siti", lambda other: replace(other, language="en"))
        return replace(account, title="Siti Contoh")

    changed = pages.parts.accounts.change("siti", slowly)
    assert (changed.language, changed.title) == ("en", "Siti Contoh")


# the first start


def test_the_first_start_opens_an_account_for_each_agency_and_an_administrator_and_the_second_none(
    pages: Pages, server: RedisServer
) -> None:
    settings, first, second = server.settings(**PAGES), Terminal(), Terminal()
    first_start.begin(settings, AGENCIES, first)
    first_start.begin(settings, AGENCIES, second)
    assert second.getvalue() == ""
    told = dict(re.findall(rf"^  (\S+) +({RANDOM.pattern})", first.getvalue(), re.MULTILINE))
    assert set(told) == {*AGENCIES, "admin"}
    for name, secret in told.items():
        assert pages.login(pages.browser(), name, secret).status_code == 303
    assert {account.agencies for account in pages.parts.accounts.every()} == {*((name,) for name in AGENCIES), ("*",)}


def test_of_two_first_starts_one_opens_the_accounts(pages: Pages) -> None:
    accounts = Accounts(pages.store.redis)
    first = first_start.open_accounts(accounts, AGENCIES, 0.0)
    assert not accounts.begin([account for account, _ in first])
    assert first_start.open_accounts(accounts, AGENCIES, 0.0) == []


def test_where_no_terminal_is_the_first_passwords_go_into_a_file_of_their_owner(
    pages: Pages, server: RedisServer, tmp_path: Path
) -> None:
    settings, out = server.settings(**PAGES | {"state": str(tmp_path)}), io.StringIO()
    first_start.begin(settings, AGENCIES, out)
    file = tmp_path / first_start.FILE
    assert str(file) in out.getvalue()
    assert not RANDOM.search(out.getvalue())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(RANDOM.findall(file.read_text())) == len(AGENCIES) + 1


# the terminal


@pytest.fixture
def gateway112(pages: Pages, server: RedisServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    environ = {**PAGES, "redis_url": f"redis://127.0.0.1:{server.port}/0", "state": str(tmp_path)}
    for name, value in environ.items():
        monkeypatch.setenv(f"GATEWAY112_{name.upper()}", value)
    return lambda *words: main(["user", *words])


def test_the_terminal_keeps_accounts_too(
    pages: Pages,
    gateway112,  # type: ignore[no-untyped-def]
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert gateway112("add", "siti", "--agency", "110", "--agency", "112", "--title", "Siti Contoh") == 0
    secret = RANDOM.search(capsys.readouterr().out)
    assert secret
    assert pages.login(pages.browser(), "siti", secret[0]).headers["Location"] == "/password"
    assert gateway112("role", "siti", "--role", "auditor", "--agency", "*") == 0
    assert gateway112("disable", "siti") == 0
    assert gateway112("list") == 0
    assert re.search(r"siti +auditor +\* +Siti Contoh +disabled, must change", capsys.readouterr().out)
    assert pages.login(pages.browser(), "siti", secret[0]).status_code == 403
    for act in ("enable", "unlock", "code-off", "sign-out", "password"):
        assert gateway112(act, "siti") == 0
    fresh = RANDOM.search(capsys.readouterr().out)
    assert fresh
    assert pages.login(pages.browser(), "siti", fresh[0]).status_code == 303


@pytest.mark.parametrize(
    "words",
    [("add", "siti"), ("add", "siti", "--agency", "999"), ("add", "siti", "--agency", "*"), ("disable", "nobody")],
)
def test_the_terminal_says_why_not(
    gateway112,  # type: ignore[no-untyped-def]
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert gateway112(*words) == 2
    assert "gateway112: " in capsys.readouterr().err


def test_who_names_no_agency_is_told_the_word_for_it(
    gateway112,  # type: ignore[no-untyped-def]
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert gateway112("add", "siti") == 2
    assert re.search(r"--agency: name at least one of .*110", capsys.readouterr().err)


def test_what_the_terminal_does_stands_in_the_audit(pages: Pages, gateway112) -> None:  # type: ignore[no-untyped-def]
    gateway112("add", "siti", "--agency", "110")
    line = pages.store.redis.xrevrange("audit", count=1)[0][1]
    assert (line[b"account"], line[b"act"], line[b"about"]) == (b"(terminal)", b"account_add", b"siti")
