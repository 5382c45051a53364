"""The URL under which desks and trunks fetch an incident's location (by reference, RFC 6442); gateway/web serves it."""

from __future__ import annotations

from gateway import tokens
from gateway.settings import Settings

REFERENCE_LIVES_S = 4 * 3600.0
"""A location is wanted while a call and its dispatch last; after that the URL in somebody's log opens nothing."""

_PURPOSE = "location"


def make_token(settings: Settings, incident: str, expires_at: float) -> str:
    """A word for a URL that opens this incident's location until ``expires_at`` (epoch seconds)."""
    return tokens.make(settings, _PURPOSE, incident, expires_at)


def read_token(settings: Settings, token: str, now: float) -> str | None:
    """The incident a token opens, or None if it is forged, garbled or expired."""
    return tokens.read(settings, _PURPOSE, token, now)


def location_url(settings: Settings, incident: str, now: float) -> str:
    """The URL under which a desk fetches the incident's location from now on, for some hours."""
    return f"{settings.public_url}/location/{make_token(settings, incident, now + REFERENCE_LIVES_S)}"
