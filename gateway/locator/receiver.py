"""Takes the edge's copies from the network, and keeps each before anything is made of it.

By UDP (HEP), and by TCP what is too large for a datagram: frames of a line ``G112 <address> <port> <length>`` and so
many bytes. Two steps, so that a slow store loses no datagram: one takes from the network, one writes into the journal.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address

from gateway.incident.timeline import Entry
from gateway.journal import Journal
from gateway.locator import hep, sip_request
from gateway.locator.capture import Capture
from gateway.locator.hep import HepRefused
from gateway.log import get_logger
from gateway.settings import Settings

log = get_logger("locator")

BUFFER = 4 * 1024 * 1024
LOOK_SECONDS = 0.5
MOST_WAITING = 5_000
BATCH = 100
MOST_LINES = 16
"""Connections at once."""

IDLE_SECONDS = 60.0
LONGEST_FRAME_HEAD = 100
SAY_EVERY_SECONDS = 10.0


class Receiver:
    """Three threads' work: ``datagrams``, ``frames`` and ``write``, each until told to stop.

    Attributes:
        refused: what came and was no copy of a request, since the start.
    """

    def __init__(self, settings: Settings, journal: Journal, clock: Callable[[], float] = time.time):
        self._door = settings.text("bind"), settings.number("capture_port")
        self._own = {settings.text("bind"), settings.text("sip_address")}
        self._journal = journal
        self._clock = clock
        self._waiting: queue.Queue[Entry] = queue.Queue(MOST_WAITING)
        self._places = threading.Semaphore(MOST_LINES)
        self._said = 0.0
        self.refused = 0

    def datagrams(self, stop: threading.Event) -> None:
        with _bound(self._door, socket.SOCK_DGRAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    datagram, peer = door.recvfrom(hep.LARGEST)
                    self._take(peer[0], partial(hep.read, datagram, self._clock()))

    def frames(self, stop: threading.Event) -> None:
        with _bound(self._door, socket.SOCK_STREAM) as door:
            door.listen()
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    line, peer = door.accept()
                    if self._places.acquire(blocking=False):
                        threading.Thread(target=self._serve, args=(line, peer[0]), daemon=True).start()
                    else:
                        line.close()
                        self._refuse("too many connections")

    def write(self, stop: threading.Event) -> None:
        """Into the journal, which spools them while the store is away."""
        while not stop.is_set() or not self._waiting.empty():
            with contextlib.suppress(queue.Empty):
                entries = [self._waiting.get(timeout=LOOK_SECONDS)]
                with contextlib.suppress(queue.Empty):
                    while len(entries) < BATCH:
                        entries.append(self._waiting.get_nowait())
                self._journal.add(entries)

    def _serve(self, line: socket.socket, peer: str) -> None:
        try:
            with line, line.makefile("rb") as frames:
                line.settimeout(IDLE_SECONDS)
                while head := frames.readline(LONGEST_FRAME_HEAD):
                    self._take(peer, partial(_frame, head, frames.read, self._clock()))
        except (OSError, HepRefused):
            pass  # Gone, or said so already.
        finally:
            self._places.release()

    def _take(self, peer: str, read: Callable[[], Capture]) -> None:
        """Keep what was read from this peer.

        Raises:
            HepRefused: from a connection what follows cannot be told apart any more; of a datagram never.
        """
        if not self._is_ours(peer):
            self._refuse("it comes from elsewhere than this machine")
            return
        try:
            self._waiting.put_nowait(read().entry())
        except queue.Full:
            self._journal.alarm("copies of requests come faster than they can be kept: places are lost")
        except _FrameRefused as refused:
            self._refuse(str(refused))
            raise
        except HepRefused as refused:
            self._refuse(str(refused))

    def _is_ours(self, peer: str) -> bool:
        return peer in self._own or ip_address(peer.partition("%")[0]).is_loopback

    def _refuse(self, why: str) -> None:
        self.refused += 1
        if self._clock() - self._said > SAY_EVERY_SECONDS:
            self._said = self._clock()
            log.warning("what came to the capture port is no copy of the edge's", why=why, count=self.refused)


class _FrameRefused(HepRefused):
    """What comes on this connection is not in frames."""


def _frame(head: bytes, read: Callable[[int], bytes], now: float) -> Capture:
    words = head.decode("ascii", "replace").split()
    if len(words) != 4 or words[0] != "G112" or not words[3].isdigit():
        raise _FrameRefused("a frame's first line is none of ours")
    length = int(words[3][:9])
    if not 0 < length <= sip_request.LARGEST:
        raise _FrameRefused("a frame is larger than a request may be")
    try:
        source = str(ip_address(words[1].strip("[]")))
    except ValueError:
        raise _FrameRefused("a frame does not say who sent the request") from None
    request = read(length)
    if len(request) != length:
        raise _FrameRefused("a frame is cut")
    return Capture(source, now, request)


def _bound(door: tuple[str, int], kind: socket.SocketKind) -> socket.socket:
    """A socket that other locators may share: while one is away, what is sent goes to those that are there."""
    made = socket.socket(socket.AF_INET6 if ":" in door[0] else socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if kind == socket.SOCK_STREAM:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(door)
    made.settimeout(LOOK_SECONDS)
    return made
