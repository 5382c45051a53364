"""The process that watches the queues: what happens in them becomes timelines, and nobody waits beyond a bound.

Four threads: one reads events and understands them, one writes what they amount to, one looks at the queues each
second, one takes up what was noted without us: after an hour of that, nobody's raising waits for it. All that must
survive a restart of ours is in Asterisk itself (variables of the channel, priorities).
"""

from __future__ import annotations

import argparse
import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from gateway.assembly import build_intake
from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.channels.ami_actions import Actions, Event
from gateway.channels.sip_message import Taker
from gateway.incident.timeline import Kind
from gateway.journal import Journal
from gateway.log import get_logger
from gateway.process import when_told_to_end
from gateway.queues.calls_back import CallsBack
from gateway.queues.catching_up import Found, end_unseen, found_elsewhere, found_waiting, remember
from gateway.queues.deserted import Deserted
from gateway.queues.events import HUNG_UP, WANTED, QueueEvents
from gateway.queues.homeward import Homeward
from gateway.queues.line_tests import LineTests
from gateway.queues.marks import Marks
from gateway.queues.queued_call import raised_entry
from gateway.queues.raising import RAISED_PRIO, is_passed_over, to_be_raised
from gateway.queues.snapshot import Snapshots, last
from gateway.queues.state import QueueState, WaitingCall, is_invitation, read, variable
from gateway.queues.story import QueueStory
from gateway.queues.together import Together
from gateway.queues.writer import Work, Writer
from gateway.rules.rulebook import Policies
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.time_of_day import zone

LOOK_EVERY_SECONDS = 1.0
UNFINISHED = 500
"""Incidents looked through, after a time of not watching, for calls that ended unseen."""

log = get_logger("ami")


