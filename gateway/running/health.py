"""Whether calls reach people, and what of us is not well. No caller's data is in it: monitoring need not be trusted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from gateway.channels import kamailio_conf, kamailio_status, kannel_conf, kannel_status, nginx_conf
from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.incident.errors import Refused
from gateway.journal.spool import waiting_files
from gateway.messages.channel import CHANNELS
from gateway.queues.snapshot import Snapshot, ask, last
from gateway.queues.state import QueueState
from gateway.rules import load
from gateway.rules.rulebook import OPERATORS
from gateway.running.doors import doors
from gateway.running.readiness import answers_sip, opens, states
from gateway.settings import Settings
from gateway.store import Store, StoreAway

SNAPSHOT_FRESH_SECONDS = 5.0
SPOOL_FRESH_SECONDS = 15.0
UNFILED_SECONDS = 60.0
"""A text whose parts are still coming is in no queue yet, and that is as it should be."""

UNSENT_SECONDS = 60.0
EXAMINED_FOR_SECONDS = 1.0
"""However often it is asked, the parts are looked at once in this time."""


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"  # calls come in and are queued; something is wrong
    DOWN = "down"  # no call gets through


@dataclass(frozen=True, slots=True)
class Part:
    """``why`` says what is wrong and what to do; empty when all is well."""

    why: str = ""

    @property
    def ok(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Health:
    parts: Mapping[str, Part]

    @property
    def status(self) -> Status:
        # Not for want of desks: a node that is taken out of service for it would leave callers with nobody at all,
        # while one who waits is answered as soon as a desk is there.
        if not all(self.parts[name].ok for name in ("edge", "asterisk") if name in self.parts):
            return Status.DOWN
        return Status.OK if all(part.ok for part in self.parts.values()) else Status.DEGRADED


WELL = Part()


class Examiner:
    """Examines each part; parts that do not answer cost two seconds together."""

    def __init__(self, settings: Settings, store: Store | None = None, clock: Callable[[], float] = time.time):
        self._settings = settings
        self._store = store or Store(settings)
        self._clock = clock
        self._doors = {door.service: door for door in reversed(doors(settings))}
        self._lock = threading.Lock()
        self._last: tuple[float, Health] | None = None

    def examine(self) -> Health:
        """The parts as they are now, or were within the last second."""
        with self._lock:
            if self._last is None or self._clock() - self._last[0] > EXAMINED_FOR_SECONDS:
                self._last = self._clock(), Health(self._parts())
            return self._last[1]

    def _parts(self) -> dict[str, Part]:
        questions = {
            "asterisk": self._asterisk,
            "desks": self._desks,
            "operators": self._operators,
            "agi": self._agi,
            "ami": self._ami,
            "redis": self._redis,
            "workers": self._workers,
            "jobs": self._jobs,
            "messages": self._messages,
            "replies": self._replies,
            "replay": self._replay,
            "locator": self._locator,
            "spool": self._spool,
            "rules": self._rules,
            "fallback": self._fallback,
            **({"edge": self._edge, "nodes": self._nodes} if kamailio_conf.runs(self._settings) else {}),
            **({"kannel": self._kannel} if kannel_conf.runs(self._settings) else {}),
            **({"front": self._front} if nginx_conf.runs(self._settings) else {}),
        }
        with ThreadPoolExecutor(len(questions)) as pool:
            return dict(zip(questions, pool.map(_answer, questions.values()), strict=True))

    def _asterisk(self) -> Part:
        return WELL if answers_sip(self._doors["asterisk"])() else Part("Asterisk does not answer: is it running?")

    def _edge(self) -> Part:
        well = answers_sip(self._doors["edge"])()
        return WELL if well else Part("Kamailio does not answer: no call comes in")

    def _nodes(self) -> Part:
        try:
            away = kamailio_status.nodes_away(self._settings)
        except kamailio_status.KamailioAway as fault:
            return Part(f"{fault}; whether it reaches Asterisk is not known")
        return Part(f"Asterisk at {', '.join(away)} does not answer the edge: no call goes there") if away else WELL

    def _agi(self) -> Part:
        well = opens(self._doors["agi"])()
        return WELL if well else Part("the dialogue's server is away: callers go to the operators at once")

    def _locator(self) -> Part:
        why = "nothing takes what the edge copies of calls: places come as Asterisk reads them, and none comes late"
        return WELL if opens(self._doors["locator"])() else Part(why)

    def _fallback(self) -> Part:
        return WELL if opens(self._doors["fallback"])() else Part("Twilio's fallback document is not served")

    def _front(self) -> Part:
        well = opens(self._doors["front"])()
        return WELL if well else Part("nginx does not answer: nobody elsewhere reaches the desk's page")

    def _kannel(self) -> Part:
        try:
            broken = kannel_status.status(self._settings).broken
        except kannel_status.KannelAway as fault:
            return Part(f"{fault}: no SMS comes or goes through it")
        if broken:
            return Part(f"no connection by {', '.join(broken)}: no SMS comes or goes there")
        waiting = kannel_status.waiting(self._settings, self._clock() - SPOOL_FRESH_SECONDS)
        why = f"{waiting} messages wait in Kannel: is the line of its SMSC up, and does the process kannel run?"
        return Part(why) if waiting else WELL

    def _redis(self) -> Part:
        try:
            self._store.check_writable()
        except StoreAway as fault:
            return Part(f"{fault}; entries are spooled")
        return WELL

    def _snapshot(self) -> Snapshot | None:
        """The last one, if it is of now. Raises StoreAway."""
        snapshot = last(self._store)
        return snapshot if snapshot and self._clock() - snapshot.at < SNAPSHOT_FRESH_SECONDS else None

    def _ami(self) -> Part:
        try:
            well = self._snapshot() is not None
        except StoreAway:
            well = self._runs("ami")
        return WELL if well else Part("the queues are not watched: nobody is raised, timelines have gaps")

    def _queues(self) -> tuple[QueueState, ...]:
        """Raises AmiAway, ActionRefused."""
        try:
            snapshot = self._snapshot()
        except StoreAway:
            snapshot = None
        if snapshot:
            return snapshot.queues
        with Manager(self._settings) as manager:
            return tuple(ask(manager, self._clock()))

    def _desks(self) -> Part:
        reachable = sum(queue.reachable for queue in self._queues())
        return WELL if reachable else Part("no desk of any agency is registered: calls wait and reach nobody")

    def _operators(self) -> Part:
        reachable = sum(queue.reachable for queue in self._queues() if queue.name == OPERATORS)
        return WELL if reachable else Part("no desk of the operators is registered: the last resort reaches nobody")

    def _workers(self) -> Part:
        try:
            well = self._store.workload().workers > 0
        except StoreAway:
            well = self._runs("worker-urgent")
        return WELL if well else Part("no worker gives a sign of life: nobody is informed or called back")

    def _jobs(self) -> Part:
        try:
            dead = self._store.workload().dead
        except StoreAway:
            return WELL  # Told by redis.
        return Part(f"{dead} jobs failed for good: see `gateway112 dead`") if dead else WELL

    def _messages(self) -> Part:
        try:
            since = self._store.messages.incoming_since()
        except StoreAway:
            return WELL  # Told by redis.
        well = since is None or self._clock() - since < UNFILED_SECONDS
        return WELL if well else Part("messages came and are at no queue: does the process messages run?")

    def _replies(self) -> Part:
        try:
            made = {channel: self._store.messages.outgoing_since(channel) for channel in CHANNELS}
        except StoreAway:
            return WELL
        late = [channel for channel, since in made.items() if since and self._clock() - since > UNSENT_SECONDS]
        why = f"replies by {', '.join(late)} do not leave: does the process sender run, does the provider take them?"
        return Part(why) if late else WELL

    def _replay(self) -> Part:
        return WELL if self._runs("replay") else Part("nothing brings spooled entries to the store")

    def _spool(self) -> Part:
        folder = self._settings.state / "spool"
        old = self._clock() - SPOOL_FRESH_SECONDS
        waiting = sum(path.stat().st_mtime < old for path in waiting_files(folder))
        aside = len(list((folder / "set_aside").glob("*")))
        if aside:
            return Part(f"{aside} files could not be replayed: look into spool/set_aside")
        return Part(f"{waiting} files of entries wait for the store") if waiting else WELL

    def _rules(self) -> Part:
        try:
            load(self._settings.rules)
        except Refused as fault:
            return Part(f"the last good rules are in force, the file is refused: {fault}")
        return WELL

    def _runs(self, service: str) -> bool:
        state = states(self._settings.run).get(service)
        return state is not None and state.word == "RUNNING"


def _answer(question: Callable[[], Part]) -> Part:
    try:
        return question()
    except (AmiAway, ActionRefused) as fault:
        return Part(str(fault))
    except Exception as fault:
        return Part(f"could not be examined ({type(fault).__name__})")
