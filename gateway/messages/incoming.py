"""``gateway112 messages``: files what channels brought, and sees to it that nobody's messages wait beyond their bound.

Several may run, on several machines; one of them works, by a lease that it loses when it dies.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from gateway.assembly import build_message_intake
from gateway.desk.put_back import PuttingBack
from gateway.log import get_logger
from gateway.messages.filing import Filing
from gateway.messages.intake import Filed
from gateway.messages.ledger import Ledger
from gateway.messages.locating import Locating
from gateway.messages.replies import Answers
from gateway.messages.waiting import Waits
from gateway.process import told_to_end
from gateway.settings import Settings
from gateway.store import Store, StoreAway

LEASE = "messages"
LEASE_SECONDS = 3.0
"""Who loses it at work does no harm, for filing twice adds nothing; so it is short."""

WAIT_SECONDS = 1.0
PAUSE_SECONDS = 0.5
"""So long a store that is away, or another process at the same work, is left alone."""

FAULT = "messages are filed late, or wait beyond their bounds, by a fault of ours: see the log of the messages process"

log = get_logger("messages")


class Leader:
    """Does the work while the lease is ours, and leaves it to another process else."""

    def __init__(self, store: Store, filing: Filing, tick: Callable[[float], None], alarm: Callable[[str], None]):
        self._store = store
        self._filing = filing
        self._tick = tick
        self._alarm = alarm
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._ticked = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``."""
        leads = False
        while not stop.is_set():
            try:
                led, leads = leads, self._store.messages.hold_lease(LEASE, self._name, LEASE_SECONDS)
                if leads and not led:
                    self._filing.begin_anew()
                if leads:
                    self._work()
            except StoreAway:
                leads = False
            except Exception:
                log.exception("messages could not be looked at")
                self._alarm(FAULT)
                leads = False
            if not leads:
                stop.wait(PAUSE_SECONDS)
        self._leave()

    def _work(self) -> None:
        if time.monotonic() - self._ticked >= WAIT_SECONDS:
            self._ticked = time.monotonic()
            self._ticks()
        self._filing.look(WAIT_SECONDS)

    def _ticks(self) -> None:
        try:
            self._tick(time.time())
        except StoreAway:
            raise
        except Exception:
            log.exception("who waits could not be looked at")
            self._alarm(FAULT)

    def _leave(self) -> None:
        try:
            self._store.messages.drop_lease(LEASE, self._name)
        except StoreAway:
            log.warning("the lease is left to run out")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "File messages until SIGTERM; several may run, one of them works."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    stop = told_to_end()
    store = Store(settings)
    ledger = Ledger(store, settings)
    intake, journal, rules = build_message_intake(settings, "messages", ledger)
    answers = Answers(journal, lambda: rules.fresh().policies, settings)
    filing = Filing(
        store,
        ledger,
        intake,
        Locating(store, settings, rules.fresh),
        journal,
        policies=lambda: rules.fresh().policies,
        answer=lambda filed: _consider(answers, filed),
    )
    waits, putting_back = Waits(store, rules.fresh), PuttingBack(store, rules.fresh)

    def tick(now: float) -> None:
        waits.tick(now)
        putting_back.tick(now)

    Leader(store, filing, tick, journal.alarm).run(stop)
    return 0


def _consider(answers: Answers, filed: Filed) -> None:
    answers.consider(filed.incident, time.time(), filed.reading)
