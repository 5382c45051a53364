"""Coming in to the desk's pages, over a real Redis."""

from __future__ import annotations

import pytest

from gateway.accounts.account import Role
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Pages


@pytest.fixture(scope="module")
def pages(server: RedisServer) -> Pages:
    return Pages(server.settings(**PAGES))


def test_a_call_taker_comes_in_with_name_and_password(pages: Pages) -> None:
    siti = pages.person("siti", Role.CALL_TAKER, "110")
    me = siti.get("/api/me").get_json()
    assert (me["account"], me["role"], me["agency"]) == ("siti", "call_taker", "110")
    assert siti.get("/").headers["Location"] == "/desk"


def test_a_wrong_password_is_told_like_an_unknown_name(pages: Pages) -> None:
    pages.account("budi")
    wrong = pages.login(pages.browser(), "budi", "x" * 14)
    unknown = pages.login(pages.browser(), "nobody-here", PASSWORD)
    assert wrong.status_code == unknown.status_code == 403
    assert "Nama atau kata sandi salah" in wrong.get_data(as_text=True)
    assert "Nama atau kata sandi salah" in unknown.get_data(as_text=True)
