"""Who talks with whom, of all channels there are as CoreShowChannels lists them. Pure.

A caller's channel and those of its desks carry the caller's room (G112_ROOM), which is the caller's own uniqueid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.queues.state import Event, TalkingCall, endpoint_of, is_invitation, variable

_NOT_IN_A_ROOMS_NAME = re.compile(r"[^A-Za-z0-9.-]")


def room_of(channel_id: str) -> str:
    """The room of the caller with this uniqueid, as the dialplan names it."""
    return _NOT_IN_A_ROOMS_NAME.sub("", channel_id)


def is_callers(channel: Event) -> bool:
    """A desk's channel has the caller's variables, too; the caller's is the oldest of those linked."""
    return channel["Uniqueid"] == channel.get("Linkedid") and bool(variable(channel, "G112_INCIDENT"))


def callers_and_desks(channels: Iterable[Event]) -> list[tuple[Event, list[Event]]]:
    """Each caller's channel, with those of the desks, or of whoever a trunk leads to, that it is joined with."""
    rooms: dict[str, list[Event]] = {}
    bridges: dict[str, list[Event]] = {}
    for channel in channels:
        room, bridge = variable(channel, "G112_ROOM"), channel.get("BridgeId")
        if room:
            rooms.setdefault(room, []).append(channel)
        elif bridge:
            bridges.setdefault(bridge, []).append(channel)
    return [*_of_rooms(rooms), *_of_bridges(bridges)]


def talking_calls(channels: Iterable[Event]) -> list[TalkingCall]:
    """The calls that desks have; of one that several have there are several."""
    return [
        TalkingCall(caller["Uniqueid"], variable(caller, "G112_INCIDENT"), endpoint_of(desk["Channel"]))
        for caller, desks in callers_and_desks(channels)
        for desk in desks
    ]


def _of_rooms(rooms: dict[str, list[Event]]) -> Iterable[tuple[Event, list[Event]]]:
    for room, members in rooms.items():
        caller = next((each for each in members if room_of(each["Uniqueid"]) == room), None)
        if caller:
            others = (each for each in members if each is not caller and not is_invitation(each))
            yield caller, [each for each in others if each.get("BridgeId")]


def _of_bridges(bridges: dict[str, list[Event]]) -> Iterable[tuple[Event, list[Event]]]:
    for members in bridges.values():
        for caller in members:
            if is_callers(caller):
                yield caller, [each for each in members if each is not caller and not is_invitation(each)]
