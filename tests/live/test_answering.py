"""The answering process in a city: what becomes of its callers when it is killed, stopped, frozen, or lacks a part."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from gateway import settings as table
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.city import City
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until

NUMBERS = itertools.count(10_000_001)
QUEUES = ("110", "112", "113", "118")


class Answering:
    """The answering process and its store, in a city where one desk of each agency rings and does not answer."""

    def __init__(self, city: City):
        self.city = city
        self.redis = RedisServer(city.folder / f"redis-{next(NUMBERS)}").start()
        environ = {**city.environ, "GATEWAY112_REDIS_URL": f"redis://127.0.0.1:{self.redis.port}/0"}
        self.settings = table.read(environ)
        self.store = Store(self.settings)
        self.desks = {queue: city.desk(f"{queue}-1", answers_after=None) for queue in QUEUES}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "agi"],
            cwd=ROOT, env={**os.environ, **environ}, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr
        assert b"listening" in self.process.stderr.readline()

    def stop(self) -> str:
        """End the process as its supervisor does; returns what it logged."""
        self.process.terminate()
        return self.process.communicate(timeout=PATIENCE_SECONDS)[1].decode()

    def call(self, keys: str = "") -> Call:
        """Somebody who never called before, and presses these keys as soon as the call is answered."""
        return Call(self, keys)


class Call:
    def __init__(self, answering: Answering, keys: str):
        self._answering = answering
        self.number = f"+62812{next(NUMBERS)}"
        self.caller = answering.city.call(number=self.number).answered()
        self.caller.voice.press(keys)

    @property
    def timeline(self) -> list[Entry]:
        incidents = self._answering.store.joins.of_number(self.number)
        return self._answering.store.timeline(incidents[0][0]) if incidents else []

    def data(self, kind: Kind) -> dict[str, object]:
        """The data of the entry of this kind, once it is there."""
        (entry,) = until(lambda: [entry for entry in self.timeline if entry.kind is kind], what=f"an entry {kind}")
        return dict(entry.data)

    def rings(self, queue: str) -> bool:
        """Whether a desk of this queue is, or will be, rung for this incident."""
        desk = self._answering.desks[queue]
        incident = until(lambda: self.timeline)[0].incident
        until(
            lambda: incident in [c.header("X-Incident-ID") for c in desk.invitations], what=f"a desk of {queue} rings"
        )
        return True


@pytest.fixture
def answering(city: City) -> Iterator[Answering]:
    running = Answering(city)
    yield running
    if running.process.poll() is None:
        running.stop()
    running.redis.kill()


@pytest.mark.parametrize(("keys", "step"), [("", "start"), ("1", "can_you_talk"), ("9", "start")])
def test_a_caller_who_hangs_up_at_a_question_leaves_an_entry(answering: Answering, keys: str, step: str) -> None:
    call = answering.call(keys)
    until(lambda: len(call.caller.voice.heard) > 2000, what="a prompt is heard")
    time_for_keys = time.monotonic() + 0.5 * len(keys)
    until(lambda: time.monotonic() >= time_for_keys)
    call.caller.hang_up()
    assert call.data(Kind.ABANDONED)["step"] == step


def test_a_prompt_that_cannot_be_played_costs_no_caller_the_way(answering: Answering) -> None:
    menu = answering.settings.state / "sounds" / "id" / "menu.alaw"
    aside = menu.rename(menu.with_suffix(".aside"))
    try:
        assert answering.call("3").rings("113")
    finally:
        aside.rename(menu)


def test_a_killed_process_leaves_the_caller_to_the_operators_with_the_incident(answering: Answering) -> None:
    call = answering.call()
    call.data(Kind.OPENED)
    answering.process.kill()
    assert call.rings("112")
    assert call.caller.there


def test_a_process_told_to_stop_leaves_its_callers_to_the_operators(answering: Answering) -> None:
    call = answering.call("9")
    call.data(Kind.OPENED)
    logged = answering.stop()
    assert call.rings("112")
    assert call.caller.there
    assert call.number not in logged
    assert Kind.ABANDONED not in [entry.kind for entry in call.timeline]


def test_a_frozen_process_leaves_the_caller_to_the_operators_and_takes_it_for_no_hang_up(answering: Answering) -> None:
    call = answering.call()
    call.data(Kind.OPENED)
    answering.process.send_signal(signal.SIGSTOP)
    until(lambda: answering.desks["112"].invitations, what="an operator's desk rings")
    answering.process.send_signal(signal.SIGCONT)
    until(lambda: Kind.ALARM in [entry.kind for entry in call.timeline], what="an alarm")
    assert Kind.ABANDONED not in [entry.kind for entry in call.timeline]


def test_without_redis_calls_are_led_and_handed_off_all_the_same(answering: Answering) -> None:
    answering.redis.kill()
    answering.call("3")
    until(lambda: answering.desks["113"].invitations, what="a desk of 113 rings")
    assert list((answering.settings.state / "spool").glob("*"))
