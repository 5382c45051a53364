"""Two gateways that are alike but for one case: violence in the one, something ordinary, or nothing, in the other.

Who may not know of violence must get the same from both, to the letter: what differs tells.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gateway.accounts.account import Account, Role
from gateway.incident.timeline import Entry
from gateway.queues.snapshot import Snapshots
from gateway.queues.state import QueueState
from gateway.store.duty import Seat, Seats
from tests.live.board_scene import Switch
from tests.live.redis_server import RedisServer, redis_server
from tests.pages_in_process import PAGES, Clock, Pages, Person

OWN_AFFAIRS = re.compile(r"/account/code.*|/login|/code|/password|/static/.*")
"""Routes about nobody but the visitor, whose secrets are new each time."""

LAST = re.compile(r"/logout|/account/everywhere")
"""After these the visitor has to come in again."""

_NEW_EACH_TIME = re.compile(r"[0-9a-zA-Z_-]{43}|\d{13}-\d+|(?<=\"id\": \")[0-9a-f]{18}(?=\")")
"""Tokens, ids of the feed, which are the hour at which it was told, and of a timeline's lines, which a secret made."""

_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Location", "Content-Length", "Retry-After", "Vary")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str


def answer_of(response: TestResponse) -> Answer:
    text = _NEW_EACH_TIME.sub("…", response.get_data(as_text=True))
    return Answer(response.status_code, tuple((n, response.headers.get(n, "")) for n in _HEADERS), text)


class Twins:
    """
    Attributes:
        pages: of the gateway with the violence, and of the other one.
        clock: the time of both, which stands still but for ``tell``.
    """

    def __init__(self, servers: Sequence[RedisServer], **settings: str):
        self.clock = Clock(float(int(time.time())))
        own = {**PAGES, "phone": True, **settings}
        self.pages = [Pages(each.settings(**own), self.clock) for each in servers]
        for pages in self.pages:
            pages.parts.manager = Switch()
        self._snapshots = [Snapshots(pages.store) for pages in self.pages]

    def stop(self) -> None:
        for pages in self.pages:
            if pages.parts.floor:
                pages.parts.floor.hub.stop()

    def tell(self, violence: Sequence[Entry], ordinary: Sequence[Entry] = ()) -> None:
        """What happens, in each of them."""
        for pages, entries in zip(self.pages, (violence, ordinary), strict=True):
            if entries:
                assert all(pages.store.add(list(entries))), "each is told once"
        self.look_anew()

    def queue(self, violence: Sequence[QueueState], ordinary: Sequence[QueueState]) -> None:
        """How the queues of calls stand, in each of them."""
        for kept, states in zip(self._snapshots, (violence, ordinary), strict=True):
            kept.keep(list(states), self.clock.now)
        self.look_anew()

    def look_anew(self) -> None:
        """Nothing that was seen a moment ago is taken for now."""
        self.clock.now += 1
        for pages in self.pages:
            if pages.parts.floor:
                pages.parts.floor.hub.glance.forget()

    def visitors(self, role: Role | None, *agencies: str, desk: str = "") -> list[Person]:
        """The same person in each of them; nobody in particular without a role."""
        found = []
        for pages in self.pages:
            if role is None:
                found.append(Person(pages.browser(), ""))
                continue
            account = Account("-".join((role.value, *agencies)).replace("_", "-"), role, agencies, "")
            if not pages.parts.accounts.add(account):
                account = pages.parts.accounts.get(account.name) or account
            if desk:
                Seats(pages.store.redis).put(Seat(desk, account.name, "on", "", self.clock.now))
            found.append(pages.put_in(account))
        return found

    def requests(self, values: Mapping[str, str], bodies: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
        """Method, path and body of every route there is, those that end a session last.

        Args:
            values: of the paths' variables.
            bodies: each is sent to every route that takes one.
        """
        rules = [rule for rule in self.pages[0].app.url_map.iter_rules() if not OWN_AFFAIRS.fullmatch(rule.rule)]
        rules = [rule for rule in rules if rule.rule != "/api/feed"]  # it never ends
        found: list[tuple[str, str, Any]] = []
        for rule in sorted(rules, key=lambda rule: (bool(LAST.fullmatch(rule.rule)), rule.rule)):
            path = _filled(rule, values)
            found += [("GET", path, None)] if "GET" in (rule.methods or ()) else []
            found += [("POST", path, body) for body in bodies if "POST" in (rule.methods or ())]
        return found

    def compare(
        self, visitors: Sequence[Person], requests: Sequence[tuple[str, str, Any]], canaries: Sequence[str] = ()
    ) -> list[str]:
        """Where the two answer differently, or an answer sings."""
        self.look_anew()
        told = []
        for method, path, body in requests:
            first, second = (answer_of(_ask(person, method, path, body)) for person in visitors)
            if first != second:
                told.append(f"{method} {path} {body or ''}: {_difference(first, second)}")
            told += [f"{method} {path}: sings of {each!r}" for each in canaries if each in first.text]
        return told

    def compare_lists(self, desk: str, incident: str, canaries: Sequence[str] = ()) -> list[str]:
        """Where a desk's lists, or its call of an incident, are told differently by the feed, or sing."""
        told = []
        for what in ("lists", "call"):
            first, second = (_fed(pages, desk, incident, what) for pages in self.pages)
            if first != second:
                told.append(f"{what}: {_difference(_as_answer(first), _as_answer(second))}")
            told += [f"{what}: sings of {each!r}" for each in canaries if each in first]
        return told


@contextmanager
def twins(folder: Path, **settings: str) -> Iterator[Twins]:
    with ExitStack() as servers:
        names = ("violence", "ordinary")
        made = Twins([servers.enter_context(redis_server(folder / name)) for name in names], **settings)
        try:
            yield made
        finally:
            made.stop()


def _fed(pages: Pages, desk: str, incident: str, what: str) -> str:
    views = pages.parts.floor.hub.views
    whose = views.whose("", desk, "id")
    if what == "call":
        return views.call(whose, incident) or ""
    found = views.lists(whose, [incident])
    return found.data if found else ""


def _as_answer(text: str) -> Answer:
    return Answer(200, (), text)


def _filled(rule: Rule, values: Mapping[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), rule.rule)


def _ask(person: Person, method: str, path: str, body: Any) -> TestResponse:
    if method == "GET":
        return person.get(path)
    return person.post(path, dict(body)) if path.startswith("/api/") else person.send(path, **dict(body))


def _difference(first: Answer, second: Answer) -> str:
    if first.status != second.status:
        return f"{first.status} {first.text[:160]!r} | {second.status} {second.text[:160]!r}"
    if first.text != second.text:
        at = next(
            (i for i, (one, other) in enumerate(zip(first.text, second.text, strict=False)) if one != other),
            min(len(first.text), len(second.text)),
        )
        begin = max(0, at - 60)
        return f"{first.text[begin : at + 100]!r} | {second.text[begin : at + 100]!r}"
    return f"{set(first.headers) ^ set(second.headers)}"
