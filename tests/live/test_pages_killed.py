"""The live feed of the pages' real process, which is killed and started again while entries come."""

import http.client
import json
import threading
import time
from urllib.parse import urlencode

import pytest

from gateway import settings as table
from gateway.accounts import password
from gateway.accounts.account import Account, Role
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.store import Store
from gateway.store.accounts import Accounts
from tests.live.asterisk_server import environment
from tests.live.pages_desk import answered, call, sit
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until
from tests.pages_in_process import PASSWORD, token_of

WRITTEN = 300


class Page:
    """A browser's page: signs in, follows its feed, comes again with the last id whenever the feed breaks off.

    Attributes:
        entries: ids of the lines told, in their order; breaks: how often the feed broke off.
    """

    def __init__(self, port):
        self.port, self.cookie, self.last, self.entries, self.breaks = port, "", "", [], 0
        self.over = threading.Event()

    def ask(self, method, path, form=None, seconds=PATIENCE_SECONDS):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        given = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        kept = dict(each.split("=", 1) for each in [*filter(None, self.cookie.split("; ")), *given])
        self.cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
        return answer

    def sign_in(self, name):
        page = self.ask("GET", "/login").read().decode()
        answer = self.ask("POST", "/login", {"csrf": token_of(page), "name": name, "password": PASSWORD})
        assert answer.status == 303, answer.read()

    def follow(self):
        while not self.over.is_set():
            try:
                self._read(self.ask("GET", f"/api/feed?tab=t1&open=c1&after={self.last}", seconds=8))
            except (OSError, http.client.HTTPException):
                self.breaks += 1
                self.over.wait(0.1)

    def _read(self, answer):
        assert answer.status == 200, answer.read()
        fields = {}
        while not self.over.is_set():
            line = answer.readline().decode()
            if not line:
                raise ConnectionError("the feed ended")
            if line == "\n":
                self.last = fields.get("id", self.last)
                if fields.get("event") == "entry":
                    self.entries.append(json.loads(fields["data"])["id"])
                fields = {}
            else:
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value


@pytest.fixture
def parts(tmp_path):
    environ = environment(tmp_path / "state", ROOT / "routing_rules.yaml")
    redis = RedisServer(tmp_path / "redis")
    environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
    settings = table.read(environ)
    (settings.state / "log").mkdir(parents=True, exist_ok=True)
    found = Parts(settings, environ, redis)
    try:
        found.start("redis", "pages")
        yield found
    finally:
        found.stop()


def alarm(number):
    return Entry("c1", Kind.ALARM, time.time(), {"what": "a trial"}, f"alarm:{number}")


def test_no_entry_is_missed_or_told_twice_though_the_pages_process_dies_twice(parts):
    store = Store(parts.settings)
    Accounts(store.redis).add(Account("siti", Role.CALL_TAKER, ("110",), password.hashed(PASSWORD)))
    store.add([*call(), answered()])
    page = Page(parts.settings.number("pages_port"))
    page.sign_in("siti")
    # As duty keeps it: nobody says that the page is there, so that it is set again.
    sit(store, "siti", "110-1")
    threading.Thread(target=page.follow, daemon=True).start()
    until(lambda: page.last)
    for number in range(WRITTEN):
        store.add([alarm(number)])
        sit(store, "siti", "110-1")
        if number in (WRITTEN // 3, 2 * WRITTEN // 3):
            before = page.breaks
            parts.kill("pages")
            until(lambda before=before: page.breaks > before)
            parts.start("pages")
    until(lambda: len(page.entries) >= WRITTEN, what="all entries are told")
    page.over.set()
    own = [line.id for line in store.lines.of(["c1"])[0] if line.entry.kind is Kind.ALARM]
    assert page.entries == own
    assert page.breaks >= 2
