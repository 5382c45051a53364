"""One channel's replies, sent one after the other: by rank (turn.py), at the channel's rate, each in its time.

One process at a time leads a channel. What is to be sent stands in the store until it is concluded, so whoever leads
next begins with what is left. Nothing waits here for another channel.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.incident.timeline import Entry, Kind
from gateway.journal import Journal
from gateway.log import get_logger
from gateway.messages.attempt import Decision, What, decide
from gateway.messages.channel import NotSent, Outgoing, Uncertain
from gateway.messages.replies import receipt_url
from gateway.messages.thread import GATEWAY, Delivery, number
from gateway.messages.turn import Waiting, next_of
from gateway.settings import Settings
from gateway.store import GATEWAY as ITSELF
from gateway.store import Store, StoreAway
from gateway.store.messages import START

log = get_logger("sender")

LEASE_SECONDS = 5.0
LOOK_SECONDS = 1.0
AWAY_SECONDS = 1.0

RETRY_SECONDS = (2, 4, 8, 15, 30, 60)
"""Before a reply's next attempt; the last holds for all further ones."""

PAUSE_SECONDS = (0, 1, 2, 4, 8, 15)
"""Before the channel's next attempt, by how many failed in a row: one writer's trouble is not the channel's."""

OURS_SECONDS = 15.0
"""What is wrong with our settings or credentials is wrong for every reply: another of them tries in this time."""

FAULT_SECONDS = 30.0
ALARM_SECONDS = 3600


