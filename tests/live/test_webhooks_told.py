"""Webhooks by a real worker on a real Redis: with the entry that brings them, through failures, to the dead letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import jobs
from gateway.incident.timeline import Entry, Kind
from gateway.jobs.webhook import GIVE_UP_SECONDS, notify
from gateway.settings import ROOT, Settings
from gateway.store import GATEWAY, Store
from gateway.webhooks.happenings import name_of
from tests.gateway.agency_system import SECRET, AgencySystem
from tests.gateway.test_webhooks import rules_with
from tests.live.redis_server import RedisServer
from tests.live.wait import until

NUMBER = "+6281200000001"


class Office:
    def __init__(self, folder: Path):
        self.redis = RedisServer(folder / "redis").start()
        self.system = AgencySystem()
        rules = rules_with(folder, a118=json.dumps({"url": self.system.url}))
        self.settings: Settings = self.redis.settings(rules=str(rules))
        self.settings.state.mkdir(parents=True, exist_ok=True)
        (self.settings.state / "webhooks.toml").write_text(f'118 = "{SECRET}"\n', encoding="utf-8")
        self.store = Store(self.settings)
        self._workers: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        names = ("state", "redis_url", "number_key", "signing_key", "rules")
        given = {f"GATEWAY112_{name.upper()}": self.settings.text(name) for name in names}
        whole = [sys.executable, "-m", "gateway", *words]
        return subprocess.Popen(whole, cwd=ROOT, env={**os.environ, **given}, stdout=subprocess.PIPE)

    def work(self) -> None:
        self._workers.append(self.command("worker", "outside"))

    def says(self, *words: str) -> str:
        return self.command(*words).communicate(timeout=60)[0].decode()

    def hand_off(self, incident: str, age: float = 0.0) -> None:
        at = time.time() - age
        opened = {"medium": "call", "number": NUMBER, "channel": "sip"}
        handed_off = {"rule": "medical", "queue": "118", "priority": 2}
        entries = [
            Entry(incident, Kind.OPENED, at, opened, f"{incident}:opened"),
            Entry(incident, Kind.HANDED_OFF, at, handed_off, f"{incident}:handed_off"),
        ]
        self.store.add(entries)

    def told(self, incident: str) -> list[object]:
        return [taken.told["event"] for taken in self.system.came if taken.told["incident"] == incident]

    def outcomes(self, incident: str) -> list[object]:
        return [e.data["outcome"] for e in self.store.timeline(incident) if e.kind is Kind.NOTIFIED]

    def stop(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self.system.stop()
        self.redis.kill()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.stop()


def test_an_agency_is_told_of_a_hand_off_once(office: Office) -> None:
    office.work()
    office.hand_off("one")
    until(lambda: office.outcomes("one") == ["done"], what="the agency was told")
    office.hand_off("one")  # a redelivery
    office.store.add([Entry("one", Kind.CLOSED, time.time(), {"by": "desk:118-1"}, "one:c")])
    until(lambda: office.told("one") == ["handed_off", "closed"], what="the agency was told of the end")
    assert all(taken.is_signed_with(SECRET) for taken in office.system.came)


def test_what_is_not_taken_at_first_is_taken_later(office: Office) -> None:
    office.system.answers = 500
    office.work()
    office.hand_off("one")
    until(lambda: office.told("one"), what="it was tried")
    office.system.answers = 204
    until(lambda: office.outcomes("one") == ["done"], what="it was taken")
    assert len({taken.told["id"] for taken in office.system.came}) == 1


def test_what_nobody_takes_is_a_dead_letter_with_an_alarm(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RETRY_SECONDS", (1,))  # in this process, which gives the job its tries
    office.system.answers = 500
    office.hand_off("old", age=GIVE_UP_SECONDS + 60)
    entry = next(entry for entry in office.store.timeline("old") if entry.kind is Kind.HANDED_OFF)
    notify(office.settings, office.store, "old", name_of(entry))
    office.work()
    until(lambda: "webhook old 118" in office.says("dead"), what="it is a dead letter")
    until(lambda: [e for e in office.store.timeline("old") if e.kind is Kind.ALARM], what="a desk is told")
    assert not [e for e in office.store.timeline(GATEWAY) if NUMBER in str(e.data)]
    office.system.answers = 204
    assert "1 jobs are tried anew" in office.says("dead", "--requeue", "all")
    until(lambda: office.outcomes("old") == ["failed", "done"], what="it was taken")


def test_who_tells_agencies_systems_stands_for_no_other_worker(office: Office) -> None:
    office.work()
    office.hand_off("one")
    until(lambda: office.outcomes("one") == ["done"], what="a worker works")
    assert office.store.workload().workers == 0


def test_without_secrets_nothing_is_enqueued(office: Office) -> None:
    (office.settings.state / "webhooks.toml").unlink()
    office.hand_off("one")
    assert office.store.workload().waiting["outside"] == 0
