"""A caller on the line, as one desk's page shows it: does it ring, who talks, whom else was it offered to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.incident.timeline import Entry

RINGING, TALKING, ENDED = "ringing", "talking", "ended"

_PEERS = {"invited": "invited", "joined": "joined", "declined": "declined", "departed": "left"}
"""What a conference's entries say of an agency that was asked to join."""


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
    """

    state: str
    since: float
    peers: tuple[Peer, ...] = ()


def on_the_line(desk: str, entries: Sequence[Entry]) -> OnTheLine | None:
    """The call of this incident that this desk has or had last; None: it had none."""
    line: OnTheLine | None = None
    channel = ""
    for entry in entries:
        kind, own = entry.kind.value, entry.data.get("desk") == desk
        if own and kind == "rang" and (line is None or line.state != TALKING):
            line, channel = OnTheLine(RINGING, entry.at), entry.channel_id
        elif own and kind in ("answered", "joined"):
            line, channel = OnTheLine(TALKING, entry.at), entry.channel_id or channel
        elif line and ((own and kind == "departed") or _is_over(line, kind, entry.channel_id == channel)):
            line = line if line.state == ENDED else OnTheLine(ENDED, entry.at)
    return replace(line, peers=tuple(_peers(desk, entries))) if line else None


def _is_over(line: OnTheLine, kind: str, is_same: bool) -> bool:
    """Whether what happened to the caller's channel ends this: it is gone, or another desk was quicker."""
    if not is_same:
        return False
    return kind in ("left", "abandoned", "ended") or (kind == "answered" and line.state == RINGING)


def _peers(desk: str, entries: Iterable[Entry]) -> Iterable[Peer]:
    """The latest word of each agency."""
    found: dict[str, Peer] = {}
    for entry in entries:
        state, agency = _PEERS.get(entry.kind.value), str(entry.data.get("queue", ""))
        if not state or (state != "invited" and entry.data.get("desk") == desk):
            continue
        if state == "left":
            agency = next((each.agency for each in found.values() if each.desk == entry.data.get("desk")), agency)
        joined = str(entry.data.get("desk", "")) if state in ("joined", "left") else ""
        found[agency] = Peer(agency, joined, state, str(entry.data.get("why", "")) if state == "declined" else "")
    return found.values()


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
    pressed = [(entry.at, str(entry.data.get("key", ""))) for entry in entries if entry.kind.value == "keyed"]
    return [Keyed(at, key, MEANINGS.get(key, "")) for at, key in pressed]