@dataclass(eq=False)
class Dispatch:
    """
    Args:
        channel: what gateway.messages.channel names: ``send`` and ``rate``.
    """

    name: str
    channel: Any
    settings: Settings
    store: Store
    journal: Journal
    now: Callable[[], float] = time.time
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    _waiting: list[Waiting] = field(default_factory=list)
    _after: tuple[str, str] = (START, START)
    _next_at: float = 0.0
    _failures: int = 0
    _probing: bool = False
    _well_at: float = 0.0

    def run(self, stop: threading.Event) -> None:
        """Sends until told to stop, through any absence of the store."""
        while not stop.is_set():
            try:
                if not self.go_on():
                    stop.wait(LOOK_SECONDS)
            except StoreAway:
                stop.wait(AWAY_SECONDS)
            except Exception:
                log.exception("the sender goes on", channel=self.name)
                stop.wait(AWAY_SECONDS)
        self._leave()

    def go_on(self) -> bool:
        """One look at what is to be sent, and at most one reply sent; False while another process leads.

        Raises:
            StoreAway
        """
        if not self._leads():
            self._waiting, self._after = [], (START, START)
            return False
        self._read()
        now = self.now()
        for over in [each for each in self._waiting if now > each.valid_until and now >= each.due]:
            self._attend(over)
        if now >= self._next_at and (waiting := next_of(self._waiting, now, probing=self._probing)):
            self._next_at = now
            self._attend(waiting)
        return True

    def _leads(self) -> bool:
        return self.store.messages.hold_lease(f"sender:{self.name}", self.holder, LEASE_SECONDS)

    def _leave(self) -> None:
        try:
            self.store.messages.drop_lease(f"sender:{self.name}", self.holder)
        except StoreAway:
            log.warning("the store is away: another sender takes over later", channel=self.name)

    def _read(self) -> None:
        """Take up what is new: at once when something may be sent, else as soon as it comes."""
        wait = min((each.due - self.now() for each in self._waiting), default=LOOK_SECONDS)
        if (pause := self._next_at - self.now()) > 0:
            # Redis ends a wait a tenth of a second late, which would be half the rate of ten a second.
            time.sleep(min(pause, LOOK_SECONDS))
            wait = 0.0
        wait = min(max(wait, 0.0), LOOK_SECONDS)
        urgent_id, routine_id = self._after
        for urgent, identifier, entry in self.store.messages.outgoing(self.name, self._after, wait=wait):
            self._waiting.append(Waiting(urgent, identifier, entry))
            urgent_id, routine_id = (identifier, routine_id) if urgent else (urgent_id, identifier)
        self._after = urgent_id, routine_id

    def _attend(self, waiting: Waiting) -> None:
        """Look at one reply; a fault of ours in it holds up no other."""
        try:
            self._look_at(waiting)
        except StoreAway:
            raise
        except Exception:
            waiting.due = self.now() + FAULT_SECONDS
            log.exception("a reply could not be looked at", channel=self.name)
            self.journal.alarm(f"a reply by {self.name} is held up by a fault of ours", waiting.reply.incident)

    def _look_at(self, waiting: Waiting) -> None:
        decision = decide(waiting.reply, self.store.timeline(waiting.reply.incident), self.now(), waiting.unacted)
        match decision.what:
            case What.SEND:
                self._send(waiting, decision)
            case What.WAIT:
                waiting.due = decision.until
            case What.CONCLUDE if decision.delivery:
                self._conclude(waiting, decision.delivery, decision.why)
            case _:
                self._done(waiting)

    def _send(self, waiting: Waiting, decision: Decision) -> None:
        rate, outgoing = self.channel.rate(self.settings), self._outgoing(waiting.reply)
        if not decision.claimed and not self._claim(waiting, decision.attempt):
            waiting.due = self.now() + LOOK_SECONDS
            return
        waiting.unacted = ""
        self._next_at += 1 / max(rate, 0.01)
        try:
            provider_id = self.channel.send(self.settings, outgoing)
        except NotSent as fault:
            self._not_sent(waiting, decision, fault)
        except Uncertain as fault:
            # Each reply that is given to a provider in trouble is lost: the next ones are better kept a while.
            self._pause()
            self._conclude(waiting, Delivery.UNCERTAIN, str(fault))
        except Exception as fault:
            # Whatever it was, it may have been after the reply had left.
            log.exception("a channel raised what it should not", channel=self.name)
            self._pause()
            self._conclude(waiting, Delivery.UNCERTAIN, f"a fault of ours: {type(fault).__name__}")
        else:
            self._is_well()
            self._conclude(waiting, Delivery.SENT, "", provider_id)

    def _claim(self, waiting: Waiting, attempt: int) -> bool:
        """Who writes the claim sends: another sender with this reply finds its key taken."""
        claim = f"{self.holder}:{attempt}"
        told = self._told(waiting, Delivery.SENDING, f"attempt {attempt}", key=f"sending:{attempt}", claim=claim)
        try:
            return self.store.add([told])[0]
        except StoreAway:
            waiting.unacted = claim
            raise

    def _not_sent(self, waiting: Waiting, decision: Decision, fault: NotSent) -> None:
        now = self.now()
        if not fault.retryable and not fault.ours:
            self._is_well()
            self._conclude(waiting, Delivery.FAILED, str(fault))
            return
        # What keeps one reply back while others leave is not wrong with every one.
        is_all = fault.ours and not 0 < waiting.tried < self._well_at
        self._pause(OURS_SECONDS if is_all else None)
        if is_all:
            self._probing = True
            what = f"no reply leaves by {self.name}: {fault}"
            key = f"sender:{self.name}:ours:{now // ALARM_SECONDS:.0f}"
            self.journal.add([Entry(ITSELF, Kind.ALARM, now, {"what": what}, key)])
        waiting.tried = now
        waiting.due = now + RETRY_SECONDS[min(decision.attempt, len(RETRY_SECONDS)) - 1]
        self.journal.add([self._told(waiting, Delivery.HELD, str(fault), key=f"held:{decision.attempt}")])

    def _is_well(self) -> None:
        """The channel does its work, be it to refuse one reply for good."""
        self._failures, self._probing, self._well_at = 0, False, self.now()

    def _pause(self, seconds: float | None = None) -> None:
        """Leave the channel alone: the longer, the more often it failed in a row."""
        self._failures += 1
        by_count = PAUSE_SECONDS[min(self._failures, len(PAUSE_SECONDS)) - 1]
        self._next_at = max(self._next_at, self.now() + (by_count if seconds is None else seconds))

    def _conclude(self, waiting: Waiting, delivery: Delivery, why: str, provider_id: str = "") -> None:
        entries = [self._told(waiting, delivery, why, provider_id=provider_id)]
        silent = delivery in (Delivery.SENT, Delivery.MUTED)
        if delivery is Delivery.UNCERTAIN or (waiting.reply.data.get("by") != GATEWAY and not silent):
            what, key = f"a reply is {delivery}: {why}", f"{entries[0].key}:alarm"
            entries.append(Entry(waiting.reply.incident, Kind.ALARM, self.now(), {"what": what}, key))
        self.journal.add(entries)
        self._done(waiting)

    def _done(self, waiting: Waiting) -> None:
        # If this fails, the reply is looked at again, and found to be concluded.
        self.store.messages.outgoing_done(self.name, [waiting.id], urgent=waiting.urgent)
        self._waiting.remove(waiting)

    def _told(self, waiting: Waiting, delivery: Delivery, why: str, *, key: str = "", **others: str) -> Entry:
        reply = waiting.reply
        name = str(reply.data.get("reply"))
        data = {"reply": name, "status": delivery.value, "why": why, **others}
        return Entry(reply.incident, Kind.DELIVERY, self.now(), data, f"{name}:{key or delivery}", reply.channel_id)

    def _outgoing(self, reply: Entry) -> Outgoing:
        data = {name: str(value) for name, value in reply.data.items()}
        valid_until = number(reply.data.get("valid_until"))
        return Outgoing(
            incident=reply.incident,
            reply=data["reply"],
            connector=data["connector"],
            to=data["to"],
            sender=data["sender"],
            text=data["text"],
            valid_until=valid_until,
            receipt_url=receipt_url(self.settings, self.name, reply.incident, data["reply"], valid_until),
        )