@dataclass
class QueueWatch:
    """Watches until ``stop``.

    Attributes:
        raise_at: the policy of that name, asked each time.
        unattended: the policy ``unattended_seconds``, likewise.
        keep: takes the state of the queues once a second, for displays.
        recent: identifiers of the latest incidents.
        settle: takes up what the dialplan noted without us: calls that nobody saw, messages.
        tested: learns of each test call.
    """

    manager: Actions
    story: QueueStory
    journal: Journal
    raise_at: Callable[[], float]
    unattended: Callable[[], float] = lambda: Policies().unattended_seconds
    keep: Callable[[list[QueueState], float], None] = lambda _states, _now: None
    recent: Callable[[], Collection[str]] = tuple
    settle: Sequence[Callable[[float], object]] = ()
    tested: Callable[[Event], None] = lambda _event: None
    now: Callable[[], float] = time.time
    queues: QueueEvents = field(default_factory=QueueEvents)
    homeward: Homeward = field(default_factory=Homeward)
    deserted: Deserted = field(default_factory=Deserted)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _odd: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.writer = Writer(self.journal)

    def watch(self, events: Callable[[], Iterator[Event]]) -> None:
        """Take events until they end; what they amounted to is written when this returns."""
        stopping = threading.Event()
        writer = threading.Thread(target=self.writer.run, name="writer")
        often = [
            threading.Thread(target=self._each_second, args=(do, stopping), name=do.__name__)
            for do in (self.look, self.take_up)
        ]
        writer.start()
        for thread in often:
            thread.start()
        try:
            for event in events():
                self.take(event)
        finally:
            stopping.set()
            for thread in often:
                thread.join()
            self.writer.put(None)
            writer.join()

    def take(self, event: Event) -> None:
        """Understand one event. Never raises: the next one may be understood."""
        try:
            if event["Event"] == "Resync":
                self._reconcile()
            elif event["Event"] == "UserEvent" and event.get("UserEvent") != Together.NAME:
                self.tested(event)
            elif event["Event"] == "Away":
                self.journal.alarm("the queues cannot be watched: Asterisk is away, and calls may have been cut off")
            else:
                self._take(event, _when(event, self.now()))
        except AmiAway:
            pass  # A Resync follows as soon as it is back.
        except Exception:
            log.exception("an event was not understood", what=event.get("Event", ""))

    def look(self) -> None:
        """Look at the queues once: raise who is near a bound, call home, keep the state, mend what was not told.

        Raises:
            AmiAway, ActionRefused: Asterisk's manager is away, or will not.
        """
        status = self.manager.queue_status()
        now = self.now()
        with self._lock:
            channels = {channel_id: call.event for channel_id, call in self.queues.calls.items()}
            invited = list(self.queues.together.invited.values())
            ringing = self.queues.ringing.desks()
            states = read(status, channels, now, self.queues.talking(), invited, ringing)
        if any(is_passed_over(state.waiting) for state in states):
            self.journal.alarm("a raised call waits behind others: Asterisk 20.5 or later is needed to keep the bounds")
        waiting = [call for state in states for call in state.waiting]
        for call in to_be_raised(waiting, self.raise_at(), now):
            self._raise(call)
        for call, to in self.homeward.look(states, channels, now):
            self._lead(call, to)
        for call in self.deserted.look(states, self.unattended(), now):
            self._lead(call)
        self.keep(states, now)
        self._mend(waiting)

    def take_up(self) -> None:
        """Take up what the dialplan noted without us.

        Raises:
            AmiAway, ActionRefused: Asterisk's manager is away, or will not.
        """
        for settle in self.settle:
            settle(self.now())

    def _take(self, event: Event, at: float) -> None:
        with self._lock:
            if event["Event"] == "QueueCallerJoin" and not is_invitation(event):
                self._with_incident(event, at)
            call = self.queues.calls.get(event.get("Uniqueid", ""))
            entries = self.queues.take(event, at)
        hung_up = any(entry.kind is Kind.LEFT and entry.data["why"] == HUNG_UP for entry in entries)
        if entries:
            decide = partial(self.story.abandon, call, entries[0].at) if call and hung_up else None
            self.writer.put(Work(entries, [(entries[0].incident, decide)] if decide else []))

    def _with_incident(self, event: Event, at: float) -> None:
        """A call that was queued without us gets its incident now, and its channel keeps it."""
        if variable(event, "G112_INCIDENT") or event["Uniqueid"] in self.queues.calls:
            return
        incident = event["ChanVariable(G112_INCIDENT)"] = self.story.incident_for(event, at)
        # The underscores make a desk's channel inherit it.
        with contextlib.suppress(AmiAway, ActionRefused):
            self._set(event["Channel"], "__G112_INCIDENT", incident)

    def _raise(self, call: WaitingCall) -> None:
        try:
            self.manager.change_priority(call.queue, call.channel, RAISED_PRIO)
            # Where it overflows to, the dialplan gives it the priority it finds here.
            self._set(call.channel, "__G112_PRIO", str(RAISED_PRIO))
        except ActionRefused:
            return  # It left the queue meanwhile.
        with self._lock:
            known = self.queues.calls.get(call.channel_id)
        if known:
            self.writer.put(Work([raised_entry(known, self.now())]))

    def _lead(self, call: WaitingCall, to: str = "") -> None:
        """Home, or back to the operators, or where its chain goes on to: the dialplan does it, and tells it."""
        with contextlib.suppress(ActionRefused):  # It left the queue meanwhile.
            self.manager.withdraw(call.queue, call.channel, to)

    def _set(self, channel: str, name: str, value: str) -> None:
        self.manager.send({"Action": "Setvar", "Channel": channel, "Variable": name, "Value": value})

    def _mend(self, waiting: list[WaitingCall]) -> None:
        """Events and the state of the queues overtake each other; only what stays odd for two looks is wrong."""
        with self._lock:
            there = {call.channel_id for call in waiting}
            unknown = {call.channel_id for call in waiting if not self.queues.knows(call.channel_id, call.queue)}
            gone = {channel_id for channel_id, call in self.queues.calls.items() if call.waiting} - there
        odd = unknown | gone
        stays, self._odd = odd & self._odd, odd
        if stays:
            self._reconcile(stays)

    def _reconcile(self, only: Collection[str] | None = None) -> None:
        """Bring what we know in line with what there is; ``only``: of these channels."""
        # Asked first: what is unfinished now and has no channel later has ended.
        unfinished = self.story.unfinished(self.recent()) if only is None else []
        found = Found.ask(self.manager, self.now, only)
        with self._lock:
            for call in unfinished:
                remember(self.queues, found, call.channel_id, call.own)
            known = dict(self.queues.calls)
            ended = end_unseen(self.queues, found)
            entries = [*ended, *found_elsewhere(self.queues, found), *found_waiting(self.queues, found)]
        gone = [known[entry.channel_id] for entry in ended if entry.kind is Kind.LEFT]
        lost = [call for call in unfinished if call.channel_id not in found.channels and call.channel_id not in known]
        entries += [entry for call in lost for entry in call.ended_unseen(found.at)]
        abandoned = [(call.incident, partial(self.story.abandon, call, found.at, unseen=True)) for call in gone]
        abandoned += [(call.incident, partial(self.story.abandon_unfinished, call, found.at)) for call in lost]
        self.writer.put(Work(entries, abandoned))
        for join, at in found.joins():
            self._take(join, at)

    def _each_second(self, do: Callable[[], None], stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_EVERY_SECONDS):
            try:
                do()
            except (AmiAway, ActionRefused):
                pass  # Told by the reader of events.
            except Exception:
                log.exception("the queues could not be looked after", what=do.__name__)


def _when(event: Event, now: float) -> float:
    """When Asterisk says it happened (manager.conf ``timestampevents``), else now."""
    try:
        return float(event["Timestamp"])
    except (KeyError, ValueError):
        return now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Watch the queues until SIGTERM: timelines, raised calls, the state of queues for displays."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    intake, journal, rules = build_intake(settings, "ami")
    store = Store(settings)
    manager = Manager(settings, WANTED)
    when_told_to_end(manager.close)
    story = QueueStory(intake, journal, rules.fresh)
    tests = LineTests(settings.run / LineTests.FILE)
    calls_back = CallsBack(manager, lambda: last(store), store.timeline)
    watch = QueueWatch(
        manager,
        story,
        journal,
        raise_at=lambda: rules.fresh().policies.raise_at,
        unattended=lambda: rules.fresh().policies.unattended_seconds,
        keep=Snapshots(store, zone(settings)).keep,
        recent=lambda: _recent(store),
        settle=(
            Taker(manager, journal).take,
            Marks(manager, story, journal.alarm).settle,
            tests.settle,
            calls_back.settle,
        ),
        tested=tests.take,
    )
    watch.watch(manager.events)
    return 0


def _recent(store: Store) -> list[str]:
    with contextlib.suppress(StoreAway):
        return [incident.id for incident in store.recent(UNFINISHED)]
    return []
