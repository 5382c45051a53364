"""The URL under which desks and trunks fetch an incident's location (by reference, RFC 6442); gateway/web serves it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway import tokens
from gateway.settings import Settings

REFERENCE_LIVES_S = 4 * 3600.0
"""A location is wanted while a call and its dispatch last; after that the URL in somebody's log opens nothing."""

_PURPOSE, _DISCREET = "location", "place"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens.

    Attributes:
        discreet: whoever has it may not know that a case is one of violence: need and place, no more.
    """

    incident: str
    discreet: bool = False


def make_token(settings: Settings, incident: str, expires_at: float, *, discreet: bool = False) -> str:
    """A word for a URL that opens this incident's location until ``expires_at`` (epoch seconds)."""
    return tokens.make(settings, _DISCREET if discreet else _PURPOSE, incident, expires_at)


def read_token(settings: Settings, token: str, now: float) -> Opened | None:
    """What a token opens, or None if it is forged, garbled or expired."""
    for purpose in (_PURPOSE, _DISCREET):
        if incident := tokens.read(settings, purpose, token, now):
            return Opened(incident, purpose == _DISCREET)
    return None


def location_url(
    settings: Settings, incident: str, now: float, *, discreet: bool = False, until: float | None = None
) -> str:
    """The URL under which a desk fetches the incident's location from now on, for some hours.

    Args:
        until: when it ends (epoch seconds), if that is told by what it stands in.
    """
    expires_at = now + REFERENCE_LIVES_S if until is None else until
    token = make_token(settings, incident, expires_at, discreet=discreet)
    return f"{settings.public_url}/location/{token}"
