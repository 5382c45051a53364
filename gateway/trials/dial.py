"""``gateway112 dial 1 2``: a real SIP call to 112 over the trial trunk with these keys; its timeline as it happens."""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from gateway.channels.baresip import Telephone, TelephoneRefused
from gateway.entry_words import entry_words
from gateway.incident.errors import Refused
from gateway.incident.timeline import Kind
from gateway.numbers import e164
from gateway.rules import load
from gateway.rules.rulebook import Rulebook
from gateway.running.doors import doors
from gateway.running.readiness import answers_sip
from gateway.settings import Settings
from gateway.sounds.speech import seconds as length
from gateway.store import Store
from gateway.trials.desk import Follower, Lookout, trial_desk
from gateway.trials.rehearsal import NO_KEY, parse_keys, rehearse
from ivr.flow import CALL
from ivr.steps import Ask, Code, HandOff, Walk

ANSWER_SECONDS = 15.0
LISTEN_SECONDS = 1.0
"""After this much of a prompt its key is pressed: a key interrupts."""

REGISTER_SECONDS = 3.0
LOOK_SECONDS = 0.3
LAST_ENTRIES_SECONDS = 1.5


class CallRefused(Refused):
    """The call cannot be placed, or did not get through."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("keys", nargs="*", metavar="KEY", help="0-9, *, # (begins and ends a code); - for none in time")
    parser.add_argument(
        "--stay", type=float, default=3.0, metavar="S", help="hang up S seconds after a desk answered (3)"
    )
    parser.add_argument("--limit", type=float, default=90.0, metavar="S", help="give up after S seconds (90)")
    parser.add_argument("--number", default="", help="call from this number; a repeated one joins its open incident")
    parser.add_argument("--no-trial-desk", action="store_true", help="wait for a real desk where none is registered")
    parser.epilog = "The exit code is 0 only if a desk answered."


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    keys = parse_keys(arguments.keys)
    # Invented, and another one each time: the same one would join the incident of the call before.
    number = e164(arguments.number) if arguments.number else f"+62812000{secrets.randbelow(100_000):05d}"
    if number is None:
        raise CallRefused("--number", "that is no telephone number that could be called back")
    _check(settings)
    with ExitStack() as stack:
        call = _Call(settings, load(settings.rules), keys, number, stack)
        try:
            return 0 if call.perform(arguments) else 1
        except TelephoneRefused as fault:
            raise CallRefused("the call", str(fault)) from fault


def _check(settings: Settings) -> None:
    """Raises CallRefused: no call can get through."""
    if not settings.flag("trial_trunk"):
        raise CallRefused("trial_trunk", "the setting is off, as it should be in production: no trial call is accepted")
    if not (settings.natives / "bin" / "baresip").exists():
        raise CallRefused("baresip", "the telephone for trial calls is missing: run `make setup`")
    door = next(door for door in doors(settings) if door.setting == "sip_port" and door.kind == "udp")
    if not answers_sip(door)():
        raise CallRefused(f"SIP at 127.0.0.1:{door.port}", "nothing answers: is `make run` running?")


@dataclass
class _Call:
    """One trial call, from dialling to the last entry told."""

    settings: Settings
    rulebook: Rulebook
    keys: Sequence[str | None]
    number: str
    stack: ExitStack
    walk: Walk = field(default_factory=lambda: Walk(CALL))
    desk: str = ""
    pressed: int = 0
    code: str = ""
    ended: bool = False
    trial_desks: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway112-dial-")))
        self.follower = Follower(Store(self.settings), self.number)
        self.lookout = Lookout(self.settings, self.number)
        self.stack.callback(self.lookout.close)
        self.began = time.monotonic()

    def perform(self, arguments: argparse.Namespace) -> bool:
        """Whether a desk answered."""
        self._complain()
        telephone = self._telephone(self.number, arguments.limit)
        self.say(
            "dialling", f"112 over the trunk trial, keys: {' '.join(key or NO_KEY for key in self.keys) or 'none'}"
        )
        if not arguments.no_trial_desk:
            # Before the call, or it might be gone to the next queue by then.
            self._play_desk(rehearse(self.keys, self.rulebook).rule.route.queue)
        telephone.dial("112")
        if not telephone.wait_for(("CALL_ESTABLISHED", "CALL_CLOSED", "EXIT"), ANSWER_SECONDS):
            raise CallRefused("112", f"not answered within {ANSWER_SECONDS:.0f} s: see `gateway112 check`")
        if not telephone.has("CALL_ESTABLISHED"):
            raise CallRefused(
                "112", "the call was refused: see `gateway112 check` and asterisk.log in the state folder"
            )
        self._converse(telephone, arguments)
        telephone.hang_up()
        self._until(lambda: self.ended, LAST_ENTRIES_SECONDS)
        return self._verdict(arguments.limit)

    def say(self, what: str, words: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {what:<12}  {words}", flush=True)

    def _telephone(self, user: str, limit: float) -> Telephone:
        folder = self.folder / "caller"
        folder.mkdir()
        server = ("127.0.0.1", self.settings.number("sip_port"))
        telephone = Telephone(self.settings, folder, user, server, seconds=round(limit) + 30)
        return self.stack.enter_context(telephone)

    def _converse(self, telephone: Telephone, arguments: argparse.Namespace) -> None:
        """Press keys, and stay until a desk has answered or time is over."""
        deadline = time.monotonic() + arguments.limit
        press_at = time.monotonic() + self._patience()
        while time.monotonic() < deadline and not telephone.has("CALL_CLOSED", "EXIT"):
            if self.pressed < len(self.keys) and time.monotonic() >= press_at:
                self._press(telephone, self.keys[self.pressed])
                press_at = time.monotonic() + self._patience()
            self._look(with_trial_desk=not arguments.no_trial_desk)
            if self.desk:
                self._until(lambda: telephone.has("CALL_CLOSED", "EXIT"), arguments.stay)
                return
            self._until(lambda: False, LOOK_SECONDS)

    def _press(self, telephone: Telephone, key: str | None) -> None:
        self.pressed += 1
        step = self.walk.step
        if isinstance(step, HandOff):
            self.say("not pressed", f"{key or NO_KEY}: the dialogue is over")
            return
        if key is not None:
            telephone.press(key)
        self.say("pressed" if key else "silent", f"{key or ''} at {self.walk.position.step}")
        if isinstance(step, Code) and key not in ("#", None):
            self.code += key or ""
        else:
            self.walk.press(self.code or None if isinstance(step, Code) else key)
            self.code = ""

    def _patience(self) -> float:
        """Seconds until the next key: some of the prompt, or for silence all of it and the wait after it."""
        step = self.walk.step
        key = self.keys[self.pressed] if self.pressed < len(self.keys) else None
        if key is not None or isinstance(step, HandOff):
            return LISTEN_SECONDS
        return (self._length(step.prompt) if isinstance(step, Ask) else 0.0) + step.wait + LISTEN_SECONDS / 2

    def _length(self, prompt: str) -> float:
        try:
            return length(self.settings.state / "sounds" / self.walk.position.language / f"{prompt}.wav")
        except (OSError, Refused):
            return 0.0

    def _look(self, *, with_trial_desk: bool) -> None:
        there = self.lookout.call()
        if there.desk and not self.desk:
            self.desk = there.desk
            self.say("in the call", f"desk {there.desk}")
        if there.queue and with_trial_desk:
            self._play_desk(there.queue)

    def _play_desk(self, queue: str) -> None:
        """Where no desk of a queue is registered, register one of ours."""
        if queue in self.trial_desks or self.lookout.has_desks(queue):
            return
        self.trial_desks.add(queue)
        found = trial_desk(self.settings, self.rulebook, queue, self.folder / queue)
        if found:
            desk, telephone = found
            self.stack.enter_context(telephone)
            self.say("trial desk", f"no desk of {queue} is registered: {desk} is played for this call")
            self._until(lambda: self.lookout.has_desks(queue), REGISTER_SECONDS)

    def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Tell what happens, for so long or until the condition holds."""
        deadline = time.monotonic() + seconds
        while True:
            for entry in self.follower.fresh():
                self.say(entry.kind.value, entry_words(entry))
                self.ended = self.ended or entry.kind is Kind.ENDED
            if condition() or time.monotonic() >= deadline:
                return
            time.sleep(0.05)

    def _complain(self) -> None:
        if self.follower.away:
            self.say("no timeline", f"{self.follower.away}: it is told when the store is back")
        if self.lookout.away:
            self.say("no sight", self.lookout.away)

    def _verdict(self, limit: float) -> bool:
        if self.follower.incident:
            self.say("incident", self.follower.incident)
        if self.desk:
            return True
        self.say("not answered", f"no desk within {limit:.0f} s: see `gateway112 watch` for who is there")
        return False
