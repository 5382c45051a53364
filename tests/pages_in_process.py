"""The desk's pages in this process over a real Redis, and people who come in to them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.accounts import password
from gateway.accounts.account import Account, Role
from gateway.accounts.rights import Stage
from gateway.settings import ROOT, Settings
from gateway.store import Store
from gateway.web.pages.application import build_pages
from gateway.web.pages.parts import Parts, parts_of

PASSWORD = "kata sandi untuk uji coba"
PAGES = {"rules": str(ROOT / "routing_rules.yaml"), "second_factor_seed": "test-second-factor-seed"}
"""Settings besides those of the Redis: ``server.settings(**PAGES)``."""

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_hashed: dict[str, str] = {}


@dataclass
class Clock:
    """A time that goes on when it is told to."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@dataclass
class Person:
    """A browser whose person has come in.

    Attributes:
        csrf: sent with all that ``post`` sends.
    """

    client: FlaskClient
    account: str
    csrf: str = ""

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, **how)

    def post(self, path: str, values: dict[str, Any] | None = None) -> TestResponse:
        """JSON, as the page's script sends it."""
        return self.client.post(path, json=values or {}, headers={"X-CSRF-Token": self.csrf})

    def send(self, path: str, **form: str) -> TestResponse:
        """A form."""
        return self.client.post(path, data={"csrf": self.csrf, **form})


@dataclass
class Pages:
    """``Pages(settings)``; ``pages.person("siti", Role.CALL_TAKER, "110")`` is one who has come in."""

    settings: Settings
    clock: Callable[[], float] = time.time
    parts: Parts = field(init=False)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.parts = parts_of(self.settings, self.clock)
        self.app = build_pages(self.settings, self.parts)
        # The host that the client asks under.
        self.app.config["SERVER_NAME"] = f"127.0.0.1:{self.settings.number('pages_port')}"

    @property
    def store(self) -> Store:
        return self.parts.store

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def account(self, name: str, role: Role = Role.CALL_TAKER, *agencies: str, **others: Any) -> Account:
        """An account with PASSWORD, new or in place of an older one."""
        kept = _hashed.get(PASSWORD) or _hashed.setdefault(PASSWORD, password.hashed(PASSWORD))
        account = Account(name, role, agencies or ("110",), kept, **others)
        if not self.parts.accounts.add(account):
            self.parts.accounts.change(name, lambda _: account)
        return account

    def login(self, client: FlaskClient, name: str, given: str = PASSWORD, **form: str) -> TestResponse:
        """What a person does at the form."""
        page = client.get("/login").get_data(as_text=True)
        return client.post("/login", data={"csrf": token_of(page), "name": name, "password": given, **form})

    def person(self, name: str, role: Role = Role.CALL_TAKER, *agencies: str, **others: Any) -> Person:
        self.account(name, role, *agencies, **others)
        client = self.browser()
        answer = self.login(client, name)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return Person(client, name, client.get("/api/me").get_json()["csrf"])

    def put_in(self, account: Account, stage: Stage = Stage.IN) -> Person:
        """One who has a session without having come in by the form."""
        name, session = self.parts.sessions.open(account, stage)
        client = self.browser()
        client.set_cookie("g112", name, domain="127.0.0.1")
        return Person(client, account.name, session.csrf)


def token_of(page: str) -> str:
    found = _TOKEN.search(page)
    assert found, page
    return found[1]
