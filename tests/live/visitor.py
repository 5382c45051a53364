"""Somebody at the pages' real process, over HTTP: comes in, asks, acts, and follows the feed as a browser does."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any
from urllib.parse import urlencode

from tests.live.wait import PATIENCE_SECONDS
from tests.pages_in_process import PASSWORD, token_of


class Visitor:
    """
    Attributes:
        told: all that the feed told, as it came.
    """

    def __init__(self, port: int, tab: str = "t1"):
        self.told = ""
        self._port, self._tab, self._cookie, self._csrf = port, tab, "", ""
        self._over = threading.Event()
        self._follows: threading.Thread | None = None

    def sign_in(self, name: str, password: str = PASSWORD) -> Visitor:
        token = token_of(self._ask("GET", "/login").read().decode())
        self._ask("POST", "/login", urlencode({"csrf": token, "name": name, "password": password}))
        self._csrf = self.get("/api/me").get("csrf", "")
        return self

    def get(self, path: str) -> Any:
        return json.loads(self._ask("GET", path).read())

    def read(self, path: str) -> str:
        return str(self._ask("GET", path).read().decode())

    def post(self, path: str, **values: object) -> Any:
        return json.loads(self._ask("POST", path, json.dumps(values), "application/json").read())

    def on_duty(self, desk: str) -> Visitor:
        answer = self.post("/api/duty", state="on", desk=desk, tab=self._tab)
        assert "error" not in answer, answer
        return self

    def follow(self) -> Visitor:
        """From now on it hears the feed, and says at each beat that it is there."""
        self._follows = threading.Thread(target=self._read, daemon=True)
        self._follows.start()
        return self

    def leave(self) -> None:
        self._over.set()
        if self._follows:
            self._follows.join(PATIENCE_SECONDS)

    def _read(self) -> None:
        answer = self._ask("GET", f"/api/feed?tab={self._tab}")
        while not self._over.is_set():
            line = answer.readline().decode()
            self.told += line
            if line.startswith("event: beat"):
                self.post("/api/here", tab=self._tab)

    def _ask(self, method: str, path: str, body: str = "", kind: str = "application/x-www-form-urlencoded") -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self._port}", "X-CSRF-Token": self._csrf}
        line.request(method, path, body or None, headers | {"Content-Type": kind, "X-Tab": self._tab})
        answer = line.getresponse()
        given = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        kept = dict(each.split("=", 1) for each in [*filter(None, self._cookie.split("; ")), *given])
        self._cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
        return answer
