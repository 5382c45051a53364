"""Signed, expiring words for URLs and SIP headers: only we can make one, and one purpose's is none of another's."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from gateway.settings import Settings

_SIGNATURE_BYTES = 16


def make(settings: Settings, purpose: str, text: str, expires_at: float) -> str:
    """A URL-safe token that carries ``text``, readable by who has it, until ``expires_at`` (epoch seconds)."""
    body = f"{int(expires_at)}.{text}".encode()
    return _encode(_signature(settings, purpose, body) + body)


def read(settings: Settings, purpose: str, token: str, now: float) -> str | None:
    """The text of a token, or None if it is forged, garbled, of another purpose, or expired."""
    opened = read_until(settings, purpose, token, now)
    return opened[0] if opened else None


def read_until(settings: Settings, purpose: str, token: str, now: float) -> tuple[str, float] | None:
    """The same, and when the token expires (epoch seconds)."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    # One spelling per token: base64 leaves unused bits in the last letter, which would make a second one valid.
    if _encode(raw) != token or not hmac.compare_digest(signature, _signature(settings, purpose, body)):
        return None
    expires_at, _, text = body.decode().partition(".")
    return (text, float(expires_at)) if now < int(expires_at) else None


def _signature(settings: Settings, purpose: str, body: bytes) -> bytes:
    key = settings.secret("signing_key").encode()
    return hmac.digest(key, purpose.encode() + b"\0" + body, hashlib.sha256)[:_SIGNATURE_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
