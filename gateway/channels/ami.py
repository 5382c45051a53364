"""Asterisk's manager interface (AMI): what happens in the queues, and the few things we ask of it.

pyst2's manager is the ground; on Python 3 these faults of it are cured by the subclass below:

* its reader dies of ``has_key`` at the first ``ChanVariable`` and then hangs for ever, as it does when some caller's
  name holds ``status will follow``, or an answer never comes; answers are matched by their order;
* a header dict is shared between all actions; a newline in a value is a second action; writes are not locked;
* it reads byte by byte, connects and logs in without a time limit, and cannot connect twice;
* an error in an event's callback ends all events, silently.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import re
import secrets
import socket
import threading
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from asterisk import manager as pyst

from gateway.channels.ami_actions import ActionRefused, Actions, AmiAway, Event
from gateway.settings import Settings

__all__ = ["ActionRefused", "AmiAway", "Event", "Manager"]

USERNAME = "gateway112"
TIME_LIMIT_SECONDS = 5.0
IDLE_SECONDS = 15.0
LONGEST_BLOCK_BYTES = 1 << 20
EVENTS_KEPT = 50_000
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0

RESYNC: Event = {"Event": "Resync"}

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")


class _Message(pyst.ManagerMsg):  # type: ignore[misc]  # pyst2 has no types
    """pyst2's message, with headers parsed as Asterisk 20 and later write them."""

    def parse(self, response: list[str]) -> None:
        for line in response:
            name, colon, value = line.partition(": ")
            if not colon:
                name, _, value = line.partition(":")
            before, chan_variable, _ = name.partition("ChanVariable")
            if chan_variable:  # Some events add the channel's name in brackets.
                variable, _, value = value.partition("=")
                name = f"{before}ChanVariable({variable})"
            if name == "Output":
                self.data += value + "\n"
            else:
                # The first wins: should a hostile value ever smuggle in a line, it replaces nothing.
                self.headers.setdefault(name, value)


class _Answer:
    """What one action brings back: its response, then for a list its events."""

    def __init__(self) -> None:
        self._parts: queue.SimpleQueue[_Message | None] = queue.SimpleQueue()
        self.put = self._parts.put

    def next(self) -> _Message:
        try:
            part = self._parts.get(timeout=TIME_LIMIT_SECONDS)
        except queue.Empty:
            raise AmiAway(f"AMI gave no answer within {TIME_LIMIT_SECONDS:.0f} s") from None
        if part is None:
            raise AmiAway("AMI closed the connection")
        if part.get_header("Response") == "Error":
            raise ActionRefused(part.get_header("Message", "no reason given"))
        return part


class _Connection(pyst.Manager):  # type: ignore[misc]  # pyst2 has no types
    """One login, from connecting to its end; a new connection is a new object.

    Attributes:
        events: wanted events as they come, RESYNC in place of too many, None at the end.
    """

    def __init__(self, wanted: Collection[str]):
        super().__init__()
        self._wanted = frozenset(name.encode() for name in wanted)
        self.events: queue.Queue[Event | None] = queue.Queue(EVENTS_KEPT)
        self._answers: dict[str, _Answer] = {}
        self._sending = threading.Lock()
        # Some events bear the ActionID of another connection's action: ids must differ between connections.
        self._name = f"g112-{secrets.token_hex(6)}-"
        self._ids = itertools.count(1)

    def connect(self, host: str, port: int = 5038) -> None:
        """Raises OSError."""
        self._sock = socket.create_connection((host, port), TIME_LIMIT_SECONDS)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.settimeout(IDLE_SECONDS)
        self._connected.set()
        self.message_thread.start()

    @property
    def is_up(self) -> bool:
        return bool(self._connected.is_set())

    def close(self) -> None:
        self._connected.clear()
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)

    def send_action(self, cdict: Mapping[str, object] = MappingProxyType({}), **kwargs: object) -> _Message:
        """The response to an action. Raises AmiAway, ActionRefused."""
        with self.answer_to({**cdict, **kwargs}) as answer:
            return answer.next()

    @contextlib.contextmanager
    def answer_to(self, fields: Mapping[str, object]) -> Iterator[_Answer]:
        name = f"{self._name}{next(self._ids)}"
        answer = self._answers[name] = _Answer()
        try:
            # Looked at only now: the reader's end notifies all answers that it finds entered.
            if not self._connected.is_set():
                raise AmiAway("AMI is not connected")
            self._write({**fields, "ActionID": name})
            yield answer
        finally:
            del self._answers[name]

    def _write(self, fields: Mapping[str, object]) -> None:
        lines = [
            f"{name}: {_UNSAFE.sub(' ', str(single))}\r\n"
            for name, value in fields.items()
            for single in (value if isinstance(value, list) else [value])
        ]
        try:
            with self._sending:
                self._sock.sendall(("".join(lines) + "\r\n").encode())
        except OSError as fault:
            raise AmiAway(f"AMI: {fault}") from fault

    def message_loop(self) -> None:
        """The one thread of a connection: it reads, and hands on what it read."""
        try:
            for block in self._blocks():
                self._take(block)
        except (OSError, AmiAway):
            pass  # Away is told by the end itself, below.
        finally:
            self._connected.clear()
            self._sock.close()
            for answer in list(self._answers.values()):
                answer.put(None)
            self._keep(None)

    def _blocks(self) -> Iterator[bytes]:
        rest, idle = b"", False
        while True:
            try:
                received = self._sock.recv(65536)
            except TimeoutError:
                if idle:
                    return
                idle = True
                self._write({"Action": "Ping"})
                continue
            if not received or len(rest) > LONGEST_BLOCK_BYTES:
                return
            idle = False
            *blocks, rest = (rest + received).split(b"\r\n\r\n")
            yield from blocks

    def _take(self, block: bytes) -> None:
        if block.startswith(b"Asterisk Call Manager"):
            _, _, block = block.partition(b"\r\n")
        wanted = block.startswith(b"Event: ") and block[7:].split(b"\r\n", 1)[0] in self._wanted
        if not wanted and self._name.encode() not in block:
            return
        message = _Message(block.decode("utf-8", "replace").split("\r\n"))
        answer = self._answers.get(message.get_header("ActionID", ""))
        if answer:
            answer.put(message)
        elif wanted:
            self._keep(message.headers)

    def _keep(self, event: Event | None) -> None:
        try:
            self.events.put_nowait(event)
        except queue.Full:
            with contextlib.suppress(queue.Empty):
                while True:
                    self.events.get_nowait()
            self.events.put(RESYNC if event else None)


