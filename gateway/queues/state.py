"""The queues at one moment: who waits, since when, which desks could answer. Pure: Asterisk's lists are handed in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

Event = Mapping[str, str]

_INVITATION = re.compile(r"Local/[^@]*@g112-invite-")


class Readiness(StrEnum):
    """Whether a desk could take a call now."""

    AVAILABLE = "available"
    RINGING = "ringing"
    BUSY = "busy"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"


# AST_DEVICE_*: 1 not in use, 2 in use, 3 busy, 6 ringing, 7 ringing and in use, 8 on hold. 0, 4 and 5 take no call.
_READINESS = {
    "1": Readiness.AVAILABLE,
    "2": Readiness.BUSY,
    "3": Readiness.BUSY,
    "6": Readiness.RINGING,
    "7": Readiness.BUSY,
    "8": Readiness.BUSY,
}


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call in a queue.

    Attributes:
        channel, channel_id: Asterisk's name and uniqueid of the caller's channel.
        incident: empty if the call was queued without the gateway.
        position: 1 is the queue's head.
        prio: QUEUE_PRIO as it is now.
        since: when it entered its first queue, seconds since the epoch.
        bound: seconds after which it may no longer be waiting; None: no bound.
        call_back: the gateway seeks a desk for a call back of its own: nobody is on the line yet.
    """

    channel: str
    channel_id: str
    incident: str
    queue: str
    position: int
    prio: int
    since: float
    bound: int | None = None
    silent: bool = False
    call_back: bool = False


@dataclass(frozen=True, slots=True)
class TalkingCall:
    """A call that a desk has answered, and that goes on.

    Attributes:
        channel_id: of the caller's channel.
        incident: empty if the call was queued without the gateway.
        since: when the desk had it, seconds since the epoch; 0: not known.
    """

    channel_id: str
    incident: str
    desk: str
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class InvitedDesk:
    """A queue that is rung for a caller who has a desk: another agency is to come.

    Attributes:
        desk: which asked.
        caller: the uniqueid of the caller's channel.
    """

    incident: str
    queue: str
    desk: str
    caller: str = ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """A desk as one queue sees it."""

    id: str
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue at one moment."""

    name: str
    waiting: tuple[WaitingCall, ...] = ()
    desks: tuple[DeskState, ...] = ()
    talking: tuple[TalkingCall, ...] = ()
    invited: tuple[InvitedDesk, ...] = ()

    @property
    def callers(self) -> list[WaitingCall]:
        """Of the calls that wait those in which somebody does."""
        return [call for call in self.waiting if not call.call_back]

    def longest_wait(self, now: float) -> float:
        """Seconds the caller who waits longest has waited, over all queues it was in; 0 without one."""
        return max((now - call.since for call in self.callers), default=0.0)

    def desks_that_are(self, *readiness: Readiness) -> int:
        return sum(desk.readiness in readiness for desk in self.desks)

    @property
    def reachable(self) -> int:
        """Desks that are there, whether or not they are free."""
        return len(self.desks) - self.desks_that_are(Readiness.UNREACHABLE, Readiness.PAUSED)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> QueueState:
        """The reverse of ``as_dict``.

        Raises:
            ValueError: the data is none of ours.
        """
        try:
            waiting = tuple(WaitingCall(**call) for call in data["waiting"])
            desks = tuple(DeskState(desk["id"], Readiness(desk["readiness"])) for desk in data["desks"])
            talking = tuple(TalkingCall(**call) for call in data.get("talking", ()))
            invited = tuple(InvitedDesk(**each) for each in data.get("invited", ()))
            return cls(str(data["name"]), waiting, desks, talking, invited)
        except (KeyError, TypeError) as fault:
            raise ValueError("not the state of a queue") from fault


def is_invitation(channel: Event) -> bool:
    """Whether a channel is rung for somebody who has a desk already: no caller, and nobody who waits."""
    return bool(_INVITATION.match(channel.get("Channel", "")))


def seeks_a_desk(channel: Event) -> bool:
    """Whether a channel is a call back of the gateway's own that has no desk yet, and so nobody on the line."""
    return variable(channel, "G112_SEEKS") == "1"


