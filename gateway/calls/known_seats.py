"""Who is at which desk, also while the store cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.store import StoreAway
from gateway.store.duty import Seat, Seats

AWAY_SECONDS = 2.0
"""How long a store that was away is not asked again."""


class KnownSeats:
    """The seats as the store has them; while it is away, and for a moment after, as it had them.

    Args:
        desks: the ids of all desks, asked each time.
    """

    def __init__(self, seats: Seats, desks: Callable[[], Iterable[str]], clock: Callable[[], float]):
        self._seats = seats
        self._desks = desks
        self._clock = clock
        self._known: dict[str, Seat] = {}
        self._away_at = -AWAY_SECONDS

    def all(self) -> dict[str, Seat]:
        """By desk. Never raises."""
        now = self._clock()
        if not 0 <= now - self._away_at < AWAY_SECONDS:
            try:
                self._known = self._seats.of(self._desks())
            except StoreAway:
                self._away_at = now
        return self._known

    def put(self, seat: Seat) -> None:
        self._known[seat.desk] = seat

    def forget(self, desk: str) -> None:
        self._known.pop(desk, None)
