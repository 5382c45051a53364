"""The URL under which an agency's system fetches an incident as EIDO; gateway/web serves it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway import tokens
from gateway.rules.rulebook import Agency, Rulebook
from gateway.settings import Settings

LIVES_S = 4 * 3600.0
"""As long as the location by reference."""

ANYBODY = "-"
"""Stands for whoever may know need and place alone, such as who answers a call that overflowed to another exchange."""

_PURPOSE = "eido"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens: an incident, as this agency may know it.

    Attributes:
        until: when it ends (epoch seconds); whatever is reached through it ends then, too.
    """

    incident: str
    agency: str
    until: float


def make_token(settings: Settings, incident: str, agency: str, expires_at: float) -> str:
    """A word for a URL that opens this incident for this agency until ``expires_at`` (epoch seconds)."""
    return tokens.make(settings, _PURPOSE, f"{agency} {incident}", expires_at)


def read_token(settings: Settings, token: str, now: float) -> Opened | None:
    """What a token opens, or None if it is forged, garbled or expired."""
    text, until = tokens.read_until(settings, _PURPOSE, token, now) or ("", 0.0)
    agency, _, incident = text.partition(" ")
    return Opened(incident, agency, until) if agency and incident else None


def eido_url(settings: Settings, incident: str, agency: str, now: float) -> str:
    """The URL under which this agency fetches the incident from now on, for some hours."""
    return f"{settings.public_url}/eido/{make_token(settings, incident, agency, now + LIVES_S)}"


def reader(name: str, book: Rulebook) -> Agency | None:
    """The agency a token is for; None if there is no such agency any more."""
    if name == ANYBODY:
        return Agency(ANYBODY, "", "", "", sees_violence=False, desks=(), overflow=())
    return book.agencies.get(name)
