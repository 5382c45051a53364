"""Who begins requests and never ends them takes the page from nobody."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator

import pytest

from gateway.running.services import services
from gateway.settings import ROOT, Settings
from gateway.web.pages.worker import OF_ONE_ADDRESS
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import PAGES
from tests.ports import free_port

HALF = b"GET /health HTTP/1.1\r\nHost: x"
BODY = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nx"
THREADS = 256


@pytest.fixture(scope="module")
def settings(server: RedisServer) -> Iterator[Settings]:
    """Of pages that run as they do under `make run`."""
    settings = server.settings(**PAGES, pages_port=free_port())
    service = next(service for service in services(settings) if service.name == "pages")
    environ = {f"GATEWAY112_{name.upper()}": str(settings[name]) for name in (*PAGES, "pages_port", "redis_url")}
    environ |= {"GATEWAY112_STATE": str(settings.state), "GATEWAY112_SIGNING_KEY": "k", "GATEWAY112_NUMBER_KEY": "n"}
    running = subprocess.Popen(service.command, env={**os.environ, **environ}, cwd=ROOT)
    try:
        until(lambda: answers(settings), 30, "the pages answer")
        yield settings
    finally:
        running.terminate()
        running.wait(20)


def answers(settings: Settings) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", settings.number("pages_port"), timeout=5)
    try:
        line.request("GET", "/health")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def begun(settings: Settings, address: str, count: int, text: bytes) -> list[socket.socket]:
    lines = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", settings.number("pages_port")), 5, (address, 0))
        line.sendall(text)
        lines.append(line)
    return lines


def is_over(line: socket.socket) -> bool:
    line.settimeout(0.01)
    try:
        return line.recv(65536) == b"" or is_over(line)
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("text", [HALF, BODY, b"", b"NONSENSE\r\n\r\n", b"\x16\x03\x01\x02"])
def test_requests_that_are_never_ended_do_not_keep_others_out_and_are_ended(settings: Settings, text: bytes) -> None:
    lines = begun(settings, "127.0.0.2", THREADS + 50, text)
    try:
        for _ in range(5):
            assert answers(settings)
        until(lambda: all(map(is_over, lines)), 30, "they are ended")
    finally:
        for line in lines:
            line.close()


def test_of_one_address_so_many_are_read_together(settings: Settings) -> None:
    lines = begun(settings, "127.0.0.3", OF_ONE_ADDRESS + 20, HALF)
    try:
        until(lambda: sum(map(is_over, lines)) == 20, 5, "those too many are refused")
        assert answers(settings)
    finally:
        for line in lines:
            line.close()
    # Once those are gone the address is as good as any other.
    until(lambda: sum(map(is_over, begun(settings, "127.0.0.3", 1, HALF))) == 0, 5, "it is read again")
