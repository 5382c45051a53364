"""The FastAGI server, with fake Asterisks that call it."""

import contextlib
import json
import threading
import time

import pytest
from fake_asterisk import HANG_UPS, FakeAsterisk, FakeChannel, play

from gateway import settings as table
from gateway.channels import agi
from gateway.channels.agi import Cause
from gateway.channels.agi_server import AgiServer
from gateway.settings import SettingsRefused


def settings(**more):
    return table.Settings({**table.read({"GATEWAY112_STATE": "nowhere"}), "agi_port": 0, **more})


@contextlib.contextmanager
def server(perform, **more):
    running = AgiServer(settings(**more), perform)
    thread = threading.Thread(target=running.serve)
    thread.start()
    try:
        yield running
    finally:
        running.stop()
        thread.join()


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def test_twenty_calls_at_once_each_get_their_own_answers():
    together = threading.Barrier(20, timeout=10)

    def perform(line):
        line.answer()
        together.wait()
        line.set_variables({"KEY": line.ask("menu", 4.0), "ARGUMENT": line.arguments[0]})

    with server(perform) as running:
        asterisk = FakeAsterisk(running.port)
        channels = [FakeChannel(keys=[str(number % 10)]) for number in range(20)]
        threads = [
            threading.Thread(target=asterisk.call, args=(channel,), kwargs={"arguments": [f"a{number}"]})
            for number, channel in enumerate(channels)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    expected = [{"KEY": str(number % 10), "ARGUMENT": f"a{number}"} for number in range(20)]
    assert [channel.variables for channel in channels] == expected


@pytest.mark.parametrize("shape", HANG_UPS)
def test_the_server_counts_hang_ups_by_their_cause(shape):
    with server(lambda line: line.answer()) as running:
        FakeAsterisk(running.port).call(FakeChannel(hang_up=shape))
        until(lambda: running.counts[shape])
    assert running.counts == {"calls": 1, shape: 1}


def test_an_error_of_ours_ends_one_call_and_no_other():
    def perform(line):
        line.answer()
        raise ZeroDivisionError

    with server(perform) as running:
        asterisk = FakeAsterisk(running.port)
        assert [asterisk.call(FakeChannel()).answered for _ in range(3)] == [True] * 3
        until(lambda: running.counts["faults"] == 3)


@pytest.mark.parametrize("said", [b"", b"agi_network: yes\n"])
def test_who_connects_and_says_nothing_is_dropped(said, monkeypatch):
    monkeypatch.setattr(agi, "HEADER_SECONDS", 0.1)
    with server(lambda line: None) as running, FakeAsterisk(running.port).connect() as peer:
        peer.sendall(said)
        assert peer.recv(1) == b""
        until(lambda: running.counts[Cause.TIMEOUT.value])


def test_strangers_are_refused():
    with server(lambda line: line.answer(), agi_peers="192.0.2.0/24") as running:
        running._peers.pop()  # our own address, which is always known
        with FakeAsterisk(running.port).connect() as peer:
            assert peer.recv(1) == b""
        assert running.counts == {"refused": 1}


def test_peers_that_are_no_networks_are_refused_at_the_start():
    with pytest.raises(SettingsRefused, match="agi_peers"):
        AgiServer(settings(agi_peers="asterisk.example"), lambda line: None)


def test_one_call_too_many_is_left_to_the_dialplan(monkeypatch):
    monkeypatch.setattr("gateway.channels.agi_server.MOST_SESSIONS", 1)
    with server(lambda line: line.answer()) as running:
        asterisk = FakeAsterisk(running.port)
        with asterisk.connect() as first, asterisk.connect() as second:
            assert second.recv(1) == b""
            first.sendall(asterisk.header().encode())
            play(first, channel := FakeChannel())
        assert channel.answered


def test_a_call_may_end_while_the_server_stops():
    asked, go_on = threading.Event(), threading.Event()

    def perform(line):
        asked.set()
        assert go_on.wait(10)
        line.answer()

    with server(perform) as running:
        channel = FakeChannel()
        caller = threading.Thread(target=FakeAsterisk(running.port).call, args=(channel,))
        caller.start()
        assert asked.wait(10)
        running.stop()
        go_on.set()
        caller.join()
    assert channel.answered


def test_a_call_cut_off_by_our_stop_is_no_hang_up(monkeypatch):
    monkeypatch.setattr("gateway.channels.agi_server.GRACE_SECONDS", 0.05)
    with server(lambda line: line.answer()) as running:
        peer = FakeAsterisk(running.port).connect()
        peer.sendall(FakeAsterisk(running.port).header().encode())
        assert peer.recv(64) == b"ANSWER\n"
    peer.close()
    assert running.counts == {"calls": 1, Cause.STOPPED.value: 1}


def test_the_counts_are_written_for_whoever_shows_them(tmp_path):
    with server(lambda line: line.answer()) as running:
        FakeAsterisk(running.port).call(FakeChannel())
        until(lambda: not running._sessions)
        running.write_counts(tmp_path / "agi.json")
    assert json.loads((tmp_path / "agi.json").read_text()) == {"calls": 1, "sessions": 0}
