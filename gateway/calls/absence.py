"""Which seats are to be left though nobody left them: the page is gone, or who sits there may sit there no longer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from gateway.calls.conference import Calls
from gateway.calls.members import reachable
from gateway.channels.ami_actions import ActionRefused, AmiAway
from gateway.store import StoreAway
from gateway.store.duty import OFF, Seat

LOST_SECONDS = 10.0
"""A page that has said nothing for so long is gone, unless its softphone answers; Asterisk asks it every 10 s."""

EXCUSED_SECONDS = 120.0
"""So long the softphone speaks for its page."""

ASKED_SECONDS = 5.0
"""How often it is asked whether who sits somewhere may."""


class Stay(Enum):
    """Whether an account may still be at its desk."""

    YES = auto()
    WHILE_TALKING = auto()  # the session came to its end: a caller on the line is not lost to that
    NO = auto()


@dataclass
class Absence:
    """Asked once a second, by one thread.

    Attributes:
        may_stay: may raise StoreAway.
        is_browser: whether a desk's telephone is its page; another one rings without any.
        over: the desks that have a caller still and are to get no other.
    """

    calls: Calls
    may_stay: Callable[[Seat], Stay]
    is_browser: Callable[[str], bool]
    over: set[str] = field(default_factory=set)
    _asked: float = 0.0

    def of(self, seats: Mapping[str, Seat], heard: dict[str, float], now: float) -> list[Seat]:
        """The seats to be left now; ``heard``: when each desk's page was last there. Never raises."""
        taken = {desk: seat for desk, seat in seats.items() if seat.state != OFF}
        self.over &= taken.keys()
        gone = [*self._silent(taken, heard, now), *self._not_allowed(taken, now)]
        return list({seat.desk: seat for seat in gone}.values())

    def _silent(self, seats: Mapping[str, Seat], heard: dict[str, float], now: float) -> list[Seat]:
        """Those whose page is gone. One that is not heard, and whose softphone answers, is there: it is we who do not
        hear it."""
        silent = [seat for desk, seat in seats.items() if now - heard.setdefault(desk, now) > LOST_SECONDS]
        try:
            answering = reachable(self.calls.manager) if silent else set()
        except AmiAway:
            return []  # Nothing could be done about them, and they may be there.
        return [seat for seat in silent if not self._is_excused(seat.desk, now - heard[seat.desk], answering)]

    def _is_excused(self, desk: str, silence: float, answering: Collection[str]) -> bool:
        if not self.is_browser(desk) or desk not in answering:
            return False
        # A page whose session is over cannot say that it is there.
        return desk in self.over or silence <= EXCUSED_SECONDS

    def _not_allowed(self, seats: Mapping[str, Seat], now: float) -> list[Seat]:
        if 0 <= now - self._asked < ASKED_SECONDS:
            return []
        self._asked = now
        try:
            stays = {desk: self.may_stay(seat) for desk, seat in seats.items()}
            talking = self._talking() if Stay.WHILE_TALKING in stays.values() else set()
        except (StoreAway, AmiAway, ActionRefused):
            return []
        self.over = {desk for desk, stay in stays.items() if stay is Stay.WHILE_TALKING and desk in talking}
        return [seat for desk, seat in seats.items() if stays[desk] is not Stay.YES and desk not in self.over]

    def _talking(self) -> set[str]:
        return {desk for contact in self.calls.all() for desk in contact.talking}
