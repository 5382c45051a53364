"""The link by which a telephone with data tells where it is (gateway/web/here.py answers it).

The token names the incident and when it ends, signed; that it is used once, the store sees to. Nothing is kept before.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from gateway import tokens
from gateway.rules.phrases import phrase_in
from gateway.settings import Settings
from sms.gsm7 import fits, segments

LIVES_SECONDS = 900
"""Who has not tapped it by then has been found otherwise, or gave the telephone to somebody else."""

LEAVES_WITHIN_SECONDS = 300
"""A text with a link that leaves later would arrive with little of its time left."""

PATH = "/h/"
PHRASE = "here"
PHRASES = (PHRASE, f"where_{PHRASE}")
"""The phrases that carry a link: alone, and with the question of the conversation that has the same name before it."""

_PURPOSE = "here"


def address(settings: Settings) -> str:
    """The URL below which links lie; empty where there may be none: it is no https, and not this machine (a trial)."""
    url = settings.text("link_url").rstrip("/") or settings.public_url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_trial = parts.scheme == "http" and host in ("127.0.0.1", "::1", "localhost")
    return url if host and (parts.scheme == "https" or is_trial) else ""


def link(settings: Settings, incident: str, now: float) -> str:
    """A link for this incident, good for one telephone and LIVES_SECONDS; empty where there may be none."""
    base = address(settings)
    return f"{base}{PATH}{tokens.make(settings, _PURPOSE, incident, now + LIVES_SECONDS)}" if base else ""


def incident_of(settings: Settings, token: str, now: float) -> str | None:
    """The incident that a token of a link names, or None if it is none of ours, or over."""
    return tokens.read(settings, _PURPOSE, token, now)


def text_with_link(settings: Settings, incident: str, language: str, now: float, phrase: str = PHRASE) -> str:
    """A phrase with a link in it, as one SMS; empty where there may be no link, or it does not fit."""
    url = link(settings, incident, now)
    text = phrase_in(language, phrase).text.replace("{link}", url)
    return text if url and fits(text) and segments(text) == 1 else ""
