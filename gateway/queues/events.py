"""What happens to calls in Asterisk's queues, as entries of their timelines. AMI events come in one by one; no I/O.

Asterisk raises QueueCallerAbandon also when a call's time in a queue is over, and QueueCallerLeave before a desk is
joined. So a call that left a queue has left only once the next event tells where to: another queue, a trunk, a desk, or
nowhere. Entries are keyed by the channel and what happened, so that to see the same twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.channels.call_back import is_outward
from gateway.incident.timeline import Entry, Kind
from gateway.queues.queued_call import (
    QueuedCall,
    answered_entry,
    entry_of,
    overflowed_entry,
    seconds_lived,
    seconds_waited,
)
from gateway.queues.ringing import Ringing
from gateway.queues.state import (
    Event,
    TalkingCall,
    desk_of,
    endpoint_of,
    is_invitation,
    seeks_a_desk,
    since,
    variable,
    whole,
)
from gateway.queues.talking import is_callers, room_of
from gateway.queues.together import Together

WANTED = (
    "QueueCallerJoin",
    "QueueCallerLeave",
    "AgentCalled",
    "AgentConnect",
    "DialBegin",
    "DialEnd",
    "Hangup",
    "UserEvent",
    "DTMFEnd",
)
"""The events that ``QueueEvents.take`` understands; it passes over all others."""

HUNG_UP = "the caller hung up"
NO_DESK = "no desk took the call back"
UNSEEN = "unseen: the gateway was not watching"

_RINGS: Mapping[str, Callable[[Ringing, Event], None]] = {
    "AgentCalled": Ringing.begin,
    "AgentConnect": Ringing.is_answered,
    "DialEnd": Ringing.is_given_up,
}


class QueueEvents:
    """The calls in the queues as the events so far tell them.

    Attributes:
        calls: by their channel's uniqueid.
        together: what those have besides that several desks have.
        ringing: the desks that ring for them.
    """

    def __init__(self) -> None:
        self.calls: dict[str, QueuedCall] = {}
        self.together = Together()
        self.ringing = Ringing()
        self._takers = {
            "QueueCallerLeave": self._leaves,
            "AgentCalled": self._rings,
            "AgentConnect": self._is_answered,
            "DialBegin": self._goes_to_a_trunk,
            "DialEnd": self._is_answered_by_a_trunk,
            "DTMFEnd": self._presses,
        }

    def take(self, event: Event, at: float) -> list[Entry]:
        """The entries that an event amounts to.

        Args:
            event: a QueueCallerJoin must bear an incident; see ``knows`` and ``variable``. One that is made up of what
                was found afterwards bears ``Unseen``.
            at: when it happened, seconds since the epoch.
        """
        name = event.get("Event", "")
        if name == "QueueCallerJoin":
            return self._joins(event, at)
        if name == "Hangup":
            return [*self._does_not_take(event, at), *self._is_hung_up(event, at)]
        if name == "UserEvent":
            return self._is_told(event, at)
        if name in _RINGS:
            _RINGS[name](self.ringing, event)
        if name == "AgentCalled" and is_invitation(event):
            return self.together.rings(event, at)
        call = self.calls.get(event.get("Uniqueid", ""))
        return self._takers[name](call, event, at) if call and name in self._takers else []

    def talking(self) -> list[TalkingCall]:
        """The calls that somebody has answered and that go on."""
        return [
            TalkingCall(call.channel_id, call.incident, desk, call.answered_at)
            for call in self.calls.values()
            if call.answered
            for desk in dict.fromkeys([call.desk, *self.together.beside(call.channel_id)])
            if desk
        ]

    def knows(self, channel_id: str, queue: str) -> bool:
        """Whether a call is known to wait in a queue."""
        call = self.calls.get(channel_id)
        return call is not None and call.waiting and call.queue == queue

    def _joins(self, event: Event, at: float) -> list[Entry]:
        channel_id, queue = event["Uniqueid"], event["Queue"]
        if self.knows(channel_id, queue) or is_invitation(event):
            return []
        before, unseen = self.calls.get(channel_id), {"why": UNSEEN} if event.get("Unseen") else {}
        incident = before.incident if before else variable(event, "G112_INCIDENT")
        call = self.calls[channel_id] = QueuedCall(event, incident, queue, since(event, at))
        entries = []
        if before:
            call.visits, call.again = before.visits, before.again or before.answered
            # Who was at a desk waits anew.
            call.since = call.since if before.answered else before.since
            if before.declined and before.queue == queue:
                call.rung, call.turned_down = before.rung, before.turned_down
                return []
            if not before.answered and not before.moved:
                entries.append(overflowed_entry(before, at, {"to": queue, **unseen}))
        call.visits[queue] += 1
        position = whole(event.get("Position", "")) or 0
        known = call.again or bool(before and before.called_home)
        data = {"queue": queue, "position": position, **({"again": True} if known else {}), **unseen}
        return [*entries, entry_of(call, Kind.QUEUED, at, data, queue)]

    def _leaves(self, call: QueuedCall, event: Event, _at: float) -> list[Entry]:
        call.left = call.left or call.queue == event["Queue"]
        return []

    def _rings(self, call: QueuedCall, event: Event, at: float) -> list[Entry]:
        desk = desk_of(event["MemberName"])
        call.left = False
        if desk in call.rung:
            return []
        call.rung.add(desk)
        return [entry_of(call, Kind.RANG, at, {"queue": call.queue, "desk": desk}, f"{call.queue}:{desk}")]

    def _is_answered(self, call: QueuedCall, event: Event, at: float) -> list[Entry]:
        rang, desk = whole(event.get("RingTime", "")), desk_of(event["MemberName"])
        if event.get("DestChanVariable(G112_ACCEPTED)", "1") != "1":
            call.declined = True
            data: dict[str, object] = {"queue": call.queue, "desk": desk, "why": "not_accepted"}
            return [entry_of(call, Kind.DECLINED, at, data, event["DestUniqueid"])]
        call.answered, call.desk, call.answered_at = True, desk, at
        # Who comes back from a desk did not wait all that time, and is counted already.
        waited = {} if call.again else {"waited": seconds_waited(call, at)}
        data = {"queue": call.queue, **waited, "desk": call.desk, "rang": rang}
        return [answered_entry(call, event["DestUniqueid"], at, data)]

    def _does_not_take(self, event: Event, at: float) -> list[Entry]:
        """A desk's channel has ended that only rang; told once for each desk and how it was, be it rung on and on."""
        if not (ended := self.ringing.end(event)):
            return []
        ring, why = ended
        call = self.calls.get(ring.channel_id)
        if call is None:
            self.together.turned_down(variable(event, "G112_INVITED"), why)
            return []
        if (ring.desk, why) in call.turned_down:
            return []
        call.turned_down.add((ring.desk, why))
        data = {"queue": ring.queue, "desk": ring.desk, "why": why}
        return [entry_of(call, Kind.DECLINED, at, data, f"{ring.queue}:{ring.desk}:{why}")]

    def _is_told(self, event: Event, at: float) -> list[Entry]:
        if event.get("UserEvent") != Together.NAME:
            return []
        entries = self.together.take(event, at)
        what, moved = event.get("What"), self.calls.get(event.get("Uniqueid", ""))
        if moved and what in ("moved", "home"):
            moved.moved, moved.called_home = True, what == "home"
        elif moved and what == "stays":
            moved.declined = True
        for call in self.calls.values():
            for entry in entries:
                if entry.kind is Kind.DEPARTED and room_of(call.channel_id) == entry.channel_id:
                    call.desk = "" if call.desk == entry.data["desk"] else call.desk
        return entries

    def _presses(self, call: QueuedCall, event: Event, at: float) -> list[Entry]:
        return self.together.keyed(event, call.incident, at) if call.answered else []

    def _goes_to_a_trunk(self, call: QueuedCall, event: Event, at: float) -> list[Entry]:
        if not call.left or call.answered:
            return []
        return [overflowed_entry(call, at, {"to": endpoint_of(event["DestChannel"])})]

    def _is_answered_by_a_trunk(self, call: QueuedCall, event: Event, at: float) -> list[Entry]:
        if not call.left or call.answered or event.get("DialStatus") != "ANSWER":
            return []
        call.answered, call.desk, call.answered_at = True, endpoint_of(event["DestChannel"]), at
        data = {"queue": call.queue, "waited": seconds_waited(call, at), "desk": call.desk}
        return [answered_entry(call, event["DestUniqueid"], at, data)]

    def _is_hung_up(self, event: Event, at: float) -> list[Entry]:
        call = self.calls.pop(event["Uniqueid"], None)
        self.together.over(event["Uniqueid"])
        if call is None:
            if not is_callers(event) or is_outward(event.get("Channel", "")):
                return []
            call = QueuedCall(event, variable(event, "G112_INCIDENT"), "", at, answered=True)
        entries = []
        if not call.answered:
            why = NO_DESK if seeks_a_desk(call.event) else HUNG_UP
            data = {"queue": call.queue, "waited": seconds_waited(call, at), "why": why}
            entries.append(entry_of(call, Kind.LEFT, at, data))
        data = {"seconds": seconds_lived(call.channel_id, at), "cause": event.get("Cause-txt", "")}
        return [*entries, entry_of(call, Kind.ENDED, at, data)]
