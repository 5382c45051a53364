"""One locator joins requests to calls, by a lease that it loses when it dies; all take what the edge copies."""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from gateway.locator.joining import KEPT_S, Joining
from gateway.locator.references import References
from gateway.log import get_logger
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.store import Store, StoreAway

log = get_logger("locator")

LEASE = "locator"
LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0
LOOK_SECONDS = 0.2
PAUSE_SECONDS = 0.5
BATCH = 100
GATHER_SECONDS = 0.05
"""What comes so soon after the last is read together with it: entries of one call come in groups, each read costs."""

FAULT = "what the edge copies of calls is joined late, by a fault of ours: see the log of the locator"


class Leader:
    """
    Args:
        joining: makes one that knows nothing yet.
    """

    def __init__(
        self, store: Store, joining: Callable[[], Joining], references: References, alarm: Callable[[str], None]
    ):
        self._store = store
        self._fresh = joining
        self._joining = joining()
        self._references = references
        self._alarm = alarm
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._place = ("0", "0")
        self._leads_until = 0.0
        self._looked = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``."""
        while not stop.is_set():
            try:
                if self._leads():
                    if 0 < self.work() < BATCH:
                        stop.wait(GATHER_SECONDS)
                    continue
            except StoreAway:
                self._leads_until = 0.0
            except Exception:
                log.exception("captured requests could not be looked at")
                self._alarm(FAULT)
                self._leads_until = 0.0
            stop.wait(PAUSE_SECONDS)
        with contextlib.suppress(StoreAway):
            self._store.messages.drop_lease(LEASE, self._name)

    def leads(self) -> bool:
        """Whether it is this one that joins, as far as it knows."""
        return time.monotonic() < self._leads_until

    def begin(self) -> None:
        """Read anew all that may still matter."""
        self._joining, self._place = self._fresh(), self._store.captured.start(time.time() - KEPT_S)

    def work(self) -> int:
        """One look at both streams; how much the fuller one held.

        Raises:
            StoreAway
        """
        requests, entries, self._place = self._store.captured.read(self._place, LOOK_SECONDS, BATCH)
        for entry in entries:
            self._joining.happened(entry)
        for identifier, entry in requests:
            self._joining.captured(identifier, entry.data)
        now = time.time()
        if now - self._looked >= RENEW_SECONDS and max(len(requests), len(entries)) < BATCH:
            self._looked = now
            self._joining.look(now)
            self._store.captured.tidy(now - KEPT_S)
        self._references.look()
        self._finish()
        return max(len(requests), len(entries))

    def _leads(self) -> bool:
        now = time.monotonic()
        if now < self._leads_until - LEASE_SECONDS + RENEW_SECONDS:
            return True
        led = now < self._leads_until
        if not self._store.messages.hold_lease(LEASE, self._name, LEASE_SECONDS):
            self._leads_until = 0.0
            return False
        self._leads_until = now + LEASE_SECONDS
        if not led:
            self.begin()
        return True

    def _finish(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._joining.done.append(self._references.done.get_nowait())
        done, self._joining.done = self._joining.done, []
        self._store.captured.done(done)


def trunk_fits(settings: Settings, rulebook: Callable[[], Rulebook]) -> Callable[[str, str], bool]:
    """Whether a call over this trunk may come from this address: one of the trunk's own, or, of a trunk that has none
    (it is known by its password, or is nobody's), one that is no other trunk's.
    """
    trial = {"trial": ("127.0.0.1",)} if settings.flag("trial_trunk") else {}

    def fits(trunk: str, source: str) -> bool:
        known = {name: one.addresses for name, one in rulebook().trunks.items()} | trial
        if known.get(trunk):
            return _holds(known[trunk], source)
        return not any(_holds(addresses, source) for addresses in known.values())

    return fits


def _holds(addresses: Sequence[str], source: str) -> bool:
    try:
        return any(ip_address(source) in network for network in _networks(tuple(addresses)))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _networks(addresses: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(address, strict=False) for address in addresses]
