"""Calls that more than one desk has: what the dialplan tells of them, as entries of timelines. Pure, no I/O.

The dialplan tells each step in an event of its own (asterisk_conf/calls.conf.j2, ``G112Call``). Each stands for itself:
what was not heard leaves out an entry, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from gateway.incident.timeline import Entry, Kind
from gateway.queues.ringing import NO_ANSWER, REFUSED
from gateway.queues.state import Event, InvitedDesk, desk_of, endpoint_of, variable
from gateway.queues.talking import room_of

KEYS = frozenset("0123456789*#ABCD")
GATEWAY = "gateway"
"""Who moved a waiting call, where it was no person."""

MOST_KEYS = 200
"""Keys of one call that are told; more is a fault of the line, or play."""


@dataclass(slots=True)
class Together:
    """
    Attributes:
        desks: who has a caller, by its room, who came first is first; only of those that were invited.
        invited: the invitations that wait for a desk, by name.
    """

    NAME: ClassVar[str] = "G112Call"
    """The name of these events, among other UserEvents."""

    desks: dict[str, list[str]] = field(default_factory=dict)
    invited: dict[str, InvitedDesk] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)
    _rung: dict[str, set[str]] = field(default_factory=dict)
    _turned_down: dict[str, set[str]] = field(default_factory=dict)

    def take(self, event: Event, at: float) -> list[Entry]:
        """What an event of this name amounts to; nothing of one that cannot be understood."""
        incident, taker = event.get("Incident", ""), _TAKERS.get(event.get("What", ""))
        return [taker(self, event, incident, at)] if incident and taker else []

    def rings(self, event: Event, at: float) -> list[Entry]:
        """An invited agency's desk begins to ring (AgentCalled): its page shows the case from here on."""
        incident, invite = variable(event, "G112_INCIDENT"), variable(event, "G112_INVITED")
        desk, rung = desk_of(event["MemberName"]), self._rung.setdefault(invite, set())
        if not incident or desk in rung:
            return []
        rung.add(desk)
        data, key = {"queue": event.get("Queue", ""), "desk": desk}, f"sip:{invite}:{Kind.RANG.value}:{desk}"
        return [Entry(incident, Kind.RANG, at, data, key, variable(event, "G112_ROOM"))]

    def turned_down(self, invite: str, why: str) -> None:
        """An invited agency's desk did not come: it refused, or let it ring."""
        if invite in self.invited:
            self._turned_down.setdefault(invite, set()).add(why)

    def keyed(self, event: Event, incident: str, at: float) -> list[Entry]:
        """A key that a caller pressed (DTMFEnd) while somebody had it."""
        channel_id, key = event.get("Uniqueid", ""), event.get("Digit", "")
        count = self._keys[channel_id] = self._keys.get(channel_id, 0) + 1
        if key not in KEYS or count > MOST_KEYS:
            return []
        return [Entry(incident, Kind.KEYED, at, {"key": key}, f"sip:{channel_id}:keyed:{at:.3f}", channel_id)]

    def beside(self, channel_id: str) -> list[str]:
        """The desks that came to a caller."""
        return self.desks.get(room_of(channel_id), [])

    def found(self, channel_id: str, incident: str, line: Event, at: float) -> Entry:
        """A desk came to a caller while nobody watched; of what was told already it is the same entry."""
        desk, beside = endpoint_of(line["Channel"]), self.desks.setdefault(room_of(channel_id), [])
        if desk not in beside:
            beside.append(desk)
        invite = variable(line, "G112_INVITED")
        self.invited.pop(invite, None)
        key = f"sip:{invite}:{Kind.JOINED.value}"
        return Entry(incident, Kind.JOINED, at, {"queue": "", "desk": desk}, key, channel_id)

    def over(self, channel_id: str) -> None:
        """The caller's call is over."""
        self.desks.pop(room_of(channel_id), None)
        self._keys.pop(channel_id, None)

    def only(self, names: Collection[str], why: str, at: float) -> list[Entry]:
        """After a time of not watching: these invitations still wait; the others are over, and nobody knows how."""
        over = {name: each for name, each in self.invited.items() if name not in names}
        self.invited = {name: each for name, each in self.invited.items() if name in names}
        self._rung = {name: desks for name, desks in self._rung.items() if name in names}
        self._turned_down = {name: whys for name, whys in self._turned_down.items() if name in names}
        kind = Kind.DECLINED
        return [
            Entry(each.incident, kind, at, {"queue": each.queue, "why": why}, f"sip:{name}:{kind.value}", each.caller)
            for name, each in over.items()
        ]

    def _invited(self, event: Event, incident: str, at: float) -> Entry:
        invite, queue, desk = event.get("Invite", ""), event.get("Queue", ""), event.get("Desk", "")
        self.invited[invite] = InvitedDesk(incident, queue, desk, event.get("Caller", ""))
        data = {"queue": queue, "desk": desk, "why": event.get("Why", "")}
        return _entry(event, incident, Kind.INVITED, at, data, invite)

    def _joined(self, event: Event, incident: str, at: float) -> Entry:
        desk = endpoint_of(event.get("Line", ""))
        self._is_over(event)
        self.desks.setdefault(event.get("Caller", ""), []).append(desk)
        data = {"queue": event.get("Queue", ""), "desk": desk}
        return _entry(event, incident, Kind.JOINED, at, data, event.get("Invite", ""))

    def _declined(self, event: Event, incident: str, at: float) -> Entry:
        why = event.get("Why", "")
        if why == NO_ANSWER and self._turned_down.get(event.get("Invite", "")) == {REFUSED}:
            why = REFUSED
        self._is_over(event)
        data = {"queue": event.get("Queue", ""), "why": why}
        return _entry(event, incident, Kind.DECLINED, at, data, event.get("Invite", ""))

    def _is_over(self, event: Event) -> None:
        self.invited.pop(event.get("Invite", ""), None)
        self._rung.pop(event.get("Invite", ""), None)
        self._turned_down.pop(event.get("Invite", ""), None)

    def _departed(self, event: Event, incident: str, at: float) -> Entry:
        line = event.get("Line", "")
        desk, beside = endpoint_of(line), self.desks.get(event.get("Caller", ""), [])
        if desk in beside:
            beside.remove(desk)
        return _entry(event, incident, Kind.DEPARTED, at, {"desk": desk}, event.get("Invite", "") or line)

    def _returned(self, event: Event, incident: str, at: float) -> Entry:
        self.desks.pop(event.get("Caller", ""), None)
        data = {"queue": event.get("Queue", ""), "why": event.get("Why", "")}
        return _entry(event, incident, Kind.RETURNED, at, data, f"{event.get('Caller', '')}:{event.get('Id', '')}")

    def _home(self, event: Event, incident: str, at: float) -> Entry:
        """It is no call of several desks, and told in the same way."""
        queue, to = event.get("Queue", ""), event.get("To", "")
        data = {"medium": "call", "queue": queue, "to": to, "by": GATEWAY}
        return _entry(event, incident, Kind.MOVED, at, data, f"{event.get('Caller', '')}:{to}:{event.get('Id', '')}")

    def _called_back(self, event: Event, incident: str, at: float) -> Entry:
        """Whom a desk called back has answered, or has not."""
        data = {"what": "call_back", "outcome": event.get("What", "")}
        return _entry(event, incident, Kind.FOLLOW_UP, at, data, event.get("Caller", ""))


_TAKERS: dict[str, Callable[[Together, Event, str, float], Entry]] = {
    "invited": Together._invited,
    "joined": Together._joined,
    "declined": Together._declined,
    "departed": Together._departed,
    "returned": Together._returned,
    "home": Together._home,
    "reached": Together._called_back,
    "not_reached": Together._called_back,
}


def _entry(event: Event, incident: str, kind: Kind, at: float, data: Mapping[str, object], name: str) -> Entry:
    return Entry(incident, kind, at, data, f"sip:{name}:{kind.value}", event.get("Caller", ""))