class Manager(Actions):
    """Our account at Asterisk's manager: events as they come, and actions at any time from any thread.

    Every action raises AmiAway when there is no connection (it does not wait for one) and ActionRefused when Asterisk
    will not. For actions alone: ``with Manager(settings) as manager``; with ``events``, that keeps the connection up.

    Args:
        wanted: names of the events to deliver; all others are dropped unparsed.
    """

    def __init__(self, settings: Settings, wanted: Collection[str] = ()):
        self._settings = settings
        self._wanted = wanted
        self._connection = _Connection(())
        self._closed = threading.Event()

    def connect(self) -> None:
        """Raises AmiAway."""
        host, port = self._settings.text("bind"), self._settings.number("ami_port")
        connection = _Connection(self._wanted)
        try:
            connection.connect(host, port)
            connection.login(USERNAME, self._settings.secret("ami_secret"))
            if not self._wanted:
                connection.send_action(Action="Events", EventMask="off")
        except OSError as fault:
            raise AmiAway(f"AMI at {host}:{port}: {fault.strerror or fault}: is Asterisk running?") from fault
        except ActionRefused as fault:
            connection.close()
            raise AmiAway(f"AMI refused our login ({fault}): is ami_secret the one in manager.conf?") from fault
        except AmiAway:
            connection.close()
            raise
        self._connection = connection
        if self._closed.is_set():
            connection.close()

    @property
    def is_connected(self) -> bool:
        return self._connection.is_up

    def close(self) -> None:
        self._closed.set()
        self._connection.close()

    def __enter__(self) -> Manager:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def events(self) -> Iterator[Event]:
        """Wanted events until ``close``, through any number of connections.

        Two are our own. ``{"Event": "Away", "Why": …}``, once, when the connection is lost or cannot be had.
        ``{"Event": "Resync"}`` when events may be missing (a new connection, too many at once): ask ``queue_status``.
        """
        away = False
        pause = SHORTEST_PAUSE_SECONDS
        while not self._closed.is_set():
            try:
                self.connect()
            except AmiAway as fault:
                why = str(fault)
            else:
                away, pause, why = False, SHORTEST_PAUSE_SECONDS, "AMI closed the connection"
                yield dict(RESYNC)
                while event := self._connection.events.get():
                    yield event
            if not away and not self._closed.is_set():
                away = True
                yield {"Event": "Away", "Why": why}
            self._closed.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def send(self, fields: Mapping[str, object]) -> Event:
        return dict(self._connection.send_action(fields).headers)

    def send_for_list(self, fields: Mapping[str, object]) -> list[Event]:
        with self._connection.answer_to(fields) as answer:
            answer.next()
            events = []
            while (part := answer.next()).get_header("EventList") != "Complete":
                events.append(part.headers)
            return events
