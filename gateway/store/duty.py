"""Who is on duty at which desk, in Redis: it outlives the process that knows whose page is still there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from gateway.store.connection import away

ON, PAUSE, OFF = "on", "pause", "off"


@dataclass(frozen=True, slots=True)
class Seat:
    """One account at one desk.

    Attributes:
        state: ON, PAUSE (no new calls), or OFF (somebody went off duty at a telephone, which is to stay silent).
        reason: of a pause, in the call taker's words; empty: none was given.
        since: when this state began, seconds since the epoch.
        tab: the one page that is the desk's.
    """

    desk: str
    account: str
    state: str
    reason: str = ""
    since: float = 0.0
    tab: str = ""


class Seats:
    """Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client

    def of(self, desks: Iterable[str]) -> dict[str, Seat]:
        """The seats at these desks, by desk; those that nobody took are left out."""
        desks = list(desks)
        with away():
            texts = self._redis.mget([f"duty:{desk}" for desk in desks]) if desks else []
        found = (_read(desk, text) for desk, text in zip(desks, texts, strict=True))
        return {seat.desk: seat for seat in found if seat}

    def put(self, seat: Seat) -> None:
        values = {name: value for name, value in asdict(seat).items() if name != "desk"}
        with away():
            self._redis.set(f"duty:{seat.desk}", json.dumps(values, separators=(",", ":")))

    def drop(self, desk: str) -> None:
        with away():
            self._redis.delete(f"duty:{desk}")


def _read(desk: str, text: bytes | None) -> Seat | None:
    """What cannot be read is nobody's."""
    try:
        values = json.loads(text or b"null")
        return Seat(
            desk,
            str(values["account"]),
            str(values["state"]),
            str(values.get("reason", "")),
            float(values.get("since", 0.0)),
            str(values.get("tab", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
