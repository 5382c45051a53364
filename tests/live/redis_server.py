"""A real Redis on a free port, with the durability that the gateway demands."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.settings import SETTINGS, Settings, read
from tests.live.wait import PATIENCE_SECONDS
from tests.ports import free_port

DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""}


def redis_program() -> str:
    own = read().natives / "bin" / "redis-server"
    program = str(own) if own.exists() else shutil.which("redis-server")
    assert program, "no redis-server: run `make setup` first"
    return program


class RedisServer:
    """Start, stop, kill, freeze and thaw one server; its data outlive it in ``folder``."""

    def __init__(self, folder: Path, options: dict[str, str] | None = None):
        self.folder = folder
        self.port = free_port()
        self.options = {**DURABLE, **(options or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def settings(self, **others: str | int | bool) -> Settings:
        """Settings as at a fresh start, with this server as the store and made-up secrets."""
        values: dict[str, str | int | bool] = {setting.name: setting.default for setting in SETTINGS}
        values |= {"state": str(self.folder / "state"), "redis_url": f"redis://127.0.0.1:{self.port}/0"}
        values |= {"number_key": "test-number-key", "signing_key": "test-signing-key"}
        return Settings(values | others)

    def start(self) -> RedisServer:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = [redis_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        for name, value in self.options.items():
            words += [f"--{name}", *(value.split() or [""])]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log)
        self._wait_until_it_answers()
        return self

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """The server keeps its connections but says nothing: what a hung disk or network looks like."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                    line.sendall(b"PING\r\n")
                    if line.recv(64).startswith(b"+PONG"):
                        return
            except OSError:
                pass
            assert self.process
            assert self.process.poll() is None, (self.folder / "redis.log").read_text()
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")


@contextmanager
def redis_server(folder: Path, options: dict[str, str] | None = None) -> Iterator[RedisServer]:
    server = RedisServer(folder, options).start()
    try:
        yield server
    finally:
        server.kill()
