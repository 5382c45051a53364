"""One happening as a signed request."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.webhooks import ID, SIGNATURE, TIMESTAMP, Event

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Letter:
    """
    Attributes:
        headers: its name, by which a receiver knows it again, when it was sent, and the signature of both.
    """

    body: bytes
    headers: Mapping[str, str]


def letter(
    agency: str,
    entry: str,
    event: Event,
    at: float,
    content: Mapping[str, object],
    secrets: Sequence[str],
    now: float,
) -> Letter:
    """
    Args:
        entry: name of the entry that is told; with the agency's it names the letter, at each try the same.
        at: when it happened.
        content: what is told of the incident besides.
        secrets: each signs it.
    """
    name, stamp = f"{agency}.{entry}", str(int(now))
    told = {"id": name, "event": event.value, "at": at, "agency": agency, **content}
    body = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    signed = ",".join(f"v1={signature(secret, stamp, body)}" for secret in secrets)
    return Letter(body, {"Content-Type": MEDIA_TYPE, ID: name, TIMESTAMP: stamp, SIGNATURE: signed})


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``<timestamp>.<body>``, in hexadecimal."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
