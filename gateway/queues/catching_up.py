"""What happened to calls while nobody watched, as far as Asterisk can still tell.

What was known before, from memory or from the timeline, is held against the channels there are. The times are those of
finding out, and each entry says that it was unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.channels.ami_actions import Actions
from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN, QueueEvents
from gateway.queues.past import past_of
from gateway.queues.queued_call import QueuedCall, answered_entry, entry_of
from gateway.queues.state import Event, endpoint_of, is_invitation, since, variable, whole
from gateway.queues.talking import callers_and_desks, is_callers, room_of
from gateway.rules.rulebook import OPERATORS


@dataclass(frozen=True)
class Found:
    """What there is in Asterisk at one moment.

    Attributes:
        channels: all channels, as CoreShowChannels lists them, by uniqueid.
        queued: who waits in a queue, as QueueStatus lists them, by uniqueid.
        at: when it was so, seconds since the epoch.
        only: uniqueids of the calls that are in question; None: all.
    """

    channels: Mapping[str, Event]
    queued: Mapping[str, Event]
    at: float
    only: Collection[str] | None = None

    @classmethod
    def ask(cls, manager: Actions, now: Callable[[], float], only: Collection[str] | None = None) -> Found:
        """Raises AmiAway, ActionRefused."""
        queued = {each["Uniqueid"]: each for each in manager.queue_status() if each["Event"] == "QueueEntry"}
        channels = manager.send_for_list({"Action": "CoreShowChannels"})
        return cls({each["Uniqueid"]: each for each in channels}, queued, now(), only)

    def asks_for(self, channel_id: str) -> bool:
        return self.only is None or channel_id in self.only

    def waiting(self) -> Iterator[tuple[Event, str, float]]:
        """Of each that waits its channel, the queue, and since when it waits there."""
        for channel_id, entry in self.queued.items():
            channel = self.channels.get(channel_id)
            if channel and self.asks_for(channel_id):
                yield channel, entry["Queue"], self.at - (whole(entry["Wait"]) or 0)

    def joins(self) -> Iterator[tuple[dict[str, str], float]]:
        """An event as it would have come for each that waits, and when."""
        for channel, queue, at in self.waiting():
            position = self.queued[channel["Uniqueid"]]["Position"]
            yield {**channel, "Event": "QueueCallerJoin", "Queue": queue, "Position": position, "Unseen": "1"}, at


def remember(queues: QueueEvents, found: Found, channel_id: str, told: Iterable[Entry]) -> None:
    """Know a living call again that only its timeline tells of; one that was in no queue yet is left to its events.

    Args:
        told: its own entries, oldest first.
    """
    past, channel = past_of(told), found.channels.get(channel_id)
    if channel is None or channel_id in queues.calls or not (past.queue or past.desks):
        return
    call = queues.calls[channel_id] = QueuedCall(channel, past.incident, past.queue, since(channel, found.at))
    call.visits, call.again = past.visits, past.was_answered
    call.answered, call.answered_at = bool(past.desks), past.answered_at
    call.desk = next(iter(past.desks), "")
    if beside := past.desks[1:]:
        queues.together.desks[room_of(channel_id)] = beside
    queues.together.invited |= past.invited


def end_unseen(queues: QueueEvents, found: Found) -> list[Entry]:
    """Entries of the calls that have ended while nobody watched."""
    gone = {each for each in queues.calls if each not in found.channels and found.asks_for(each)}
    entries = []
    for call in [call for channel_id, call in queues.calls.items() if channel_id in gone]:
        del queues.calls[call.channel_id]
        queues.together.over(call.channel_id)
        if not call.answered:
            entries.append(entry_of(call, Kind.LEFT, found.at, {"why": UNSEEN}))
        entries.append(entry_of(call, Kind.ENDED, found.at, {"why": UNSEEN}))
    return entries


def found_elsewhere(queues: QueueEvents, found: Found) -> list[Entry]:
    """Entries of calls that are in no queue: at a desk since nobody watched, or on their way."""
    channels = found.channels.values()
    with_desks = {caller["Uniqueid"]: desks for caller, desks in callers_and_desks(channels)}
    entries = []
    for channel_id, channel in found.channels.items():
        if channel_id in found.queued or not found.asks_for(channel_id):
            continue
        desks = with_desks.get(channel_id, [])
        came = [desk for desk in desks if variable(desk, "G112_INVITED")]
        first = next((each for each in desks if each not in came), None)
        entries += _found_elsewhere(queues, channel, first, came, found.at)
    invitations = {variable(each, "G112_INVITED") for each in channels if is_invitation(each)}
    return entries + queues.together.only(invitations, UNSEEN, found.at)


def found_waiting(queues: QueueEvents, found: Found) -> list[Entry]:
    """Entries of calls that are in a queue and were at a desk when they were last heard of. That they wait, their joins
    tell."""
    entries = []
    for channel, queue, at in found.waiting():
        call = queues.calls.get(channel["Uniqueid"])
        if call and call.answered:
            queues.together.over(call.channel_id)
            key = f"sip:{room_of(call.channel_id)}:{variable(channel, 'G112_SINCE')}:{Kind.RETURNED.value}"
            data = {"queue": queue, "why": UNSEEN}
            entries.append(Entry(call.incident, Kind.RETURNED, at, data, key, call.channel_id))
        elif call and call.queue != queue:
            # From the operators nobody overflows, and who was called home goes back to them.
            call.called_home = bool(variable(channel, "G112_HOMED"))
            call.moved = call.called_home or call.queue == OPERATORS
    return entries


def _found_elsewhere(
    queues: QueueEvents, channel: Event, desk: Event | None, came: Sequence[Event], at: float
) -> list[Entry]:
    """
    Args:
        desk: the first one's channel, if it has the caller still.
        came: those of the desks that were invited and have come.
    """
    call = queues.calls.get(channel["Uniqueid"])
    if call is None:
        if not is_callers(channel) or not (desk or came):
            return []
        call = queues.calls[channel["Uniqueid"]] = QueuedCall(channel, variable(channel, "G112_INCIDENT"), "", at)
    if desk is None and not came:
        call.left = True
        return []
    departed = _departed(queues, call, [endpoint_of(each["Channel"]) for each in (desk, *came) if each], at)
    answered = _answered(call, desk, at)
    joined = [queues.together.found(call.channel_id, call.incident, each, at) for each in came]
    return [*departed, *answered, *joined]


def _departed(queues: QueueEvents, call: QueuedCall, there: Collection[str], at: float) -> list[Entry]:
    """The desks that had the caller and have left it with others."""
    beside = queues.together.beside(call.channel_id)
    gone = [desk for desk in dict.fromkeys([call.desk, *beside]) if desk and desk not in there]
    beside[:] = [desk for desk in beside if desk in there]
    call.desk = call.desk if call.desk in there else ""
    named = ((desk, f"sip:{call.channel_id}:{desk}:{call.answered_at:.0f}:{Kind.DEPARTED.value}") for desk in gone)
    return [
        Entry(call.incident, Kind.DEPARTED, at, {"desk": desk, "why": UNSEEN}, key, call.channel_id)
        for desk, key in named
    ]


def _answered(call: QueuedCall, desk: Event | None, at: float) -> list[Entry]:
    before, call.answered = call.answered, True
    call.answered_at = call.answered_at if before else at
    if desk is None or (before and call.desk == endpoint_of(desk["Channel"])):
        return []
    call.desk, call.answered_at = endpoint_of(desk["Channel"]), at
    return [answered_entry(call, desk["Uniqueid"], at, {"desk": call.desk, "why": UNSEEN})]
