"""What follows a contact, done by a worker: agencies are informed, callers who hung up are called back or get an SMS.

A task may be started twice, and its worker may die at any instruction. What was done so far stands in the timeline, as
FOLLOW_UP entries written before and after each act; a task begins by reading it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.incident.report import Nature
from gateway.incident.routing import WITHOUT_CONSENT, queue_prio
from gateway.incident.timeline import Entry, Incident, Job, Kind, add_up
from gateway.rules import load
from gateway.rules.rulebook import OPERATORS, Policies
from gateway.settings import Settings
from gateway.store import Store

RING_SECONDS = 60
TRYING_SECONDS = 20
"""After so long an attempt without an outcome was cut off by its worker's death."""

LAST_RESORT_PRIORITY = 2


class Outcome(StrEnum):
    TRYING = "trying"  # about to act
    ASKED = "asked"  # Asterisk rings the desks; whether one answers shows in the timeline
    FAILED = "failed"  # surely nothing happened; it is tried again
    DONE = "done"
    NEEDLESS = "needless"
    NOT_POSSIBLE = "not_possible"  # a person is alarmed
    UNCERTAIN = "uncertain"  # it may or may not have happened; never repeated, a person is alarmed


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

    def _decide(self, policies: Policies) -> None:
        if self.what == "nothing":
            self._conclude(Outcome.DONE, "policy")
        elif why := needless(self.entries, self.channel_id, self.what):
            self._conclude(Outcome.DONE if self._asked else Outcome.NEEDLESS, why)
        elif not self._number:
            self._conclude(Outcome.NOT_POSSIBLE, "the caller has no number", alarm=True)
        elif self.what == "call_back" and self._asked >= policies.callback_attempts:
            self._conclude(Outcome.NOT_POSSIBLE, "no desk took the call back", alarm=True)
        else:
            self._act(policies)

    def _act(self, policies: Policies) -> None:
        # Who writes this entry acts: a second worker, with this task or another of the incident, finds its key taken.
        tried = sum(e.kind is Kind.FOLLOW_UP and e.data.get("outcome") == Outcome.TRYING for e in self.entries)
        if not self._write(
            Outcome.TRYING, f"attempt {self.attempts + 1}", key=f"follow_up:{self.incident}:try:{tried}"
        ):
            raise NotYet("another worker is at it")
        try:
            if self.what == "sms":
                self._send_sms(policies)
            else:
                self._call_back(policies)
        except NotDone as fault:
            if fault.final:
                self._conclude(Outcome.NOT_POSSIBLE, str(fault), alarm=True)
                return
            self._write(Outcome.FAILED, str(fault))
            raise

    def _send_sms(self, policies: Policies) -> None:
        # Slow to import, and needed by few workers.
        from gateway.channels.twilio import SmsNotSent, SmsUncertain, send_neutral_sms

        text = policies.neutral_sms.get(self._language) or policies.neutral_sms.get("id", "")
        if not text:
            raise NotDone("the rules have no neutral_sms", final=True)
        try:
            sent = send_neutral_sms(self.settings, self._number, text)
        except SmsNotSent as fault:
            raise NotDone(str(fault), final=not fault.retryable) from None
        except SmsUncertain as fault:
            self._conclude(Outcome.UNCERTAIN, str(fault), alarm=True)
            return
        if sent is None:
            raise NotDone("no way to send an SMS is set (twilio_account_sid, sms_number)", final=True)
        self._conclude(Outcome.DONE, "sent")

    def _call_back(self, policies: Policies) -> None:
        """First a desk, through its queue; once one answers, Asterisk rings the caller."""
        if not policies.callback_trunk:
            raise NotDone("the rules name no callback_trunk: call back by hand", final=True)
        try:
            with Manager(self.settings) as manager:
                manager.originate(
                    "Local/s@g112-callback/n",
                    "g112-callback-out",
                    "s",
                    call_back_variables(self.entries, self._number),
                    ring_seconds=max(RING_SECONDS, policies.callback_every),
                    channel_id=f"callback-{self.channel_id}-{self.attempts + 1}",
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

    def _conclude(self, outcome: Outcome, why: str, *, alarm: bool = False) -> None:
        self._write(outcome, why, alarm=f"{self.what} to a caller who hung up: {why}" if alarm else "")

    def _write(self, outcome: Outcome, why: str, jobs: Sequence[Job] = (), alarm: str = "", key: str = "") -> bool:
        """Whether this is news; the number of earlier entries makes the key, so one of two workers is first."""
        key = key or f"follow_up:{self.channel_id}:{len(self.own)}"
        data = {"what": self.what, "outcome": outcome.value, "why": why}
        entry = Entry(self.incident, Kind.FOLLOW_UP, time.time(), data, key, self.channel_id)
        alarms = [Entry(self.incident, Kind.ALARM, entry.at, {"what": alarm}, f"{key}:alarm")] if alarm else []
        news = self.store.add([entry, *alarms], jobs)
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


def needless(entries: Sequence[Entry], channel_id: str, what: str) -> str:
    """Why nothing need follow, or may; empty if something should.

    A caller who rang again is in the queues by that call, and if that one is abandoned, it has its own follow-up.
    """
    hung_up = max((e.at for e in entries if e.kind is Kind.ABANDONED and e.channel_id == channel_id), default=0.0)
    over = {e.channel_id for e in entries if e.kind in (Kind.ABANDONED, Kind.ENDED)}
    for entry in entries:
        later = entry.at > hung_up
        if entry.kind is Kind.CLOSED:
            return "the incident is closed"
        if entry.kind is Kind.ANSWERED and (later or entry.channel_id not in over):
            return "a desk has answered"
        if entry.kind is Kind.OPENED and later and entry.channel_id not in over:
            return "the caller has rung again"
        if entry.kind in (Kind.QUEUED, Kind.RANG) and later and entry.channel_id == channel_id:
            return "the caller did not hang up after all"
    if add_up("", entries).nature == Nature.VIOLENCE:
        return WITHOUT_CONSENT
    return "another call of this incident has had it" if _has_had(entries, channel_id, what) else ""


def _has_had(entries: Sequence[Entry], channel_id: str, what: str) -> bool:
    """Whether another call of the incident has this follow-up, or one that makes it needless: who is called back needs
    no SMS besides.
    """
    latest = {e.channel_id: e.data for e in entries if e.kind is Kind.FOLLOW_UP and e.channel_id != channel_id}
    enough = ("sms", "call_back") if what == "sms" else ("call_back",)
    nothing_came = (Outcome.NEEDLESS, Outcome.NOT_POSSIBLE)
    return any(data.get("what") in enough and data.get("outcome") not in nothing_came for data in latest.values())


def call_back_variables(entries: Sequence[Entry], number: str) -> dict[str, str]:
    """What the queue and its desk are told, as at the hand-off, or that nobody was asked anything; URI-encoded."""
    incident: Incident = add_up(entries[0].incident, entries)
    handed_off = next((e for e in reversed(entries) if e.kind is Kind.HANDED_OFF), None)
    nature = incident.nature if handed_off else Nature.UNKNOWN.value
    values = {
        "__G112_INCIDENT": incident.id,
        "__G112_QUEUE": incident.queue or OPERATORS,
        "__G112_PRIO": str(queue_prio(incident.priority or LAST_RESORT_PRIORITY)),
        "__G112_NEED": nature,
        "__G112_DISCREET_NEED": Nature.OTHER.value if nature == Nature.VIOLENCE else nature,
        "__G112_LANGUAGE": "id",
        "__G112_LOCATION_TEXT": str(handed_off.data.get("place", "")) if handed_off else "",
        "__G112_CALL_BACK": number,
    }
    return {name: quote(value[:400], safe="._~/&-") for name, value in values.items()}
