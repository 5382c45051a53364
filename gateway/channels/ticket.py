"""What one request of a call over TwiML tells the next: signed, in the URL, so that no session is kept anywhere.

A ticket is good for its own call alone, and for as long as Twilio lets a call last.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from typing import Any

from gateway import tokens
from gateway.settings import Settings
from ivr.steps import Position

LIVES_SECONDS = 25 * 3600.0
_ASKED, _DIALLED = "position", "dial"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was put to the caller.

    Attributes:
        since: when the call came, seconds since the epoch.
        steps: the steps so far, the present one last.
    """

    call_sid: str
    incident: str
    since: int
    position: Position
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialled:
    """The call was handed off, and a target is dialled.

    Attributes:
        order: the hand-off, packed (see gateway/contact.py).
        place: the location in words.
        turn: index of the target to dial next, if this one fails.
    """

    call_sid: str
    incident: str
    since: int
    order: str
    place: str
    silent: bool
    language: str
    turn: int = 0


def seal(settings: Settings, ticket: Asked | Dialled) -> str:
    """The ticket as a token for a URL."""
    purpose = _ASKED if isinstance(ticket, Asked) else _DIALLED
    text = json.dumps(astuple(ticket), separators=(",", ":"))
    return tokens.make(settings, purpose, text, ticket.since + LIVES_SECONDS)


def read_asked(settings: Settings, token: str, call_sid: str, now: float) -> Asked | None:
    """The ticket, or None if it is forged, garbled, expired, or another call's."""
    values = _read(settings, _ASKED, token, call_sid, now)
    try:
        call_sid, incident, since, position, steps = values
        return Asked(call_sid, incident, since, Position(*position), tuple(steps))
    except (TypeError, ValueError):
        return None


def read_dialled(settings: Settings, token: str, call_sid: str, now: float) -> Dialled | None:
    """The ticket, or None if it is forged, garbled, expired, or another call's."""
    try:
        return Dialled(*_read(settings, _DIALLED, token, call_sid, now))
    except TypeError:
        return None


def _read(settings: Settings, purpose: str, token: str, call_sid: str, now: float) -> list[Any]:
    text = tokens.read(settings, purpose, token, now)
    values: list[Any] = json.loads(text) if text else []
    return values if values and values[0] == call_sid else []
