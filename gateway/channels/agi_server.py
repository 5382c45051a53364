"""The FastAGI server: a thread for each call that Asterisk hands us."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from gateway.channels.agi import HungUp, Line
from gateway.log import get_logger
from gateway.settings import Settings, SettingsRefused

MOST_SESSIONS = 10_000
BACKLOG = 4096
GRACE_SECONDS = 5.0

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
        self._connections: dict[threading.Thread, Line | None] = {}
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
        new.write_text(json.dumps({**counts, "sessions": len(self._connections)}), encoding="ascii")
        new.replace(file)

    def _welcome(self, connection: socket.socket, peer: str) -> None:
        if not self._knows(peer) or len(self._connections) >= MOST_SESSIONS:
            self._count("refused")
            connection.close()
            return
        session = threading.Thread(target=self._session, args=(connection,), daemon=True)
        self._connections[session] = None
        try:
            session.start()
        except RuntimeError:
            del self._connections[session]
            self._count("refused")
            connection.close()

    def _session(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = Line(connection)
                self._connections[threading.current_thread()] = line
                self._count("calls")
                self._perform(line)
        except HungUp as end:
            self._count(end.cause.value)
        except Exception as fault:
            self._count("faults")
            log.exception("a call's session failed: the dialplan has the call", fault=fault)
        finally:
            del self._connections[threading.current_thread()]

    def _end_sessions(self) -> None:
        self._listener.close()
        deadline = time.monotonic() + GRACE_SECONDS
        while self._connections and time.monotonic() < deadline:
            time.sleep(0.05)
        # Ended here, not by the end of the process: each call's timeline shall say why.
        open_sessions = list(self._connections.items())
        for _, line in open_sessions:
            if line:
                line.stop()
        for session, _ in open_sessions:
            session.join(1.0)

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
