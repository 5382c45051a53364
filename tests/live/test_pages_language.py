"""In which language a page speaks: what the account chose, else what its browser asks for, else Indonesian."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.pages_in_process import PASSWORD, Pages, token_of


def browser(pages: Pages, wishes: str) -> FlaskClient:
    client = pages.browser()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = wishes
    return client


def enter(client: FlaskClient, path: str = "/login") -> None:
    page = client.get(path).get_data(as_text=True)
    action = page.split('action="')[1].split('"')[0]
    given = {"csrf": token_of(page), "name": "siti", "password": PASSWORD}
    assert client.post(action, data=given).status_code == 303


def speaks(client: FlaskClient) -> str:
    return str(client.get("/api/me").get_json()["language"])


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5", "en"),
        ("id-ID", "id"),
        ("de", "id"),
        ("", "id"),
        ("*", "id"),
        ("ms,id;q=0.2,en;q=0.1", "id"),
    ],
)
def test_who_never_chose_is_spoken_to_as_the_browser_asks(pages: Pages, wishes: str, language: str) -> None:
    pages.account("siti")
    client = browser(pages, wishes)
    assert f'<html lang="{language}">' in client.get("/login").get_data(as_text=True)
    enter(client)
    assert speaks(client) == language
    assert f'<html lang="{language}">' in client.get("/account").get_data(as_text=True)


def test_what_was_chosen_holds_in_every_browser(pages: Pages) -> None:
    pages.account("siti", language="id")
    client = browser(pages, "en")
    enter(client)
    assert speaks(client) == "id"


def test_a_language_pressed_on_the_form_is_chosen_by_who_never_chose(pages: Pages) -> None:
    pages.account("siti")
    client = browser(pages, "id")
    enter(client, "/login?language=en")
    assert speaks(client) == "en"
    enter(client, "/login?language=id")
    assert speaks(client) == "en", "what was chosen once stays until it is changed at the desk or the account's page"
