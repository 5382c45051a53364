"""``gateway112 messages``: what channels brought becomes incidents at the agencies' queues.

One process at a time does it. Parts stay in their stream until their message is filed, and filing twice adds nothing:
whatever ends this process, and whenever the store goes away, the next look begins anew with all that is left.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.assembly import build_message_intake
from gateway.contact import IncomingMessage
from gateway.incident.timeline import Entry
from gateway.log import get_logger
from gateway.messages import opening
from gateway.messages.intake import Filed, MessageIntake
from gateway.messages.ledger import Ledger
from gateway.messages.locating import Locating
from gateway.messages.part import Part
from gateway.messages.replies import Answers
from gateway.messages.waiting import Waits
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.store.messages import START
from sms.reassembly import Joined, Reassembly

LEASE = "messages"
LEASE_SECONDS = 10.0
WAIT_SECONDS = 1.0
PAUSE_SECONDS = 0.5
"""So long a store that is away, or another process at the same work, is left alone."""

BATCH = 100

UNREADABLE = (
    "a part of a message is none that we can read, and stays in the stream incoming: somebody has to look at it"
)
UNREAD = "a message could not be read by a fault of ours: it is with the operators as it came"
UNKEPT = "messages could not be filed by a fault of ours, and stay in the stream incoming: somebody has to look at them"
RECEIPT = "a delivery receipt came as a message: the provider's settings for receipts have to be mended"

log = get_logger("messages")


class Bell(Protocol):
    """Whom an alarm is given to."""

    def alarm(self, what: str, incident: str = "") -> None: ...


class Incoming:
    """Files what is in the stream of parts, look by look.

    Args:
        within: seconds for which a writer's incident is joined by his next message (policy).
        answer: told of each incident to which a message came that is whole, or given up.
    """

    def __init__(
        self, store: Store, ledger: Ledger, intake: MessageIntake, locating: Locating, bell: Bell,
        within: Callable[[], float], answer: Callable[[Filed], None], clock: Callable[[], float] = time.time,
    ):  # fmt: skip
        self._store = store
        self._ledger = ledger
        self._intake = intake
        self._locating = locating
        self._bell = bell
        self._within = within
        self._answer = answer
        self._clock = clock
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget all, and read the stream from its start."""
        self._after = START
        self._reassembly = Reassembly()
        self._locating.forget()

    def look(self, wait: float = 0.0) -> int:
        """File what came, waiting up to ``wait`` seconds for it; how many parts came.

        Raises:
            StoreAway: ``begin_anew`` before the next look.
        """
        found = self._store.messages.incoming(self._after, BATCH, wait)
        now = self._clock()
        told = [joined for identifier, entry in found for joined in self._take(identifier, entry, now)]
        told += self._reassembly.due(now)
        if found:
            self._after = found[-1][0]
        self._file(told, now)
        self._locating.look(now, self._within())
        return len(found)

    def _take(self, identifier: str, entry: Entry, now: float) -> list[Joined]:
        try:
            return self._reassembly.add(opening.fragment(Part.from_dict(entry.data), identifier), now)
        except Exception:
            log.exception("a part cannot be read")
            self._bell.alarm(UNREADABLE)
            return []

    def _file(self, told: Sequence[Joined], now: float) -> None:
        if not told:
            return
        done = {joined.name: list[str]() for joined in told}
        for joined in told:
            if joined.final:
                done[joined.name] += joined.ids
        # Of a message that is told of more than once the last time says all.
        latest = {joined.name: joined for joined in told}
        messages = [message for joined in latest.values() if (message := self._opened(joined, done))]
        kept = self._batch(messages, now, done)
        for filed in kept:
            if not filed.message.awaited:
                self._answer(filed)
        self._store.messages.incoming_done([identifier for ids in done.values() for identifier in ids])

    def _opened(self, joined: Joined, done: dict[str, list[str]]) -> IncomingMessage | None:
        """The message in these parts; None if it is a machine's, which is then seen to."""
        message = opening.message(joined)
        if opening.is_receipt(message.text):
            self._bell.alarm(RECEIPT)
            return None
        if text := opening.aml_text(joined, message.text):
            if joined.final:
                self._locating.hold(message, text, done.pop(joined.name))
            return None
        return message

    def _batch(self, messages: Sequence[IncomingMessage], now: float, done: dict[str, list[str]]) -> list[Filed]:
        if not messages:
            return []
        self._ledger.open(messages, self._within())
        kept = []
        for message in messages:
            try:
                filed = self._intake.take(message, now)
            except StoreAway:
                raise
            except Exception as fault:
                log.exception("a message could not be read")
                self._bell.alarm(UNREAD)
                filed = self._unread(message, type(fault).__name__, now, done)
            if filed:
                kept.append(filed)
        refused = self._ledger.save()
        for filed in kept:
            if filed.incident in refused:
                self._bell.alarm(UNKEPT)
                done.pop(filed.message.id, None)
        return [filed for filed in kept if filed.incident not in refused]

    def _unread(self, message: IncomingMessage, why: str, now: float, done: dict[str, list[str]]) -> Filed | None:
        try:
            return self._intake.take_unread(message, why, now)
        except StoreAway:
            raise
        except Exception:
            log.exception("a message could not be filed")
            self._bell.alarm(UNKEPT)
            done.pop(message.id, None)
            return None


class Leader:
    """Does the work while the lease is ours, and leaves it to another process else."""

    def __init__(self, store: Store, incoming: Incoming, tick: Callable[[float], None]):
        self._store = store
        self._incoming = incoming
        self._tick = tick
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._ticked = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``."""
        leads = False
        while not stop.is_set():
            try:
                led, leads = leads, self._store.messages.hold_lease(LEASE, self._name, LEASE_SECONDS)
                if leads and not led:
                    self._incoming.begin_anew()
                if leads:
                    self._work()
            except StoreAway:
                leads = False
            except Exception:
                log.exception("messages could not be filed")
                leads = False
            if not leads:
                stop.wait(PAUSE_SECONDS)
        self._leave()

    def _work(self) -> None:
        self._incoming.look(WAIT_SECONDS)
        if time.monotonic() - self._ticked >= WAIT_SECONDS:
            self._ticked = time.monotonic()
            self._tick(time.time())

    def _leave(self) -> None:
        try:
            self._store.messages.drop_lease(LEASE, self._name)
        except StoreAway:
            log.warning("the lease is left to run out")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "File messages until SIGTERM; several may run, one of them works."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    store = Store(settings)
    ledger = Ledger(store, settings)
    intake, journal, rules = build_message_intake(settings, "messages", ledger)
    answers = Answers(journal, lambda: rules.fresh().policies)
    incoming = Incoming(
        store,
        ledger,
        intake,
        Locating(store, settings),
        journal,
        within=lambda: rules.fresh().policies.repeats_join_within,
        answer=lambda filed: _consider(answers, filed),
    )
    Leader(store, incoming, Waits(store, rules.fresh).tick).run(stop)
    return 0


def _consider(answers: Answers, filed: Filed) -> None:
    answers.consider(filed.incident, time.time(), filed.reading)
