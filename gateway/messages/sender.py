"""``gateway112 sender``: sends replies, each channel in a thread of its own; has who waits for long told so."""

from __future__ import annotations

import argparse
import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.journal import open_journal
from gateway.log import get_logger
from gateway.messages.channel import CHANNELS, load
from gateway.messages.dispatch import Dispatch
from gateway.messages.replies import Answers
from gateway.process import Work, told_to_end, work_until
from gateway.rules import CurrentRules
from gateway.rules.rulebook import Policies
from gateway.settings import Settings
from gateway.store import Store, StoreAway

log = get_logger("sender")

LOOK_SECONDS = 2.0
LEASE_SECONDS = 6.0


@dataclass(eq=False)
class Patience:
    """Has who waits for a desk for long told so, where that is policy."""

    store: Store
    answers: Answers
    policies: Callable[[], Policies]
    now: Callable[[], float] = time.time
    _looked: dict[str, float] = field(default_factory=dict)
    _holder: str = field(default_factory=lambda: uuid.uuid4().hex)

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_SECONDS):
            try:
                if self.store.messages.hold_lease("patience", self._holder, LEASE_SECONDS):
                    self.look()
            except StoreAway:
                continue
            except Exception:
                log.exception("who waits could not be looked at")
        with contextlib.suppress(StoreAway):
            self.store.messages.drop_lease("patience", self._holder)

    def look(self) -> None:
        """Have each that waits long enough considered, and again after as long.

        Raises:
            StoreAway
        """
        now, after = self.now(), self.policies().messages.waiting_after
        waits = self.store.waits.everybody()
        self._looked = {wait.incident: self._looked.get(wait.incident, wait.since) for wait in waits}
        for wait in waits:
            if now >= self._looked[wait.incident] + after:
                self._looked[wait.incident] = now
                self.answers.consider(wait.incident, now)


def senders(settings: Settings, name: str = "sender") -> Mapping[str, Work]:
    """What runs in the process, each in a thread of its own, by name."""
    store, journal = Store(settings), open_journal(settings, name)
    rules = CurrentRules(settings, journal.alarm)
    patience = Patience(
        store, Answers(journal, lambda: rules.fresh().policies, settings), lambda: rules.fresh().policies
    )
    channels: dict[str, Any] = {channel: load(channel) for channel in CHANNELS}
    return {"patience": patience.run} | {
        channel: Dispatch(channel, module, settings, store, journal).run for channel, module in channels.items()
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Send replies until SIGTERM. More than one may run: one of them leads each channel."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    stop = told_to_end()
    # Who is in the middle of sending finishes it: what is cut off there is neither sent nor not.
    work_until(stop, senders(settings), patience=25)
    return 0
