"""Messages acknowledged as durable, against the same server answering an empty 200; and from a message to its queue."""

from __future__ import annotations

import itertools
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from gateway import settings as table
from gateway.channels.kannel_conf import password
from gateway.incident.timeline import Kind
from gateway.running.services import Service, services
from gateway.settings import ROOT, Settings
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.wait import until

SECONDS = 5.0
AT_ONCE = (1, 50)
STEADY_RATE, STEADY = 20, 400
TEXTS = (
    "tolong ada kebakaran di kel cipinang melayu",
    "suami mulai lagi, anak2 ngumpet di kamar",
    "bapak saya pingsan",
)


@dataclass(frozen=True, slots=True)
class Load:
    """What one server did in SECONDS."""

    acknowledged: int
    failed: int

    @property
    def per_second(self) -> float:
        return self.acknowledged / SECONDS


def print_messages() -> None:
    print(f"messages over HTTP, each on disk before its 200; {os.cpu_count()} cores shared with the load", flush=True)
    with tempfile.TemporaryDirectory(prefix="g112-bench-") as folder:
        with _gateway(Path(folder) / "empty", empty=True) as (settings, _):
            empty = [_load(settings, count) for count in AT_ONCE]
        with _gateway(Path(folder) / "whole") as (settings, _):
            whole = [_load(settings, count) for count in AT_ONCE]
        with _gateway(Path(folder) / "steady") as (settings, parts):
            parts.start("messages")
            delays = _to_the_queue(settings)
    for count, bare, ours in zip(AT_ONCE, empty, whole, strict=True):
        print(
            f"  {count:2} connections: {ours.per_second:5.0f} messages/s ({ours.failed} failed), an empty 200 "
            f"{bare.per_second:5.0f}/s: ratio {ours.per_second / bare.per_second:.2f}"
        )
    print(
        f"  from a message to its agency's queue at {STEADY_RATE}/s: p50 {_percentile(delays, 50):.0f} ms, "
        f"p99 {_percentile(delays, 99):.0f} ms ({len(delays)} of {STEADY} seen)"
    )


@contextmanager
def _gateway(folder: Path, *, empty: bool = False) -> Iterator[tuple[Settings, Parts]]:
    folder.mkdir()
    redis = RedisServer(folder / "redis")
    environ = environment(folder / "state", ROOT / "routing_rules.yaml")
    environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
    environ["GATEWAY112_LOG_LEVEL"] = "warning"
    settings = table.read(environ)
    (settings.state / "log").mkdir(parents=True, exist_ok=True)
    parts = _Empty(settings, environ, redis) if empty else Parts(settings, environ, redis)
    try:
        parts.start("redis", "web")
        yield settings, parts
    finally:
        parts.stop()


class _Empty(Parts):
    """The web server, with an application that does nothing."""

    def service(self, name: str) -> Service:
        web = next(service for service in services(self.settings) if service.name == name)
        return Service("web", (*web.command[:-1], "tests.bench.empty:application"), web.rank)


def _request(settings: Settings, number: int, text: str) -> bytes:
    fields = {
        "token": password(settings, "incoming"), "from": f"+62812{number:08d}", "to": "112", "id": f"m{number}",
        "smsc": "bench", "coding": "0", "charset": "utf-8",
    }  # fmt: skip
    body = text.encode()
    head = f"POST /messages/kannel/incoming?{urlencode(fields)} HTTP/1.1\r\nHost: bench\r\n"
    return head.encode() + f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _load(settings: Settings, connections: int) -> Load:
    numbers, good, bad = itertools.count(connections * 1_000_000), [0] * connections, [0] * connections
    begun = threading.Barrier(connections)

    def send(index: int) -> None:
        begun.wait()
        ends = time.monotonic() + SECONDS
        line = _Line(settings)
        while time.monotonic() < ends:
            number = next(numbers)
            if line.ask(_request(settings, number, TEXTS[number % len(TEXTS)])) == 200:
                good[index] += 1
            else:
                bad[index] += 1

    threads = [threading.Thread(target=send, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(sum(good), sum(bad))


class _Line:
    """One kept connection."""

    def __init__(self, settings: Settings):
        self._address = (settings.text("bind"), settings.number("web_port"))
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> int:
        """The status; 0 when the connection broke."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, timeout=30)
            self._socket.sendall(request)
            head = b""
            while b"\r\n\r\n" not in head:
                received = self._socket.recv(4096)
                if not received:
                    raise ConnectionResetError
                head += received
        except OSError:
            self._socket = None
            return 0
        if b"connection: close" in head.lower():
            self._socket.close()
            self._socket = None
        return int(head[9:12])


def _to_the_queue(settings: Settings) -> list[float]:
    """Milliseconds from each message's sending to the entry that puts it into a queue, as a desk's feed shows it."""
    sent: dict[str, float] = {}
    delays: list[float] = []
    over = threading.Event()
    store = Store(settings)
    after = store.last_feed_id()

    def watch() -> None:
        nonlocal after
        while not over.is_set():
            for identifier, entry in store.feed(after, wait=0.2):
                after = identifier
                if entry.kind is Kind.HANDED_OFF:
                    begun = sent.pop(entry.channel_id.rpartition(":")[2], None)
                    if begun is not None:
                        delays.append(1000 * (time.monotonic() - begun))

    watcher = threading.Thread(target=watch)
    watcher.start()
    line = _Line(settings)
    for number in range(STEADY):
        time.sleep(1 / STEADY_RATE)
        sent[f"m{number}"] = time.monotonic()
        line.ask(_request(settings, number, TEXTS[number % len(TEXTS)]))
    until(lambda: len(delays) == STEADY, 30, "every message is in a queue")
    over.set()
    watcher.join()
    return delays


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0
