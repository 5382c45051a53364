"""``gateway112 text "…"``: a text to 112 over the trial network; what followed from it, and what was answered."""

from __future__ import annotations

import argparse
import contextlib
import queue
import re
import secrets
import threading
import time
from dataclasses import dataclass, field

from gateway.channels.trial_smsc import TrialNetwork
from gateway.incident.errors import Refused
from gateway.incident.timeline import Entry, Kind
from gateway.numbers import e164
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.trials.entry_words import entry_words

LOOK_SECONDS = 0.05


class TextRefused(Refused):
    """The text cannot be sent, or did not arrive."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what is written to 112")
    parser.add_argument(
        "--from", dest="number", default="", metavar="NUMBER", help="write from it; a repeated one joins its incident"
    )
    parser.add_argument("--stay", type=float, default=3.0, metavar="S", help="end after S quiet seconds (3)")
    parser.add_argument("--limit", type=float, default=30.0, metavar="S", help="give up after S seconds (30)")
    parser.epilog = "The exit code is 0 only if the text reached an agency's queue or the desk that has its incident."


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    # Invented, and another one each time: the same one would join the incident of the text before.
    number = e164(arguments.number) if arguments.number else f"+62812000{secrets.randbelow(100_000):05d}"
    if number is None:
        raise TextRefused("--from", "that is no telephone number that could be written back to")
    if not (settings.flag("kannel") and settings.flag("trial_smsc")):
        raise TextRefused("kannel, trial_smsc", "one of the settings is off: there is no trial network to write by")
    with contextlib.closing(TrialNetwork(settings)) as network:
        trial = Trial(Store(settings), network, number, " ".join(arguments.text))
        return 0 if trial.perform(arguments.stay, arguments.limit) else 1


@dataclass
class Trial:
    """One text, from when it is written to what followed last."""

    store: Store
    network: TrialNetwork
    number: str
    text: str
    incident: str = ""
    filed: bool = False
    answers: int = 0
    away: str = ""
    _entries: queue.SimpleQueue[Entry] = field(default_factory=queue.SimpleQueue)

    def perform(self, stay: float, limit: float) -> bool:
        """Whether it reached an agency."""
        self.began = self.last = time.monotonic()
        try:
            after = self.store.last_feed_id()
        except StoreAway as fault:
            self.say("no timeline", f"{fault}: it is told when the store is back")
        else:
            threading.Thread(target=self._follow, args=(after,), name="follower", daemon=True).start()
        self.say("writing", f"from {self.number} to 112 by the line trial")
        self.network.write(self.number, self.text)
        while time.monotonic() < self.began + limit and not (self.filed and time.monotonic() > self.last + stay):
            self._look()
            time.sleep(LOOK_SECONDS)
        return self._verdict(limit)

    def say(self, what: str, words: str) -> None:
        self.last = time.monotonic()
        print(f"{self.last - self.began:6.1f} s  {what:<12}  {words}", flush=True)

    def _look(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                entry = self._entries.get_nowait()
                self.filed = self.filed or entry.kind in (Kind.FILED, Kind.HANDED_OFF)
                self.say(entry.kind.value, entry_words(entry))
        arrived = self.network.arrived(self.number)
        for answer in arrived[self.answers :]:
            self.say("telephone", f"gets from {answer.sender}: {answer.text}")
        self.answers = len(arrived)

    def _follow(self, after: str) -> None:
        try:
            for _, entry in self.store.follow(after):
                if self._is_ours(entry):
                    self.incident = entry.incident
                if entry.incident == self.incident:
                    self._entries.put(entry)
        except StoreAway as fault:
            self.away = str(fault)

    def _is_ours(self, entry: Entry) -> bool:
        if entry.kind is Kind.OPENED:
            return entry.data.get("number") == self.number
        return entry.kind is Kind.MESSAGE and _bare(str(entry.data.get("text", ""))) == _bare(self.text)

    def _verdict(self, limit: float) -> bool:
        if self.incident:
            self.say("incident", self.incident)
        if self.filed:
            return True
        why = self.away or "another trial may be under way, or a process away: see `gateway112 check`"
        self.say("not filed", f"nothing came of it within {limit:.0f} s: {why}")
        return False


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
