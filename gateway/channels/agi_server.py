"""The FastAGI server: a thread for the line of each call that Asterisk hands us."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.channels.agi import HungUp, Line
from gateway.log import get_logger
from gateway.settings import Settings, SettingsRefused

MOST_SESSIONS = 10_000
BACKLOG = 4096
GRACE_SECONDS = 5.0
STOPPED_SECONDS = 2.0

log = get_logger("agi")


class AgiServer:
    """Listens from its creation on; works in ``serve`` until ``stop``.

    Attributes:
        port: where it listens.
        counts: ``calls``, ``refused`` (strangers, or one too many), ``faults`` (errors of ours), and for each cause of
            gateway.channels.agi how many lines ended by it before we were done.
    """

    def __init__(self, settings: Settings, perform: Callable[[Line], None]):
        self._perform = perform
        host, port = settings.text("bind"), settings.number("agi_port")
        # An Asterisk beside us comes from the address it calls.
        self._peers = _networks(f"{settings.text('agi_peers')}, {host}")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self.port: int = self._listener.getsockname()[1]
        self.counts: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._sessions: dict[socket.socket, Line | None] = {}
        # Threads that are kept: to start one costs more than all the rest we do for a line.
        self._threads = ThreadPoolExecutor(MOST_SESSIONS, thread_name_prefix="line")
        self._stopping = False

    def serve(self) -> None:
        """Returns when ``stop`` was called and the calls are over, or GRACE_SECONDS later, with their lines ended."""
        while not self._stopping:
            try:
                connection, peer = self._listener.accept()
            except OSError as fault:
                if self._stopping:
                    break
                # Out of file descriptors, most likely: the sessions that end give some back.
                log.exception("a call's connection could not be accepted", fault=fault)
                time.sleep(0.05)
                continue
            self._welcome(connection, peer[0])
        self._end_sessions()

    def stop(self) -> None:
        """May be called from a signal handler or another thread, and again."""
        self._stopping = True
        with contextlib.suppress(OSError):
            # accept() does not see a close, but it sees this.
            self._listener.shutdown(socket.SHUT_RDWR)

    def write_counts(self, file: Path) -> None:
        """The counts as JSON, for /metrics."""
        with self._counting:
            counts = dict(self.counts)
        new = file.with_suffix(".new")
        new.write_text(json.dumps({**counts, "sessions": len(self._sessions)}), encoding="ascii")
        new.replace(file)

    def _welcome(self, connection: socket.socket, peer: str) -> None:
        if not self._knows(peer) or len(self._sessions) >= MOST_SESSIONS:
            self._count("refused")
            connection.close()
            return
        self._sessions[connection] = None
        try:
            self._threads.submit(self._session, connection)
        except RuntimeError as fault:
            log.exception("no thread for a call: the dialplan has it", fault=fault)
            self._count("refused")
            del self._sessions[connection]
            connection.close()

    def _session(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = Line(connection)
                self._sessions[connection] = line
                self._count("calls")
                self._perform(line)
        except HungUp as end:
            self._count(end.cause.value)
        except Exception as fault:
            self._count("faults")
            log.exception("a call's session failed: the dialplan has the call", fault=fault)
        finally:
            self._sessions.pop(connection, None)

    def _end_sessions(self) -> None:
        self._listener.close()
        self._wait_for_sessions(GRACE_SECONDS)
        # Ended here, not by the end of the process: each call's timeline shall say why.
        for line in list(self._sessions.values()):
            if line:
                line.stop()
        self._wait_for_sessions(STOPPED_SECONDS)
        self._threads.shutdown(wait=False)

    def _wait_for_sessions(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._sessions and time.monotonic() < deadline:
            time.sleep(0.02)

    def _knows(self, peer: str) -> bool:
        address = ipaddress.ip_address(peer)
        return any(address in network for network in self._peers)

    def _count(self, what: str) -> None:
        with self._counting:
            self.counts[what] += 1


def _networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(word.strip()) for word in text.split(",") if word.strip()]
    except ValueError as fault:
        raise SettingsRefused(f"settings agi_peers and bind: {fault}: name addresses, not hosts") from fault
