"""A link on its whole way: a worker offers it, the web process serves it, and what a telephone sends is evidence."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.incident.timeline import Entry, Job, Kind
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until

NUMBER = "+6281200000001"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("office")
    rules = folder / "rules.yaml"
    shipped = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    rules.write_text(shipped.replace("location_link: no", "location_link: yes"), encoding="utf-8")
    redis = RedisServer(folder / "redis")
    environ = environment(folder / "state", rules)
    environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
    environ["GATEWAY112_SMS_CHANNEL"] = "kannel"
    parts = Parts(table.read(environ), environ, redis)
    (parts.settings.state / "log").mkdir(parents=True, exist_ok=True)
    try:
        parts.start("redis", "web", "worker-routine")
        yield parts
    finally:
        parts.stop()


def handed_off(store: Store, incident: str, nature: str) -> None:
    told: list[tuple[Kind, dict[str, object]]] = [
        (Kind.OPENED, {"medium": "call", "channel": "sip", "number": NUMBER, "trunk": "trial"}),
        (Kind.FILED, {"nature": nature, "language": "id"}),
        (Kind.HANDED_OFF, {"queue": "118", "priority": 2, "inform": []}),
    ]
    entries = [Entry(incident, kind, time.time(), data, channel_id=incident) for kind, data in told]
    store.add(entries, [Job("offer_link", (incident,), key=f"offer_link:{incident}")])


def sent(store: Store, incident: str, kind: Kind) -> list[Entry]:
    return [entry for entry in store.timeline(incident) if entry.kind is kind]


def post(url: str, page: str) -> int:
    body = {"page": page, "lat": -6.2655, "lon": 106.8905, "accuracy": 12, "at": time.time() * 1000}
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_caller_is_sent_a_link_and_the_telephone_tells_its_place_once(office: Parts) -> None:
    store = Store(office.settings)
    handed_off(store, "a" * 24, "medical")
    [reply] = until(lambda: sent(store, "a" * 24, Kind.REPLY), what="a link is sent")
    found = re.search(r"http://127\.0\.0\.1:\d+/h/\S+", str(reply.data["text"]))
    assert found
    with urllib.request.urlopen(found[0], timeout=PATIENCE_SECONDS) as answer:
        assert b"Bagikan lokasi" in answer.read()
    assert [post(found[0], page * 32) for page in "1221"] == [204, 410, 410, 204]
    evidence = sent(store, "a" * 24, Kind.EVIDENCE)
    assert [entry.data["source"] for entry in evidence] == ["browser", "browser"]


def test_a_worker_sends_none_to_violence(office: Parts) -> None:
    store = Store(office.settings)
    handed_off(store, "b" * 24, "violence")
    handed_off(store, "c" * 24, "fire")
    until(lambda: sent(store, "c" * 24, Kind.REPLY), what="the link after it is sent")
    assert sent(store, "b" * 24, Kind.REPLY) == []
