"""What comes to the capture port, by UDP and in frames, also what is none of ours."""

import contextlib
import socket
import threading
from pathlib import Path

import pytest

from gateway.locator import receiver
from gateway.locator.capture import Capture
from gateway.locator.receiver import Receiver
from gateway.settings import SETTINGS, Settings
from tests.hep_copy import hep, sip
from tests.live.wait import until
from tests.ports import free_port


class Book:
    """A journal of paper, which may be closed for a while."""

    def __init__(self):
        self.entries, self.alarms, self.open, self.asked = [], [], threading.Event(), threading.Event()
        self.open.set()

    def add(self, entries):
        self.asked.set()
        self.open.wait()
        self.entries += entries

    def alarm(self, what):
        self.alarms.append(what)

    @property
    def requests(self):
        return [Capture.of(entry.data).request for entry in self.entries]


class Door:
    """A receiver at work."""

    def __init__(self, **settings):
        values = {setting.name: setting.default for setting in SETTINGS}
        self.settings = Settings(values | {"capture_port": free_port()} | settings)
        self.book, self.stop = Book(), threading.Event()
        self.receiver = Receiver(self.settings, self.book)
        works = (self.receiver.datagrams, self.receiver.frames, self.receiver.write)
        self.threads = [threading.Thread(target=work, args=(self.stop,)) for work in works]
        for thread in self.threads:
            thread.start()
        until(self.opens)

    def opens(self):
        with contextlib.suppress(OSError):
            self.line().close()
            # What is sent by UDP before is lost without a word.
            return f":{self.settings.number('capture_port'):04X} " in Path("/proc/net/udp").read_text()
        return False

    def line(self):
        return socket.create_connection(("127.0.0.1", self.settings.number("capture_port")), 2)

    def send(self, *datagrams):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as edge:
            for datagram in datagrams:
                edge.sendto(datagram, ("127.0.0.1", self.settings.number("capture_port")))

    def close(self):
        self.book.open.set()
        self.stop.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def door():
    door = Door()
    yield door
    door.close()


def frame(request, head="G112 192.0.2.7 5060 {}"):
    return head.format(len(request)).encode() + b"\r\n" + request


def test_copies_are_kept_and_what_is_none_is_counted(door):
    door.send(b"noise", hep(sip("1")), b"", hep(sip("2"), protocol=5), hep(sip("3"), "2001:db8::1"))
    until(lambda: len(door.book.entries) == 2)
    assert door.book.requests == [sip("1"), sip("3")]
    assert [entry.data["source"] for entry in door.book.entries] == ["127.0.0.1", "2001:db8::1"]
    until(lambda: door.receiver.refused == 3)


def test_frames_come_one_after_the_other_and_in_pieces(door):
    whole = frame(sip("1")) + frame(sip("2", body=b"\r\nG112 x\r\n"))
    with door.line() as line:
        for start in range(0, len(whole), 50):
            line.sendall(whole[start : start + 50])
        until(lambda: len(door.book.entries) == 2)
    assert door.book.requests == [sip("1"), sip("2", body=b"\r\nG112 x\r\n")]
    assert door.book.entries[0].data["source"] == "192.0.2.7"


@pytest.mark.parametrize(
    "noise",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff" * 5000,
        frame(b"x", "G112 192.0.2.7 5060 99999999999999"),
        frame(b"x", "G112 192.0.2.7 5060 300001"),
        frame(b"x", "G112 192.0.2.7 5060 0"),
        frame(b"x", "G112 192.0.2.7 5060 -1"),
        frame(b"x", "G112 nowhere 5060 {}"),
        frame(b"x", "G112 192.0.2.7 5060 100"),
    ],
)
def test_what_is_no_frame_ends_its_connection_and_no_other(door, noise):
    with door.line() as line:
        with contextlib.suppress(OSError):
            line.sendall(noise)
            line.shutdown(socket.SHUT_WR)
        until(lambda: door.receiver.refused == 1)
    with door.line() as line:
        line.sendall(frame(sip("1")))
        until(lambda: door.book.requests == [sip("1")])


def test_too_many_connections_are_refused_and_those_there_go_on(door):
    first = door.line()
    others = [door.line() for _ in range(receiver.MOST_LINES + 5)]
    until(lambda: door.receiver.refused >= 5)
    first.sendall(frame(sip("1")))
    until(lambda: door.book.requests == [sip("1")])
    for line in (first, *others):
        line.close()


def test_a_slow_store_loses_nothing_until_memory_is_full_and_that_is_an_alarm(monkeypatch):
    monkeypatch.setattr(receiver, "MOST_WAITING", 50)
    door = Door()
    door.book.open.clear()
    door.send(hep(sip("first")))
    assert door.book.asked.wait(30)
    for number in range(60):
        door.send(hep(sip(str(number))))
    until(lambda: len(door.book.alarms) == 10)
    door.book.open.set()
    until(lambda: len(door.book.entries) == 51)
    door.close()


def test_a_request_from_elsewhere_than_this_machine_is_refused():
    elsewhere = Receiver(Settings({setting.name: setting.default for setting in SETTINGS}), Book())
    assert not elsewhere._is_ours("192.0.2.7")
    assert elsewhere._is_ours("127.0.0.1")
    assert elsewhere._is_ours("::1")
