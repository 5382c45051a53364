"""Figures of the service, counted from the feed of all entries. Pure. Never by nature: who may see figures may not see
how many cases of violence there were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from gateway.channels.call_back import is_call_back
from gateway.incident.timeline import Entry, Kind
from gateway.queues.drills import Drills
from gateway.queues.events import HUNG_UP
from gateway.queues.periods import Periods

WAIT_BOUNDS = (5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds of waiting that answers are counted up to: 10 (EU), 15 and 20 (NENA-STA-020) among them."""


@dataclass(slots=True)
class Waits:
    """How long callers, or writers, of one queue waited until a desk answered.

    Attributes:
        within: answers within each of WAIT_BOUNDS, the shorter ones counted too.
        seconds: all waits together.
    """

    within: list[int] = field(default_factory=lambda: [0] * len(WAIT_BOUNDS))
    count: int = 0
    seconds: float = 0.0

    def add(self, waited: float) -> None:
        self.count += 1
        self.seconds += waited
        self.within = [number + (waited <= bound) for number, bound in zip(self.within, WAIT_BOUNDS, strict=True)]


@dataclass(slots=True)
class Figures:
    """Counts since the first start, of all that was no drill.

    Attributes:
        after: id in the feed of the last entry counted.
        opened: contacts by channel.
        queued, overflowed, raised, hung_up: by queue.
        waits: answers by queue.
        accepts: messages accepted by a desk, by queue.
        messages_overflowed, messages_raised: the same of messages, by queue.
        abandoned: callers who hung up before a desk answered, in the dialogue too.
        ended: calls by cause of their end.
        periods: what became of waiting calls today and in the last hour.
        drills: which incidents are drills now.
    """

    after: str = "0"
    opened: Counter[str] = field(default_factory=Counter)
    queued: Counter[str] = field(default_factory=Counter)
    overflowed: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    hung_up: Counter[str] = field(default_factory=Counter)
    waits: dict[str, Waits] = field(default_factory=dict)
    accepts: dict[str, Waits] = field(default_factory=dict)
    messages_overflowed: Counter[str] = field(default_factory=Counter)
    messages_raised: Counter[str] = field(default_factory=Counter)
    abandoned: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    alarms: int = 0
    periods: Periods = field(default_factory=Periods)
    drills: Drills = field(default_factory=Drills)

    def count(self, feed_id: str, entry: Entry, zone: tzinfo = UTC) -> None:
        """
        Args:
            zone: whose days are counted.
        """
        self.after = feed_id
        if not self.drills.has(entry):
            self._count(entry, zone)
        elif entry.kind is Kind.OPENED:
            self.periods.drilled(entry.at, zone)
        elif entry.kind is Kind.ALARM:
            self.alarms += 1

    def _count(self, entry: Entry, zone: tzinfo) -> None:
        if entry.kind in _OF_WAITING and is_call_back(entry.channel_id):
            return
        data = entry.data
        queue = str(data.get("queue", ""))
        of_message = data.get("medium") == "message"
        match entry.kind:
            case Kind.OPENED:
                self.opened[str(data.get("channel", ""))] += 1
            case Kind.QUEUED if not data.get("again"):
                self.queued[queue] += 1
            case Kind.OVERFLOWED:
                (self.messages_overflowed if of_message else self.overflowed)[queue] += 1
            case Kind.RAISED:
                (self.messages_raised if of_message else self.raised)[queue] += 1
            case Kind.LEFT if data.get("why") == HUNG_UP:
                self.hung_up[queue] += 1
                self.periods.hung_up(queue, entry.at, zone)
            case Kind.ANSWERED if isinstance(waited := data.get("waited"), int | float):
                self.waits.setdefault(queue, Waits()).add(float(waited))
                self.periods.answered(queue, entry.at, float(waited), zone)
            case Kind.ACCEPTED if isinstance(waited := data.get("waited"), int | float):
                self.accepts.setdefault(queue, Waits()).add(float(waited))
            case Kind.ABANDONED:
                self.abandoned += 1
            case Kind.ENDED:
                self.ended[str(data.get("cause") or "unknown")] += 1
            case Kind.ALARM:
                self.alarms += 1
            case _:
                pass

    def as_dict(self) -> dict[str, object]:
        return {
            "after": self.after,
            **{name: dict(getattr(self, name)) for name in _BY_LABEL},
            "waits": _plain(self.waits),
            "accepts": _plain(self.accepts),
            "abandoned": self.abandoned,
            "alarms": self.alarms,
            "periods": self.periods.as_dict(),
            "drills": list(self.drills.incidents),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Figures:
        """The reverse of ``as_dict``.

        Raises:
            ValueError: the data is none of ours.
        """
        try:
            # What came with messages is missing in figures that were kept before.
            waits, accepts = _waits(data["waits"]), _waits(data.get("accepts", {}))
            # So is what boards show.
            periods = Periods.from_dict(data["periods"]) if "periods" in data else Periods()
            counters = {name: Counter(data[name]) for name in _BY_LABEL if name in data or name not in _OF_MESSAGES}
            return cls(
                str(data["after"]),
                waits=waits,
                accepts=accepts,
                abandoned=int(data["abandoned"]),
                alarms=int(data["alarms"]),
                periods=periods,
                drills=Drills(dict.fromkeys(map(str, data.get("drills", ())))),
                **counters,
            )
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError("not figures") from fault


_OF_WAITING = (Kind.QUEUED, Kind.OVERFLOWED, Kind.RAISED, Kind.LEFT, Kind.ANSWERED)
"""In a call back nobody waits: a desk rings, and the caller afterwards."""

_OF_MESSAGES = ("messages_overflowed", "messages_raised")
_BY_LABEL = ("opened", "queued", "overflowed", "raised", "hung_up", "ended", *_OF_MESSAGES)


def _plain(waits: Mapping[str, Waits]) -> dict[str, object]:
    return {queue: [each.within, each.count, each.seconds] for queue, each in waits.items()}


def _waits(data: Mapping[str, Any]) -> dict[str, Waits]:
    waits = {
        queue: Waits([int(number) for number in within], int(count), float(seconds))
        for queue, (within, count, seconds) in data.items()
    }
    if any(len(each.within) != len(WAIT_BOUNDS) for each in waits.values()):
        raise ValueError("counted up to other bounds")
    return waits
