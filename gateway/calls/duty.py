"""Duty: who is at which desk, and whether calls come there. What is wanted is in Redis; Asterisk is brought to it.

A page says every few seconds that it is there. One that does not has crashed or lost its network: its desk is passed
over, what rings there rings elsewhere, and whom it had waits at a queue's head. A telephone rings without a page: its
desk goes on as it was before anybody came.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gateway.calls.absence import LOST_SECONDS, Absence, Stay
from gateway.calls.conference import Calls
from gateway.calls.credentials import LASTS_SECONDS, Credential, Credentials
from gateway.calls.known_seats import KnownSeats
from gateway.calls.members import NO_REASON, OFF_DUTY, PAGE_LOST, SESSION_OVER, bring_about
from gateway.channels.ami_actions import ActionRefused, Actions, AmiAway
from gateway.incident.errors import Refused
from gateway.rules.rulebook import Agency, Desk, DeskKind, Rulebook
from gateway.store import StoreAway
from gateway.store.duty import OFF, ON, PAUSE, Seat, Seats
from gateway.store.waits import Waits

LOOK_SECONDS = 1.0
SWEEP_SECONDS = 30.0
LATE_SECONDS = 300.0
"""So long the password of a page that is there may be over: it could not renew it, and rings all the same."""

LONGEST_REASON = 60


class DutyRefused(Refused):
    """Going on duty there is not possible; ``where`` is a name of one word, ``why`` who or what is in the way."""


@dataclass
class Duties:
    """The duty of all desks. One object in one process; its methods may be called from any thread.

    Every method that changes something raises StoreAway, AmiAway and ActionRefused: then nothing has changed, or what
    has changed is mended by ``look``.

    Attributes:
        may_stay: whether a seat's account may still be at that desk; may raise StoreAway.
        lasts: seconds that a SIP password is good for.
        heard: when each desk's page was last there.
    """

    seats: Seats
    waits: Waits
    manager: Actions
    rulebook: Callable[[], Rulebook]
    clock: Callable[[], float]
    may_stay: Callable[[Seat], Stay] = lambda _seat: Stay.YES
    lasts: float = LASTS_SECONDS
    heard: dict[str, float] = field(default_factory=dict)
    _to_rescue: set[str] = field(default_factory=set)
    _swept: float = 0.0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._known = KnownSeats(self.seats, self._desks, self.clock)
        self.calls = Calls(self.manager)
        self.credentials = Credentials(self.manager, self.lasts)
        self.absence = Absence(self.calls, self.may_stay, is_browser=lambda desk: self._kind(desk) is DeskKind.BROWSER)

    # what a person asks for

    def all(self) -> dict[str, Seat]:
        """The seats that are taken, by desk."""
        return {desk: seat for desk, seat in self.seats.of(self._desks()).items() if seat.state != OFF}

    def seat_of(self, account: str) -> Seat | None:
        """As last known while the store is away."""
        with self._lock:
            return next((s for s in self._known.all().values() if s.account == account and s.state != OFF), None)

    def of(self, account: str) -> Seat | None:
        return next((seat for seat in self.all().values() if seat.account == account), None)

    def change(
        self, account: str, desk: str, state: str, tab: str, reason: str = "", *, instead: bool = False
    ) -> Seat | None:
        """Be on duty at a desk, pause there, or leave; returns the seat, None after leaving.

        Args:
            tab: names the page.
            instead: take over from another page, or another account.

        Raises:
            DutyRefused: no_desk, desk_taken (by another account), elsewhere_on_duty (in another page).
        """
        with self._lock:
            if state == OFF:
                self._go_off(account)
                return None
            if desk not in self._desks():
                raise DutyRefused("no_desk", "there is no such desk")
            self._refuse_twins(account, desk, tab, instead)
            before = self.seats.of([desk]).get(desk)
            since = before.since if before and (before.account, before.state) == (account, state) else self.clock()
            reason = _plain(reason) if state == PAUSE else ""
            seat = Seat(desk, account, PAUSE if state == PAUSE else ON, reason, since, tab)
            self.manager.pause(desk, state == PAUSE, reason or NO_REASON)
            self._arrive(seat, instead=instead)
            self.seats.put(seat)
            self.heard[desk] = self.clock()
            self._known.put(seat)
            self._to_rescue.discard(desk)
            return seat

    def here(self, account: str, tab: str) -> Seat | None:
        """The page says that it is there; None: it is at no desk, or another one is there in its place."""
        with self._lock:
            seat = next((each for each in self._known.all().values() if each.account == account), None)
            if seat is None or seat.tab != tab:
                return None
            self.heard[seat.desk] = self.clock()
            return seat

    def gone(self, account: str, tab: str) -> None:
        """The page is closed: as if it had been missed for a while, and at once."""
        with self._lock:
            seat = self.here(account, tab)
            if seat:
                self._lose(seat)
        self._rescue()

    def credential(self, account: str, tab: str, *, fresh: bool = True) -> Credential | None:
        """The SIP password of the page's desk; None where it has none to have.

        Args:
            fresh: a new one, after which the page's old one is wrong; else the page's own as long as it lasts.

        Raises:
            DutyRefused: not_on_duty, the page is at no desk.
        """
        seat = self.here(account, tab)
        if seat is None:
            raise DutyRefused("not_on_duty", "go on duty first")
        if self._kind(seat.desk) is DeskKind.TELEPHONE:
            return None
        return self.credentials.of_page(seat.desk, tab, self.clock(), fresh=fresh)

    # what goes on by itself

    def look(self) -> None:
        """Once a second: pages that are gone, and Asterisk as it is wanted. Never raises."""
        with self._lock:
            now = self.clock()
            for seat in self.absence.of(self._known.all(), self.heard, now):
                self._lose(seat)
            # The first that finds the store away speaks for all: requests wait for this lock.
            with contextlib.suppress(StoreAway):
                for seat in self._known.all().values():
                    self._stay(seat)
        with contextlib.suppress(AmiAway, ActionRefused):
            self._rescue()
            bring_about(self.manager, self._wanted, [desk for desk, _ in self._desks().values()], self._lock)
            self._sweep(now)
            self.calls.bring_back_who_is_alone()

    def _wanted(self) -> dict[str, Seat]:
        """The seats, as far as Asterisk is concerned: where a session is over no other caller comes."""
        over = self.absence.over
        return {
            desk: replace(seat, state=PAUSE, reason=SESSION_OVER) if desk in over else seat
            for desk, seat in self._known.all().items()
        }

    def _rescue(self) -> None:
        for desk in list(self._to_rescue):
            self.manager.pause(desk, True, PAGE_LOST)
            self.calls.rescue(desk)
            self._to_rescue.discard(desk)

    def _sweep(self, now: float) -> None:
        if not 0 <= now - self._swept < SWEEP_SECONDS:
            self._swept = now
            late = dict.fromkeys(self._known.all(), LATE_SECONDS) | dict.fromkeys(self.absence.over, math.inf)
            self.credentials.sweep(now, late)

    # steps

    def _desks(self) -> dict[str, tuple[Desk, Agency]]:
        return {desk.id: (desk, agency) for agency in self.rulebook().agencies.values() for desk in agency.desks}

    def _refuse_twins(self, account: str, desk: str, tab: str, instead: bool) -> None:
        for seat in self.all().values():
            alive = self.clock() - self.heard.get(seat.desk, 0.0) <= LOST_SECONDS
            if seat.desk == desk and seat.account != account and alive and not instead:
                raise DutyRefused("desk_taken", seat.account)
            if seat.account != account:
                continue
            if seat.tab != tab and alive and not instead:
                raise DutyRefused("elsewhere_on_duty", seat.desk)
            if seat.desk != desk:
                self._leave(seat, OFF_DUTY)

    def _arrive(self, seat: Seat, *, instead: bool = False) -> None:
        """Messages come to a desk at which somebody is."""
        if not self.waits.arrive(seat.desk, _session(seat), instead=instead):
            raise DutyRefused("elsewhere_on_duty", seat.desk)

    def _stay(self, seat: Seat) -> None:
        with contextlib.suppress(DutyRefused):
            if seat.state != OFF:
                self._arrive(seat)

    def _go_off(self, account: str) -> None:
        seat = self.of(account)
        if seat:
            self._leave(seat, OFF_DUTY)

    def _lose(self, seat: Seat) -> None:
        self._known.forget(seat.desk)
        self.heard.pop(seat.desk, None)
        if self._kind(seat.desk) is DeskKind.BROWSER:
            self._to_rescue.add(seat.desk)
        with contextlib.suppress(StoreAway, AmiAway, ActionRefused):
            self._leave(seat, PAGE_LOST)

    def _leave(self, seat: Seat, reason: str) -> None:
        telephone = self._kind(seat.desk) is DeskKind.TELEPHONE
        # Who goes off duty wants no rings; a page that is lost says nothing of the telephone beside it.
        if telephone and reason == OFF_DUTY:
            self.seats.put(replace(seat, state=OFF, reason="", since=self.clock()))
        else:
            self.seats.drop(seat.desk)
        self._known.forget(seat.desk)
        self.waits.leave(seat.desk, _session(seat))
        with contextlib.suppress(ActionRefused):
            self.manager.pause(seat.desk, not telephone or reason == OFF_DUTY, reason)
        if not telephone:
            self.credentials.revoke(seat.desk)

    def _kind(self, desk: str) -> DeskKind:
        known = self._desks().get(desk)
        return known[0].kind if known else DeskKind.BROWSER


def _session(seat: Seat) -> str:
    return f"page:{seat.account}:{seat.tab}"


def _plain(reason: str) -> str:
    """A reason as one line; it is shown on boards."""
    return "".join(sign for sign in reason if sign.isprintable()).strip()[:LONGEST_REASON]
