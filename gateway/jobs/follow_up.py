"""What follows a contact, done by a worker: agencies are informed, callers who hung up are called back or get an SMS.

A task may be started twice, and its worker may die at any instruction. What was done so far stands in the timeline, as
FOLLOW_UP entries written before and after each act; a task begins by reading it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.channels import call_back
from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.incident.follow_up import TAKEN_ON, Outcome, needless
from gateway.incident.timeline import Entry, Job, Kind
from gateway.jobs.call_back import call_back_variables, reference_variables
from gateway.messages.chosen import chosen_way
from gateway.messages.replies import reply_entry
from gateway.messages.thread import FOLLOW_UP, way_to
from gateway.rules import load
from gateway.rules.obstacle import obstacle
from gateway.rules.phrases import FIRST_LANGUAGE
from gateway.rules.rulebook import Policies
from gateway.settings import Settings
from gateway.store import GATEWAY, Store

RING_SECONDS = 60
TRYING_SECONDS = 20
"""After so long an attempt without an outcome was cut off by its worker's death."""

ALARM_SECONDS = 3600
"""What cannot follow any hang-up is one alarm in this time."""


class NotYet(Exception):
    """It is too early for this task; the next try may find what is missing."""


class NotDone(Exception):
    """An act surely had no effect.

    Attributes:
        final: trying again will not help.
    """

    def __init__(self, why: str, *, final: bool = False):
        super().__init__(why)
        self.final = final


def inform(_settings: Settings, store: Store, incident: str, agency: str) -> None:
    """Tell an agency of an incident that another one answers: once, into its inbox and the feed."""
    key = f"informed:{incident}:{agency}"
    store.add([Entry(incident, Kind.INFORMED, time.time(), {"agency": agency}, key)])


def follow_up(settings: Settings, store: Store, incident: str, channel_id: str, what: str) -> None:
    """Do ``what`` (call_back, sms, nothing) for the caller of a contact who hung up, if there is still need.

    Raises:
        NotYet, NotDone: to be tried again.
    """
    FollowUp(settings, store, incident, channel_id, what).go_on()


