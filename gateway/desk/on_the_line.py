"""A caller on the line, as one desk's page shows it: does it ring, who talks, whom else was it offered to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.channels.call_back import is_call_back
from gateway.incident.timeline import Entry, Kind

RINGING, TALKING, ENDED = "ringing", "talking", "ended"

INVITED, JOINED, DECLINED, LEFT = "invited", "joined", "declined", "left"


@dataclass(frozen=True, slots=True)
class Peer:
    """
    Attributes:
        desk: empty until one has joined.
        state: invited, joined, declined, left.
        why: of a decline.
    """

    agency: str
    desk: str = ""
    state: str = "invited"
    why: str = ""


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """
    Attributes:
        state: RINGING (at this desk), TALKING (with it), ENDED.
        since: of that state, seconds since the epoch.
        is_back: it is a call back whose caller has not answered yet: a desk has it first, and then he is rung.
    """

    state: str
    since: float
    peers: tuple[Peer, ...] = ()
    is_back: bool = False


def on_the_line(desk: str, entries: Sequence[Entry]) -> OnTheLine | None:
    """The call of this incident that this desk has or had last; None: it had none."""
    line: OnTheLine | None = None
    channel = queue = ""
    for entry in entries:
        kind, own = entry.kind, entry.data.get("desk") == desk
        if _rings_on(entry, own=own):
            continue
        same, asked = entry.channel_id == channel, entry.data.get("queue") == queue
        if own and kind is Kind.RANG and (line is None or line.state != TALKING):
            line, channel, queue = OnTheLine(RINGING, entry.at), entry.channel_id, str(entry.data.get("queue", ""))
        elif own and kind in (Kind.ANSWERED, Kind.JOINED):
            line, channel = OnTheLine(TALKING, entry.at), entry.channel_id or channel
        elif line and line.state != ENDED and _ends(line, kind, own=own, same=same, asked=asked):
            line = OnTheLine(ENDED, entry.at)
    if line is None:
        return None
    return replace(line, peers=tuple(_peers(desk, entries)), is_back=_is_to_be_reached(channel, entries))


def _is_to_be_reached(channel: str, entries: Iterable[Entry]) -> bool:
    """Told by the channel's outward end (calls.conf, ``g112-callback-out``); the queued one is that ``;2``."""
    outward = channel.partition(";")[0]
    told = (entry for entry in entries if entry.kind is Kind.FOLLOW_UP and entry.channel_id == outward)
    return is_call_back(channel) and not any(entry.data.get("outcome") == "reached" for entry in told)


def _rings_on(entry: Entry, *, own: bool) -> bool:
    """Whether a desk did not take a waiting call, which says nothing of other desks: it rings there, or here again."""
    of_desk = entry.kind is Kind.DECLINED and bool(entry.data.get("desk"))
    return of_desk and not (own and entry.data.get("why") == "not_accepted")


def _ends(line: OnTheLine, kind: Kind, *, own: bool, same: bool, asked: bool) -> bool:
    """
    Args:
        own: the desk itself did it.
        same: it is about the caller's channel.
        asked: it is about the queue by which the desk was rung.
    """
    if kind is Kind.RETURNED:
        return True
    if own and kind in (Kind.DEPARTED, Kind.DECLINED):
        return True
    if same and kind in (Kind.ABANDONED, Kind.ENDED):
        return True
    # Its agency was asked to come, and nobody did, or another of its desks.
    if line.state == RINGING and asked and kind in (Kind.DECLINED, Kind.JOINED):
        return True
    # The queue went on without it, or another desk was quicker.
    return same and line.state == RINGING and kind in (Kind.LEFT, Kind.OVERFLOWED, Kind.MOVED, Kind.ANSWERED)


def _peers(desk: str, entries: Iterable[Entry]) -> list[Peer]:
    """Who else has the caller, or was asked to: the latest word of each agency."""
    found: dict[str, Peer] = {}
    for entry in entries:
        data = entry.data
        agency, other, why = (str(data.get(name, "")) for name in ("queue", "desk", "why"))
        if entry.kind is Kind.INVITED:
            found[agency] = Peer(agency)
        elif entry.kind in (Kind.ANSWERED, Kind.JOINED):
            found[agency] = Peer(agency, other, JOINED)
        elif entry.kind is Kind.DECLINED and not other and agency in found and found[agency].state == INVITED:
            found[agency] = Peer(agency, "", DECLINED, why)
        elif entry.kind is Kind.DEPARTED:
            found = {name: replace(peer, state=LEFT) if peer.desk == other else peer for name, peer in found.items()}
        elif entry.kind is Kind.RETURNED:
            found = {}
    return [peer for peer in found.values() if peer.desk != desk]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A key that the caller pressed while talking.

    Attributes:
        means: yes, no, or empty: nothing that was asked.
    """

    at: float
    key: str
    means: str


MEANINGS = {"1": "yes", "2": "no"}
"""What who cannot speak is asked to press."""


def keys_of(entries: Iterable[Entry]) -> list[Keyed]:
    pressed = [(entry.at, str(entry.data.get("key", ""))) for entry in entries if entry.kind is Kind.KEYED]
    return [Keyed(at, key, MEANINGS.get(key, "")) for at, key in pressed]
