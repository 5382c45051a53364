"""Who begins requests and never ends them, or takes no answer, takes our threads from nobody else."""

from __future__ import annotations

import http.client
import os
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.running.services import services
from gateway.settings import ROOT, Settings
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until
from tests.pages_in_process import PAGES
from tests.ports import free_port

HALF = b"GET /health HTTP/1.1\r\nHost: x"
BODY = b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nx"
BEGUN = [HALF, BODY, b"", b"NONSENSE\r\n\r\n", b"\x16\x03\x01\x02"]
STRANGERS = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
HERE = "127.0.0.1"


class Served:
    """One of our HTTP services, run as it is under `make run`."""

    def __init__(self, settings: Settings, name: str):
        self.port = settings.number(f"{name}_port")
        service = next(service for service in services(settings) if service.name == name)
        own = {key: str(settings[key]) for key in (*PAGES, f"{name}_port", "redis_url", "state", "natives")}
        environ = {f"GATEWAY112_{key.upper()}": value for key, value in own.items()}
        environ |= {"GATEWAY112_SIGNING_KEY": "k", "GATEWAY112_NUMBER_KEY": "n"}
        self.process = subprocess.Popen(service.command, env={**os.environ, **environ}, cwd=ROOT)

    def answers(self) -> bool:
        """Whatever it says: most of the gateway is not there."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=8)
        try:
            line.request("GET", "/health")
            return bool(line.getresponse().read())
        except OSError:
            return False
        finally:
            line.close()

    def posts(self, body: bytes) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            line.request("POST", "/", body)
            return line.getresponse().status
        finally:
            line.close()

    def begun(self, address: str, text: bytes) -> socket.socket:
        line = socket.socket()
        # Nor does it take more than a little of an answer.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.settimeout(PATIENCE_SECONDS)
        line.bind((address, 0))
        line.connect(("127.0.0.1", self.port))
        line.sendall(text)
        return line


@contextmanager
def served(settings: Settings, name: str) -> Iterator[Served]:
    one = Served(settings, name)
    try:
        until(one.answers, what=f"{name} answers")
        yield one
    finally:
        one.process.terminate()
        one.process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module", params=["pages", "web", "fallback"])
def service(request: pytest.FixtureRequest, server: RedisServer) -> Iterator[Served]:
    with served(server.settings(**PAGES, **{f"{request.param}_port": free_port()}), request.param) as one:
        yield one


@pytest.fixture(scope="module")
def pages(server: RedisServer) -> Iterator[Served]:
    with served(server.settings(**PAGES, pages_port=free_port()), "pages") as one:
        yield one


@contextmanager
def besieged(
    service: Served, text: bytes, addresses: tuple[str, ...], of_each: int, reads: bool = True
) -> Iterator[None]:
    """Each address keeps so many connections that have sent this; whatever is ended is begun anew."""
    over = threading.Event()
    lines: list[socket.socket] = []

    def keep(address: str) -> None:
        own = [service.begun(address, text) for _ in range(of_each)]
        lines.extend(own)
        while not over.wait(0.02):
            for at, line in enumerate(own):
                if is_over(line) if reads else is_cut(line):
                    line.close()
                    own[at] = service.begun(address, text)
        for line in own:
            line.close()

    keepers = [threading.Thread(target=keep, args=(address,)) for address in addresses]
    for keeper in keepers:
        keeper.start()
    try:
        until(lambda: len(lines) == len(addresses) * of_each, what="all have begun")
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join()


def is_cut(line: socket.socket) -> bool:
    """The same without reading a word."""
    poll = select.poll()
    poll.register(line, select.POLLRDHUP)
    return bool(poll.poll(0))


def is_over(line: socket.socket) -> bool:
    line.settimeout(0.0)
    try:
        return line.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("text", BEGUN)
def test_requests_that_are_never_ended_keep_nobody_out(service: Served, text: bytes) -> None:
    with besieged(service, text, STRANGERS, 100):
        assert all(service.answers() for _ in range(10))


def test_nor_do_they_keep_out_who_shares_the_address(service: Served) -> None:
    with besieged(service, HALF, (HERE,), 300):
        assert all(service.answers() for _ in range(10))


def test_requests_that_are_never_ended_are_ended(service: Served) -> None:
    lines = [service.begun(STRANGERS[0], text) for text in BEGUN]
    until(lambda: all(is_over(line) for line in lines), what="they are ended")
    for line in lines:
        line.close()


def test_an_answer_that_nobody_takes_keeps_nobody_out(pages: Served) -> None:
    greedy = b"GET /static/plain.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 1000
    with besieged(pages, greedy, STRANGERS, 100, reads=False):
        assert all(pages.answers() for _ in range(10))


def test_a_body_comes_whole_or_is_refused(service: Served) -> None:
    assert service.posts(b"x" * 60_000) < 500
    assert service.posts(b"x" * 70_000) < 500
    for length, body in ((b"10", b"123"), (b"70000", b"x" * 500)):
        line = service.begun(HERE, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n" + body)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        assert not line.recv(100).startswith(b"HTTP/1.1 2")
        line.close()
