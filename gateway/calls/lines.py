"""Who has which caller now, as Asterisk's channels tell it. Pure: its list (CoreShowChannels) is handed in.

All channels about one caller carry the caller's room (G112_ROOM, which is the caller's own uniqueid).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.queues.state import Event, endpoint_of, is_invitation, variable
from gateway.queues.talking import room_of


@dataclass(frozen=True, slots=True)
class Line:
    """A desk's channel.

    Attributes:
        talks: it is joined with the caller, or will be at once; else it rings, or is being told who waits.
        guest: another desk asked its agency to come.
    """

    channel: str
    desk: str
    talks: bool
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Another agency's queue that was asked to come.

    Attributes:
        channel: what waits in that queue.
        name: the invitation's own.
    """

    channel: str
    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One caller, and everybody about it.

    Attributes:
        channel, channel_id: the caller's.
        incident: empty if it came to a queue without the gateway.
        room: the name of their conference, whether there is one or not.
        together: they are in the conference.
        invitations: those that wait, and those whose desk has come.
    """

    channel: str
    channel_id: str
    incident: str
    room: str
    together: bool
    lines: tuple[Line, ...] = ()
    invitations: tuple[Invitation, ...] = ()

    @property
    def talking(self) -> tuple[str, ...]:
        """The desks that have it."""
        return tuple(line.desk for line in self.lines if line.talks)

    def line_of(self, desk: str) -> Line | None:
        """That desk's channel, a talking one before one that rings."""
        own = sorted((line for line in self.lines if line.desk == desk), key=lambda line: not line.talks)
        return own[0] if own else None


def contacts(channels: Iterable[Event]) -> list[Contact]:
    """The callers in queues and at desks."""
    rooms: dict[str, list[Event]] = {}
    for channel in channels:
        if room := variable(channel, "G112_ROOM"):
            rooms.setdefault(room, []).append(channel)
    return [contact for room, joined in rooms.items() if (contact := _contact(room, joined))]


def _contact(room: str, joined: list[Event]) -> Contact | None:
    caller = next((each for each in joined if room_of(each["Uniqueid"]) == room), None)
    if caller is None:
        return None
    others = [each for each in joined if each is not caller]
    lines = [_line(each) for each in others if _is_desks(each)]
    invitations = [_invitation(each) for each in others if is_invitation(each)]
    return Contact(
        caller["Channel"],
        caller["Uniqueid"],
        variable(caller, "G112_INCIDENT"),
        room,
        caller.get("Application") == "ConfBridge",
        tuple(lines),
        tuple(invitations),
    )


def _is_desks(channel: Event) -> bool:
    return channel["Channel"].startswith("PJSIP/")


def _line(channel: Event) -> Line:
    name = channel["Channel"]
    return Line(name, endpoint_of(name), bool(channel.get("BridgeId")), bool(variable(channel, "G112_INVITED")))


def _invitation(channel: Event) -> Invitation:
    queue = channel["Channel"].removeprefix("Local/").partition("@")[0]
    return Invitation(channel["Channel"], variable(channel, "G112_INVITED"), queue)
