"""``gateway112 kannel``: takes what Kannel has from its SMSCs, and says so to Kannel once it is on a disk of ours."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.channels.kannel import part, told_by
from gateway.channels.kannel_box import Answer, Box, BoxGone, Foreign, Message
from gateway.channels.kannel_conf import forget_receipts, incoming_url
from gateway.incident.timeline import Entry
from gateway.journal import open_journal
from gateway.log import get_logger
from gateway.messages.part import received
from gateway.messages.replies import delivery, receipt_of
from gateway.process import told_to_end
from gateway.settings import Settings

log = get_logger("kannel")

LOOK_SECONDS = 0.5
PAUSE_SECONDS = 1.0
"""Between attempts to connect, and after we could not keep something: Kannel gives it again at once."""


RECEIPT_SECONDS = 8 * 86400
"""A receipt that comes later is of no use: our URL for it is valid no longer."""


class Journal(Protocol):
    def keep(self, entries: Sequence[Entry]) -> bool: ...

    def alarm(self, what: str) -> None: ...


class Reader:
    """Takes messages from bearerbox for as long as it is told to."""

    def __init__(self, settings: Settings, journal: Journal, now: Callable[[], float] = time.time):
        self._settings = settings
        self._port = settings.number("kannel_box_port")
        self._journal = journal
        self._now = now
        self._away = False
        self._tidy_at = 0.0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._serve(stop)
            except BoxGone as gone:
                if not self._away:
                    log.warning("no messages of Kannel's", why=str(gone))
                self._away = True
            except Foreign as fault:
                log.exception("Kannel is not understood", why=str(fault))
                self._journal.alarm("Kannel is of a version whose messages we cannot read: they wait in its own store")
            except Exception:
                log.exception("a fault while messages were taken from Kannel")
                self._journal.alarm("a fault of ours while messages were taken from Kannel: they wait in its own store")
            stop.wait(PAUSE_SECONDS)

    def _serve(self, stop: threading.Event) -> None:
        box = Box(self._port)
        try:
            log.info("Kannel's messages are taken")
            self._away = False
            while not stop.is_set():
                self._tidy()
                messages = box.messages(LOOK_SECONDS)
                if not self._take(box, messages):
                    stop.wait(PAUSE_SECONDS)
        finally:
            box.close()

    def _tidy(self) -> None:
        """Once an hour, have Kannel forget receipts that will not come any more."""
        now = self._now()
        if now >= self._tidy_at:
            self._tidy_at = now + 3600
            forget_receipts(self._settings, now - RECEIPT_SECONDS)

    def _take(self, box: Box, messages: Sequence[Message]) -> bool:
        """Keep messages and say so; whether all could be kept."""
        written = [message for message in messages if message.from_a_writer]
        now = self._now()
        entries = [received(part(message.fields, message.fields.get("text", b""), now)) for message in written]
        kept = [True] * len(entries) if not entries or self._journal.keep(entries) else self._one_by_one(entries)
        for message, well in zip(written, kept, strict=True):
            box.answer(message, Answer.TAKEN if well else Answer.AGAIN)
        for receipt in (message for message in messages if not message.from_a_writer):
            # Meant for the box that sent the reply, but bearerbox gives some to whichever box is there.
            told = self._delivery(receipt, now)
            well = not told or self._journal.keep(told)
            kept.append(well)
            box.answer(receipt, Answer.TAKEN if well else Answer.AGAIN)
        return all(kept)

    def _delivery(self, receipt: Message, now: float) -> list[Entry]:
        """What a receipt tells, by the URL that went out with its reply; nothing if that is none of ours."""
        path = receipt.fields.get("receipt_url", b"").decode("ascii", "replace").partition("?")[0]
        about = receipt_of(self._settings, path.rpartition("/")[2], now) if path else None
        if about is None:
            return []
        fields = {
            "status": receipt.fields.get("mask", b""),
            "answer": receipt.fields.get("text", b""),
            "id": receipt.fields.get("foreign_id", b""),
        }
        return delivery(about, told_by(fields), now)

    def _one_by_one(self, entries: Sequence[Entry]) -> list[bool]:
        """So that one which cannot be kept holds up no other."""
        return [self._journal.keep([entry]) for entry in entries]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", action="store_true", help="print the post-url by which another Kannel brings messages")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.url:
        print(incoming_url(settings))
        return 0
    stop = told_to_end()
    Reader(settings, open_journal(settings, "kannel")).run(stop)
    return 0