def variable(event: Event, name: str) -> str:
    """A variable of the event's channel (manager.conf ``channelvars``); empty if it is not set."""
    return event.get(f"ChanVariable({name})", "")


def desk_of(member: str) -> str:
    """The desk behind a queue member's name or interface: ``PJSIP/110-1`` is ``110-1``."""
    return member.rpartition("/")[2].partition("@")[0]


def endpoint_of(channel: str) -> str:
    """The endpoint behind a channel's name: ``PJSIP/110-1-0000002a`` is ``110-1``."""
    return channel.partition("/")[2].rpartition("-")[0]


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def since(channel: Event, joined: float) -> float:
    """When a call entered its first queue.

    The dialplan's own note (G112_SINCE) outlives an overflow and a restart of ours, but has whole seconds only.
    """
    noted = whole(variable(channel, "G112_SINCE"))
    return joined if noted is None or 0 <= joined - noted < 1 else float(min(noted, joined))


def read(
    status: Sequence[Event],
    channels: Mapping[str, Event],
    now: float,
    talking: Iterable[TalkingCall] = (),
    invited: Iterable[InvitedDesk] = (),
    ringing: Collection[str] = (),
) -> list[QueueState]:
    """The queues as the answer to QueueStatus tells them, in its order.

    Args:
        channels: for each channel's uniqueid an event of that channel, for its variables.
        talking: the calls that desks have; each stands with its desk.
        invited: who is rung for one of those; they are none who wait.
        ringing: desks that a queue rings now: Asterisk's lists call them busy (pjsip.conf, ``device_state_busy_at``).
    """
    talking, invited = list(talking), list(invited)
    names = [event["Queue"] for event in status if event.get("Event") == "QueueParams"]
    waiting: dict[str, list[WaitingCall]] = {name: [] for name in names}
    desks: dict[str, list[DeskState]] = {name: [] for name in names}
    for event in status:
        queue = event.get("Queue", "")
        if event["Event"] == "QueueEntry" and is_invitation(event):
            continue
        if queue in waiting and event["Event"] == "QueueEntry":
            waiting[queue].append(_waiting(event, channels.get(event["Uniqueid"], {}), now))
        elif queue in desks and event["Event"] == "QueueMember":
            desks[queue].append(DeskState(desk_of(event["Name"]), _readiness(event, ringing)))
    return [
        QueueState(
            name,
            tuple(waiting[name]),
            tuple(desks[name]),
            tuple(_of_desks(talking, desks[name])),
            tuple(each for each in invited if each.queue == name),
        )
        for name in names
    ]


def _of_desks(talking: Iterable[TalkingCall], desks: Sequence[DeskState]) -> list[TalkingCall]:
    ids = {desk.id for desk in desks}
    return [call for call in talking if call.desk in ids]


def _waiting(entry: Event, channel: Event, now: float) -> WaitingCall:
    return WaitingCall(
        channel=entry["Channel"],
        channel_id=entry["Uniqueid"],
        incident=variable(channel, "G112_INCIDENT"),
        queue=entry["Queue"],
        position=whole(entry["Position"]) or 0,
        prio=whole(entry["Priority"]) or 0,
        since=since(channel, now - (whole(entry["Wait"]) or 0)),
        bound=whole(variable(channel, "G112_BOUND")),
        silent=variable(channel, "G112_SILENT") == "1",
        call_back=seeks_a_desk(channel),
    )


def is_registered(member: Event) -> bool:
    """Whether a desk is there, be it free, busy or passed over. One that is passed over need not be."""
    return member.get("Status", "") in _READINESS


def _readiness(member: Event, ringing: Collection[str]) -> Readiness:
    if member.get("Paused") == "1":
        return Readiness.PAUSED
    found = _READINESS.get(member.get("Status", ""), Readiness.UNREACHABLE)
    return Readiness.RINGING if found is Readiness.BUSY and desk_of(member["Name"]) in ringing else found
