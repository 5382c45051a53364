"""One trial call: dialled, its keys pressed, its desk waited for, and what happens told as it happens."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from gateway.channels.baresip import Baresip
from gateway.channels.sip_telephone import SipTelephone
from gateway.channels.telephone import Telephone
from gateway.evidence import network_cell, pidf_lo
from gateway.incident.errors import Refused
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.sounds.speech import seconds as length
from gateway.store import Store
from gateway.trials.desk import Follower, Lookout, takes_value, trial_desk
from gateway.trials.entry_words import entry_words
from gateway.trials.late import Late
from gateway.trials.rehearsal import NO_KEY, rehearse
from gateway.trials.told import Told
from gateway.trials.whereabouts import claim_words, fetched, urls
from ivr.entry import entry
from ivr.flow import CALL
from ivr.steps import Ask, Code, HandOff, Walk

ANSWER_SECONDS = 15.0
LISTEN_SECONDS = 1.0
"""After this much of a prompt its key is pressed: a key interrupts."""

REGISTER_SECONDS = 3.0
LOOK_SECONDS = 0.3
LAST_ENTRIES_SECONDS = 1.5
LATE_AFTER_SECONDS = 3.0
"""After the hand-off. Telephones take some 20 s from the call's start: too long for a trial, and no other for us."""

LATE_WITHIN_SECONDS = 15.0
"""So long a call stays for what its telephone told late."""


class CallRefused(Refused):
    """The call cannot be placed, or did not get through."""


