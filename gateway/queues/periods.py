"""What became of waiting today and in the last hour, by queue: for boards. Pure. Never by nature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

ANSWER_BOUNDS = (10.0, 15.0, 20.0)
"""Seconds of waiting within which answers are counted: 10 (EU), 15 and 20 (NENA-STA-020)."""

SLOT_SECONDS = 300
HOUR_SECONDS = 3600


@dataclass(slots=True)
class Tally:
    """One queue's, of some time.

    Attributes:
        answered: calls that a desk answered.
        within: how many of them within each of ANSWER_BOUNDS.
        hung_up: callers who hung up while they waited.
    """

    answered: int = 0
    within: list[int] = field(default_factory=lambda: [0] * len(ANSWER_BOUNDS))
    hung_up: int = 0

    def answer(self, waited: float) -> None:
        self.answered += 1
        self.within = [count + (waited <= bound) for count, bound in zip(self.within, ANSWER_BOUNDS, strict=True)]

    def add(self, other: Tally) -> None:
        self.answered += other.answered
        self.hung_up += other.hung_up
        self.within = [count + more for count, more in zip(self.within, other.within, strict=True)]


@dataclass(slots=True)
class Periods:
    """
    Attributes:
        day: the local date of ``today``; empty: nothing was counted yet.
        today: by queue.
        slots: by the second in which each began; those of the last hour, by queue.
        drills: contacts of today that were drills; they are counted nowhere else.
    """

    day: str = ""
    today: dict[str, Tally] = field(default_factory=dict)
    slots: dict[int, dict[str, Tally]] = field(default_factory=dict)
    drills: int = 0

    def answered(self, queue: str, at: float, waited: float, zone: tzinfo) -> None:
        for tally in self._tallies(queue, at, zone):
            tally.answer(waited)

    def hung_up(self, queue: str, at: float, zone: tzinfo) -> None:
        for tally in self._tallies(queue, at, zone):
            tally.hung_up += 1

    def drilled(self, at: float, zone: tzinfo) -> None:
        if self._is_today(at, zone):
            self.drills += 1

    def last_hour(self, queue: str, now: float) -> Tally:
        """Of the last 55 to 60 minutes: whole slots are counted."""
        whole = Tally()
        for begun, queues in self.slots.items():
            if begun > now - HOUR_SECONDS and queue in queues:
                whole.add(queues[queue])
        return whole

    def of_today(self, queue: str, now: float, zone: tzinfo) -> Tally:
        """Nothing, where nothing was counted since midnight."""
        return self.today.get(queue, Tally()) if self.day == _day(now, zone) else Tally()

    def drills_of_today(self, now: float, zone: tzinfo) -> int:
        return self.drills if self.day == _day(now, zone) else 0

    def _tallies(self, queue: str, at: float, zone: tzinfo) -> list[Tally]:
        begun = int(at // SLOT_SECONDS) * SLOT_SECONDS
        newest = max([begun, *self.slots])
        found = []
        # What was told late belongs where it happened, and what is over is not taken up again.
        if begun > newest - HOUR_SECONDS:
            self.slots = {slot: kept for slot, kept in self.slots.items() if slot > newest - HOUR_SECONDS}
            found.append(self.slots.setdefault(begun, {}).setdefault(queue, Tally()))
        if self._is_today(at, zone):
            found.append(self.today.setdefault(queue, Tally()))
        return found

    def _is_today(self, at: float, zone: tzinfo) -> bool:
        day = _day(at, zone)
        if day > self.day:
            self.day, self.today, self.drills = day, {}, 0
        return day == self.day

    def as_dict(self) -> dict[str, object]:
        slots = {str(begun): _plain(queues) for begun, queues in self.slots.items()}
        return {"day": self.day, "today": _plain(self.today), "slots": slots, "drills": self.drills}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Periods:
        """The reverse of ``as_dict``.

        Raises:
            KeyError, TypeError, AttributeError, ValueError: the data is none of ours.
        """
        slots = {int(begun): _tallies(queues) for begun, queues in data["slots"].items()}
        return cls(str(data["day"]), _tallies(data["today"]), slots, int(data["drills"]))


def _day(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).date().isoformat()


def _plain(queues: Mapping[str, Tally]) -> dict[str, list[int]]:
    return {queue: [tally.answered, tally.hung_up, *tally.within] for queue, tally in queues.items()}


def _tallies(data: Mapping[str, Any]) -> dict[str, Tally]:
    found = {}
    for queue, (answered, hung_up, *within) in data.items():
        if len(within) != len(ANSWER_BOUNDS):
            raise ValueError("counted up to other bounds")
        found[queue] = Tally(int(answered), [int(count) for count in within], int(hung_up))
    return found
