"""Calling home: who waits with the operators while a desk of its own agency is free is rung there. Pure, no I/O.

A caller overflows where its agency has nobody, and somebody may come back a moment later. It goes home for one round
of ringing and keeps its place with the operators (asterisk_conf/extensions.conf.j2, ``g112-home``). Who was not taken
there goes again when a desk has become free since; and, while no operator takes it, to any free desk, over and over: a
ring that was missed must not cost a caller the only desk there is. No operator takes whom none is there for, nor whom
those that are there have let ring for as many rounds as the rules' overflow gives an agency's own desks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.queues.state import Event, QueueState, Readiness, WaitingCall, variable, whole
from gateway.rules.rulebook import OPERATORS

SETTLED_SECONDS = 1.0
"""So long a caller waits with the operators before it is called home: what was seen once may be over already."""

ROUND_SECONDS = 10
"""How long a desk is rung before the next one is: one round, and all that a caller is called home for."""

PATIENCE_SECONDS = ROUND_SECONDS + 2
"""So long an operator's desk that is free, or rings, has for a caller."""

AGAIN_SECONDS = ROUND_SECONDS + 5
"""No oftener a caller leaves the operators for the same agency, from one ring's beginning to the next one's."""

UNANSWERED_ROUNDS = 2
"""So many rounds operators who are there may let a caller ring before it is called home again: what the rules as
shipped give an agency's desks before its callers go on (``overflow: after: 20``), and so no less than any other has."""

UNANSWERED_SECONDS = UNANSWERED_ROUNDS * PATIENCE_SECONDS

_THERE = (Readiness.AVAILABLE, Readiness.RINGING)


@dataclass
class Homeward:
    """Decides, look by look.

    Attributes:
        there: since when each desk can take a call, by desk; 0: since before it was looked at first.
        arrived: since when each caller waits with the operators, by its channel.
        served: since when an operator's desk is there for each caller, by its channel; absent: none is.
        sent: where a caller was sent, and when, by its channel.
    """

    there: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)
    served: dict[str, float] = field(default_factory=dict)
    sent: dict[str, tuple[str, float]] = field(default_factory=dict)
    _has_looked: bool = False

    def look(
        self, states: Sequence[QueueState], channels: Mapping[str, Event], now: float
    ) -> list[tuple[WaitingCall, str]]:
        """Who goes where now: callers with the operators to a queue of theirs, and back who waits there for nobody.

        Args:
            channels: for each channel's uniqueid an event of that channel, for its variables.
        """
        queues = {state.name: state for state in states}
        self._see_desks(states, now)
        operators = queues.get(OPERATORS)
        waiting = sorted(operators.waiting, key=lambda call: call.position) if operators else []
        self._see_callers(waiting, operators.desks_that_are(*_THERE) if operators else 0, now)
        going = [*self._back(queues), *self._home(waiting, queues, channels, now)]
        for call, queue in going:
            self.sent[call.channel_id] = (queue, now)
        return going

    def _see_desks(self, states: Sequence[QueueState], now: float) -> None:
        there = {desk.id for state in states for desk in state.desks if desk.readiness in _THERE}
        since = now if self._has_looked else 0.0
        self.there = {desk: self.there.get(desk, since) for desk in there}
        self._has_looked = True

    def _see_callers(self, waiting: Sequence[WaitingCall], operators: int, now: float) -> None:
        ids = [call.channel_id for call in waiting]
        back = [each for each in ids if each not in self.arrived]
        self.arrived = {each: self.arrived.get(each, now) for each in ids}
        served = [call.channel_id for call in waiting if call.position <= operators]
        self.served = {each: self.served.get(each, now) for each in served}
        recent = {each: sent for each, sent in self.sent.items() if now - sent[1] < AGAIN_SECONDS}
        self.sent = {each: sent for each, sent in recent.items() if each not in back}

    def _back(self, queues: Mapping[str, QueueState]) -> Iterator[tuple[WaitingCall, str]]:
        """Callers who were called home, where another caller was quicker, or the desk has gone again."""
        for name, state in queues.items():
            if name == OPERATORS or state.desks_that_are(*_THERE):
                continue
            for call in state.waiting:
                if self.sent.get(call.channel_id, ("",))[0] == name:
                    yield call, OPERATORS

    def _home(
        self,
        waiting: Sequence[WaitingCall],
        queues: Mapping[str, QueueState],
        channels: Mapping[str, Event],
        now: float,
    ) -> Iterator[tuple[WaitingCall, str]]:
        room = {name: state.desks_that_are(Readiness.AVAILABLE) - len(state.waiting) for name, state in queues.items()}
        for to, _ in (self.sent[call.channel_id] for call in waiting if call.channel_id in self.sent):
            room[to] = room.get(to, 0) - 1
        for call in waiting:
            arrived, is_served = self.arrived[call.channel_id], call.channel_id in self.served
            if call.channel_id in self.sent or (is_served and now - arrived < PATIENCE_SECONDS):
                continue
            event = channels.get(call.channel_id, {})
            homes = (queues[each] for each in variable(event, "G112_HOMES").split("/") if each in room)
            there = (each for each in homes if each.name != OPERATORS and room[each.name] > 0)
            is_attended = now - self.served.get(call.channel_id, -math.inf) < UNANSWERED_SECONDS
            since = arrived if is_attended else -1.0
            home = next((each for each in there if self._calls(each, event, since, now)), None)
            if home:
                # Who has come just now goes at the next look, and nobody less urgent before it.
                room[home.name] -= 1
                if now - arrived >= SETTLED_SECONDS:
                    yield call, home.name

    def _calls(self, home: QueueState, event: Event, since: float, now: float) -> bool:
        """Whether a desk there is free: the first time any, then one that has come after ``since``."""
        tried = _tried(event).get(home.name, 0)
        if now - tried < AGAIN_SECONDS:
            return False
        free = [desk.id for desk in home.desks if desk.readiness is Readiness.AVAILABLE]
        return any(not tried or self.there[desk] > since for desk in free)


def _tried(event: Event) -> dict[str, int]:
    """When a caller rang last at each queue it was called home to: seconds since the epoch."""
    tries = [each.partition(":") for each in variable(event, "G112_HOMED").split("/")]
    return {queue: whole(at) or 0 for queue, _, at in tries}