@dataclass
class FollowUp:
    """One contact's follow-up, from wherever its last run left it."""

    settings: Settings
    store: Store
    incident: str
    channel_id: str
    what: str

    def __post_init__(self) -> None:
        self.entries = self.store.timeline(self.incident)
        self.own = [e for e in self.entries if e.kind is Kind.FOLLOW_UP and e.channel_id == self.channel_id]
        self.attempts = sum(entry.data.get("outcome") == Outcome.TRYING for entry in self.own)

    def go_on(self) -> None:
        if not any(entry.kind is Kind.OPENED for entry in self.entries):
            raise NotYet("the incident is not in the store yet")
        last = self.own[-1] if self.own else None
        since = time.time() - last.at if last else 0.0
        match last.data.get("outcome") if last else None:
            case Outcome.TRYING if since < TRYING_SECONDS:
                raise NotYet("an attempt is under way")
            case Outcome.TRYING:
                self._conclude(Outcome.UNCERTAIN, "the worker died while at it", alarm=True)
            case None | Outcome.FAILED | Outcome.ASKED as outcome:
                policies = load(self.settings.rules).policies
                # A second run of the job that asked is not the one that was left to look after it.
                if outcome != Outcome.ASKED or since > policies.callback_every - 2:
                    self._decide(policies)
            case Outcome.DONE | Outcome.NEEDLESS if last and self._is_put_back(last):
                self._decide(load(self.settings.rules).policies)

    def _decide(self, policies: Policies) -> None:
        if self.what == "nothing":
            self._conclude(Outcome.DONE, "policy")
        elif why := needless(self.entries, self.channel_id, self.what):
            self._conclude(Outcome.DONE if self._asked else Outcome.NEEDLESS, why)
        elif why := self._obstacle(policies):
            self._cannot(why)
        elif not self._number:
            self._conclude(Outcome.NOT_POSSIBLE, "the caller has no number", alarm=True)
        elif self.what == "call_back" and self._asked >= policies.callback_attempts:
            self._conclude(Outcome.NOT_POSSIBLE, "no desk took the call back", alarm=True)
        else:
            self._act(policies)

    def _is_put_back(self, last: Entry) -> bool:
        """Whether the desk for whose sake nothing followed has left the caller to the others again."""
        later = (entry for entry in self.entries if entry.at > last.at)
        return last.data.get("why") == TAKEN_ON and any(entry.kind is Kind.PUT_BACK for entry in later)

    def _obstacle(self, policies: Policies) -> str:
        """Who has written is answered the way it came, whatever else is set."""
        written = self.what == "sms" and policies.neutral_sms and way_to(self.entries)
        return "" if written else obstacle(self.what, policies, self.settings)

    def _act(self, policies: Policies) -> None:
        if self.what == "sms":
            self._send_sms(policies)
            return
        # Who writes this entry acts: a second worker, with this task or another of the incident, finds its key taken.
        tried = sum(e.kind is Kind.FOLLOW_UP and e.data.get("outcome") == Outcome.TRYING for e in self.entries)
        if not self._write(
            Outcome.TRYING, f"attempt {self.attempts + 1}", key=f"follow_up:{self.incident}:try:{tried}"
        ):
            raise NotYet("another worker is at it")
        try:
            self._call_back(policies)
        except NotDone as fault:
            if fault.final:
                self._conclude(Outcome.NOT_POSSIBLE, str(fault), alarm=True)
                return
            self._write(Outcome.FAILED, str(fault))
            raise

    def _send_sms(self, policies: Policies) -> None:
        """Given to the sender in one step with this contact's outcome: nothing in between can be cut off."""
        way = way_to(self.entries) or chosen_way(self.settings, self._number)
        if way is None:
            raise NotYet("the channel is off meanwhile")
        texts, language = policies.neutral_sms, self._language
        language = language if language in texts else FIRST_LANGUAGE
        reply = reply_entry(
            self.incident,
            replace(way, thread=self.channel_id),
            texts.get(language, ""),
            time.time(),
            key=f"follow_up:{self.incident}:sms",
            by=FOLLOW_UP,
            valid_seconds=policies.messages.valid,
            language=language,
        )
        self._write(Outcome.DONE, f"given to {way.channel}", replies=[reply])

    def _call_back(self, policies: Policies) -> None:
        """First a desk, through its queue; once one answers, Asterisk rings the caller."""
        try:
            with Manager(self.settings) as manager:
                manager.originate(
                    call_back.WAITING,
                    call_back.OUT,
                    "s",
                    call_back_variables(self.entries, self._number)
                    | reference_variables(self.settings, self.incident, time.time()),
                    ring_seconds=max(RING_SECONDS, policies.callback_every),
                    channel_id=call_back.named(self.channel_id, self.attempts + 1),
                )
        except AmiAway as fault:
            raise NotDone(str(fault)) from None
        except ActionRefused as fault:
            raise NotDone(f"Asterisk refused: {fault}") from None
        again = Job(
            "follow_up",
            (self.incident, self.channel_id, self.what),
            key=f"follow_up:{self.channel_id}:{self._asked + 1}",
            after=policies.callback_every,
        )
        self._write(Outcome.ASKED, "the desks are rung", [again])

    def _cannot(self, why: str) -> None:
        """It is so for every caller until somebody mends it: each timeline tells of it, an alarm once an hour."""
        self._write(Outcome.NOT_POSSIBLE, why)
        now = time.time()
        what = f"{self.what} to callers who hung up is not possible: {why}"
        key = f"follow_up:not_possible:{self.what}:{now // ALARM_SECONDS:.0f}"
        self.store.add([Entry(GATEWAY, Kind.ALARM, now, {"what": what}, key)])

    def _conclude(self, outcome: Outcome, why: str, *, alarm: bool = False) -> None:
        self._write(outcome, why, alarm=f"{self.what} to a caller who hung up: {why}" if alarm else "")

    def _write(
        self,
        outcome: Outcome,
        why: str,
        jobs: Sequence[Job] = (),
        alarm: str = "",
        key: str = "",
        replies: Sequence[Entry] = (),
    ) -> bool:
        """Whether this is news; the number of earlier entries makes the key, so one of two workers is first."""
        key = key or f"follow_up:{self.channel_id}:{len(self.own)}"
        data = {"what": self.what, "outcome": outcome.value, "why": why}
        entry = Entry(self.incident, Kind.FOLLOW_UP, time.time(), data, key, self.channel_id)
        alarms = [Entry(self.incident, Kind.ALARM, entry.at, {"what": alarm}, f"{key}:alarm")] if alarm else []
        news = self.store.add([entry, *alarms, *replies], jobs)
        self.own.append(entry)
        return news[0]

    @property
    def _asked(self) -> int:
        return sum(entry.data.get("outcome") == Outcome.ASKED for entry in self.own)

    @property
    def _number(self) -> str:
        opened = [entry for entry in self.entries if entry.kind is Kind.OPENED and entry.data.get("number")]
        mine = [entry for entry in opened if entry.channel_id == self.channel_id]
        return next((str(entry.data["number"]) for entry in mine + opened), "")

    @property
    def _language(self) -> str:
        return next((str(e.data["language"]) for e in reversed(self.entries) if e.data.get("language")), "id")