@dataclass
class TrialCall:
    """One trial call, from dialling to the last entry told.

    Attributes:
        told: what its network tells of the caller.
        late: what its telephone tells after the hand-off; None: nothing.
    """

    settings: Settings
    rulebook: Rulebook
    keys: Sequence[str | None]
    number: str
    stack: ExitStack
    told: Told
    late: Late | None
    walk: Walk = field(init=False)
    desk: str = ""
    pressed: int = 0
    code: str = ""
    ended: bool = False
    trial_desks: set[str] = field(default_factory=set)
    heard_network: bool = False
    late_at: float = 0.0
    late_sent: bool = False
    late_told: bool = False
    shows_urls: bool = False

    def __post_init__(self) -> None:
        self.walk = Walk(CALL, entry(self.told.service))
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway112-dial-")))
        self.follower = Follower(Store(self.settings), self.number)
        self.lookout = Lookout(self.settings, self.number)
        self.stack.callback(self.lookout.close)
        self.began = time.monotonic()

    def perform(self, arguments: argparse.Namespace) -> bool:
        """Whether a desk answered."""
        self.shows_urls = arguments.urls
        self._complain()
        telephone = self._telephone(self.number, arguments.limit)
        keys = " ".join(key or NO_KEY for key in self.keys) or "none"
        self.say("dialling", f"{self.told.dialled} over the trunk trial, keys: {keys}")
        if not arguments.no_trial_desk:
            # Before the call, or it might be gone to the next queue by then.
            self._play_desk(rehearse(self.keys, self.rulebook, self.told.service).rule.route.queue)
        telephone.dial(self.told.dialled)
        self._await_answer(telephone)
        self._converse(telephone, arguments)
        telephone.hang_up()
        self._until(lambda: self.ended, LAST_ENTRIES_SECONDS)
        return self._verdict(arguments.limit)

    def say(self, what: str, words: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {what:<16}  {words}", flush=True)

    def _telephone(self, user: str, limit: float) -> Telephone:
        server = ("127.0.0.1", self.settings.number("sip_port"))
        if not self.told.is_nothing:
            return self.stack.enter_context(SipTelephone(server, user, self.told.headers, self.told.parts))
        folder = self.folder / "caller"
        folder.mkdir()
        telephone = Baresip(self.settings, folder, user, server, seconds=round(limit) + 30)
        return self.stack.enter_context(telephone)

    def _await_answer(self, telephone: Telephone) -> None:
        if not telephone.wait_for(("CALL_ESTABLISHED", "CALL_CLOSED", "EXIT"), ANSWER_SECONDS):
            why = f"not answered within {ANSWER_SECONDS:.0f} s: see `gateway112 check`"
            raise CallRefused(self.told.dialled, why)
        if not telephone.has("CALL_ESTABLISHED"):
            why = "the call was refused: see `gateway112 check` and asterisk.log in the state folder"
            raise CallRefused(self.told.dialled, why)

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
                self._stay(telephone, arguments.stay)
                return
            self._until(lambda: False, LOOK_SECONDS)

    def _stay(self, telephone: Telephone, seconds: float) -> None:
        """Speak with the desk; what the telephone tells late is waited for."""

        def gone() -> bool:
            return telephone.has("CALL_CLOSED", "EXIT")

        if self.late:
            # Without a timeline nothing says when it was handed off.
            self.late_at = self.late_at or time.monotonic() + LATE_AFTER_SECONDS
            self._until(lambda: gone() or self.late_told, LATE_AFTER_SECONDS + LATE_WITHIN_SECONDS)
        self._until(gone, seconds)

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
            told = "; it answers no call that has a place in its body" if takes_value(desk) else ""
            self.say("trial desk", f"no desk of {queue} is registered: {desk.id} is played for this call{told}")
            self._until(lambda: self.lookout.has_desks(queue), REGISTER_SECONDS)

    def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Tell what happens, for so long or until the condition holds."""
        deadline = time.monotonic() + seconds
        while True:
            for each in self.follower.fresh():
                self._tell(each)
            if self.late and self.late_at and not self.late_sent and time.monotonic() >= self.late_at:
                self._tell_late(self.late)
            if condition() or time.monotonic() >= deadline:
                return
            time.sleep(0.05)

    def _tell(self, each: Entry) -> None:
        is_claim = each.kind is Kind.EVIDENCE
        self.say(each.kind.value, claim_words(self.settings, each) if is_claim else entry_words(each))
        # Asterisk reads some documents by itself, and stands in for the edge's copy of all.
        self.heard_network |= each.kind is Kind.EVIDENCE_REFUSED
        self.heard_network |= is_claim and each.data.get("source") in (pidf_lo.SOURCE, network_cell.SOURCE)
        self.ended = self.ended or each.kind is Kind.ENDED
        if each.kind is Kind.HANDED_OFF:
            self.late_at = time.monotonic() + LATE_AFTER_SECONDS
        self.late_told = self.late_told or (each.kind is Kind.LOCATED and self.late_sent)
        if each.kind in (Kind.HANDED_OFF, Kind.LOCATED):
            self.say("its URL tells", fetched(self.settings, each.incident))
        if each.kind is Kind.HANDED_OFF and self.shows_urls:
            for what, url in urls(self.settings, each.incident, str(each.data["queue"])):
                self.say(what, url)

    def _tell_late(self, late: Late) -> None:
        self.late_sent = True
        try:
            self.say("telephone", f"tells where it is (AML) {late.send()}")
        except Refused as fault:
            self.say("not told", str(fault))
            self.late_told = True

    def _complain(self) -> None:
        if self.follower.away:
            self.say("no timeline", f"{self.follower.away}: it is told when the store is back")
        if self.lookout.away:
            self.say("no sight", self.lookout.away)

    def _verdict(self, limit: float) -> bool:
        if self.follower.incident:
            self.say("incident", self.follower.incident)
            self._miss()
        if self.desk:
            return True
        self.say("not answered", f"no desk within {limit:.0f} s: see `gateway112 watch` for who is there")
        return False

    def _miss(self) -> None:
        """What should have come of a place and did not is said, not left out."""
        if self.told.tells_place and not self.heard_network:
            self.say(
                "no copy",
                "nothing came by the edge of what the network told: is the locator there? See `gateway112 check`",
            )
        if self.late_sent and not self.late_told:
            self.say("not located", "nothing new was announced of what the telephone told: see `gateway112 check`")
