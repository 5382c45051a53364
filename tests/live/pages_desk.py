"""A call taker at a desk's page, on a real Redis: what waits, what is told live, what is done."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from tests.live.wait import until
from tests.pages_in_process import Pages, Person

NUMBER = "+6281200000001"


def at_desk(pages: Pages, name: str, desk: str, **more: Any) -> Person:
    """A person who has come in and is on duty at a desk."""
    agency = desk.rpartition("-")[0]
    person = pages.person(name, more.pop("role", "call_taker"), agency, **more)
    sit(pages.store, name, desk)
    return person


def sit(store: Store, account: str, desk: str, state: str = "on") -> None:
    store.redis.set(f"duty:{desk}", json.dumps({"account": account, "state": state}))


def call(incident: str = "c1", queue: str = "110", nature: str = "crime", **more: Any) -> list[Entry]:
    """What is told of a call until it waits in a queue."""
    given = {"number": NUMBER, "priority": 3, "inform": (), "silent": False, "at": time.time() - 5, **more}
    at, channel = given["at"], f"sip-{incident}"
    opened = {"medium": "call", "channel": "asterisk", "number": given["number"], "trunk": "exchange"}
    handed = {"medium": "call", "queue": queue, "priority": given["priority"], "inform": list(given["inform"])}
    told = [
        (Kind.OPENED, opened),
        (Kind.FILED, {"medium": "call", "nature": nature, "silent": given["silent"], "language": "id"}),
        (Kind.HANDED_OFF, {**handed, "rule": "a_rule", "place": ""}),
        (Kind.QUEUED, {"queue": queue, "position": 1}),
    ]
    return [
        Entry(incident, kind, at + place / 1000, data, f"{incident}:{kind}", channel)
        for place, (kind, data) in enumerate(told)
    ]


def answered(desk: str = "110-1", incident: str = "c1", queue: str = "") -> Entry:
    data = {"queue": queue or desk.rpartition("-")[0], "desk": desk, "waited": 2.0}
    return Entry(incident, Kind.ANSWERED, time.time(), data, f"{incident}:answered:{desk}", f"sip-{incident}")


def ended(incident: str = "c1") -> Entry:
    data = {"seconds": 30, "cause": "16"}
    return Entry(incident, Kind.ENDED, time.time(), data, f"{incident}:ended", f"sip-{incident}")


def written(
    incident: str = "m1", text: str = "ada begal", queue: str = "110", nature: str = "crime", **more: Any
) -> list[Entry]:
    """What is told of a message until it waits."""
    given = {"number": NUMBER, "priority": 3, "inform": (), "language": "id", "why": [], "at": time.time() - 5, **more}
    at, channel = given["at"], f"kannel:a:{incident}"
    opened = {"medium": "message", "channel": "kannel", "number": given["number"], "trunk": "a", "dialled": "112"}
    message = {
        "channel": "kannel",
        "connector": "a",
        "message": f"{incident}-1",
        "text": text,
        "parts": 1,
        "missing": [],
    }
    filed = {"medium": "message", "nature": nature, "language": given["language"], "place": {}, "why": given["why"]}
    handed = {"medium": "message", "queue": queue, "priority": given["priority"], "since": at}
    handed |= {"inform": list(given["inform"]), "rule": "a_rule", "place": "", "wait_at_most": 60}
    told = [(Kind.OPENED, opened), (Kind.MESSAGE, message), (Kind.FILED, filed), (Kind.HANDED_OFF, handed)]
    return [
        Entry(incident, kind, at + place / 1000, data, f"{channel}:{kind}", channel)
        for place, (kind, data) in enumerate(told)
    ]


@dataclass
class Followed:
    """A page's live feed, read in a thread as a browser reads it.

    Attributes:
        events: (event, data) in the order they came; last_id: of the last that had one.
    """

    pages: Pages
    person: Person
    query: str = ""
    events: list[tuple[str, Any]] = field(default_factory=list)
    last_id: str = ""

    def __post_init__(self) -> None:
        self._answer = self.person.client.get(f"/api/feed?tab=t1&{self.query}", buffered=False)
        assert self._answer.status_code == 200, self._answer.get_data()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for chunk in self._answer.iter_encoded():
            for block in chunk.decode().split("\n\n"):
                self._take(block.split("\n"))

    def _take(self, lines: Iterable[str]) -> None:
        fields = dict(line.split(": ", 1) for line in lines if ": " in line)
        if "data" in fields:
            self.events.append((fields["event"], json.loads(fields["data"])))
        self.last_id = fields.get("id", self.last_id)

    def of(self, name: str) -> list[Any]:
        return [data for event, data in list(self.events) if event == name]

    def entries(self) -> list[str]:
        """The ids of the lines told, in their order."""
        return [data["id"] for data in self.of("entry")]

    def has(self, name: str, fits: Any = lambda _data: True) -> Any:
        """The first event of this name that fits, waited for."""
        return until(lambda: next((data for data in self.of(name) if fits(data)), None), what=f"an event {name}")

    def close(self) -> None:
        """The browser goes; what came is kept."""
        for stream in self.pages.parts.floor.hub.streams():
            if stream.whose.account == self.person.account:
                stream.end()
        self._thread.join(10)
