"""Health and figures of real processes, and with the store frozen or gone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.incident.timeline import Entry, Job, Kind
from gateway.queues.figures import Figures
from gateway.queues.snapshot import Snapshots, last
from gateway.queues.state import QueueState
from gateway.running.health import Examiner, Health
from gateway.settings import ROOT, Settings
from gateway.store import Store
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


def examined(settings: Settings, seconds: float) -> list[Health]:
    """What is found within so long."""
    found: list[Health] = []
    asking = threading.Thread(target=lambda: found.append(Examiner(settings).examine()), daemon=True)
    asking.start()
    asking.join(seconds)
    return found


def test_a_frozen_store_does_not_hold_up_the_answer(redis: RedisServer) -> None:
    settings = redis.settings(ami_secret="secret")
    store = Store(settings)
    store.workload()
    examiner = Examiner(settings, store)
    examiner.examine()
    redis.freeze()
    try:
        [found] = examined(settings, PATIENCE_SECONDS)
    finally:
        redis.thaw()
    assert not found.parts["redis"].ok


def test_the_workload_counts_what_waits_and_who_works(redis: RedisServer) -> None:
    settings = redis.settings()
    store = Store(settings)
    entry = Entry("incident", Kind.QUEUED, 1.0, {}, "key")
    store.add(
        [entry], [Job("inform", ("incident", "ppa"), urgent=True), Job("follow_up", ("incident", "c", "sms"), after=60)]
    )
    load = store.workload()
    assert (load.waiting, load.dead, load.workers) == ({"urgent": 1, "routine": 1, "outside": 0}, 0, 0)
    values = {
        f"GATEWAY112_{name.upper()}": settings.text(name)
        for name in ("state", "redis_url", "number_key", "signing_key")
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "gateway", "worker", "routine"], cwd=ROOT, env=values, stdin=subprocess.DEVNULL
    )
    try:
        until(lambda: store.workload().workers == 1, what="the worker is seen")
    finally:
        worker.kill()
        worker.wait()


def test_figures_are_counted_once_each_also_over_a_restart(redis: RedisServer) -> None:
    store = Store(redis.settings())
    Snapshots(store).keep([], 1.0)
    for number in range(3):
        store.add([Entry("incident", Kind.QUEUED, 1.0, {"queue": "110"}, f"key-{number}")])
    before = Snapshots(store)
    before.keep([QueueState("110")], 2.0)
    before.keep([QueueState("110")], 3.0)
    store.add([Entry("incident", Kind.QUEUED, 1.0, {"queue": "110"}, "key-3")])
    Snapshots(store).keep([QueueState("110")], 4.0)
    snapshot = last(store)
    assert snapshot
    assert (snapshot.at, snapshot.queues) == (4.0, (QueueState("110"),))
    assert snapshot.figures.queued == {"110": 4}


def test_a_snapshot_that_cannot_be_read_is_none_and_counting_begins_anew(redis: RedisServer) -> None:
    store = Store(redis.settings())
    store.put_snapshot('{"at": "yesterday"}')
    assert last(store) is None
    Snapshots(store).keep([], 5.0)
    snapshot = last(store)
    assert snapshot
    assert snapshot.figures == Figures(after="0")


@pytest.fixture(scope="module")
def monitored(whole_city: City) -> Iterator[Parts]:
    with whole_city.running("redis") as parts:
        # What tests of other files left unfinished in it would be no less unwell.
        Store(whole_city.settings).redis.flushall()
        # Of the spool, health tells after a while: what waits in it while Redis is away is brought back.
        parts.start("ami", "web", "replay")
        yield parts


def fetch(city: City, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{city.settings.number('web_port')}/{path}"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read().decode()


def test_health_names_what_was_killed_while_calls_go_on(city: City, monitored: Parts, stand_in: StandIn) -> None:
    city.desk("112-1")

    def unwell() -> set[str]:
        code, text = fetch(city, "health")
        parts = {name for name, part in json.loads(text)["parts"].items() if not part["ok"]}
        assert (code == 200) == (not parts & {"asterisk", "edge"}), text
        # How many entries wait in the spool, and how long, depends on how busy this machine is.
        return parts - {"spool"}

    unsupervised = {"workers", "replay", "locator", "fallback", "kannel"}
    until(lambda: unwell() == unsupervised, what="all that was started is well")
    monitored.kill("ami")
    until(lambda: unwell() == unsupervised | {"ami"}, what="the watch is missed")
    monitored.kill("redis")
    until(lambda: unwell() == unsupervised | {"ami", "redis"}, what="the store is missed")
    monitored.start("redis", "ami")
    until(lambda: unwell() == unsupervised, what="all is well again")


def test_figures_of_a_call_reach_prometheus(city: City, monitored: Parts, stand_in: StandIn) -> None:
    def figure(name: str, **labels: str) -> float:
        families = text_string_to_metric_families(fetch(city, "metrics")[1])
        samples = [sample for family in families for sample in family.samples]
        return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())

    until(lambda: figure("gateway112_part_up", part="ami") == 1.0, what="the queues are watched")
    before = figure("gateway112_answer_wait_seconds_count", queue="112")
    stand_in.hand_off("112", INCIDENT="figure")
    city.call()
    until(lambda: figure("gateway112_waiting", queue="112", priority="3") == 1, what="who waits is counted")
    city.desk("112-1")
    until(
        lambda: figure("gateway112_answer_wait_seconds_count", queue="112") == before + 1,
        what="the answer is counted",
    )
    until(lambda: figure("gateway112_waiting", queue="112") == 0, what="nobody waits any more")
