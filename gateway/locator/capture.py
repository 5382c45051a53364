"""A request as the edge copied it, and the entry that keeps it until the call it belongs to is known."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from gateway.incident.timeline import Entry, Kind

CAPTURED = "captured"
"""Stands for an incident in entries of requests, which belong to none yet."""


@dataclass(frozen=True, slots=True)
class Capture:
    """
    Attributes:
        source: address of who sent the request to the edge.
        at: when, seconds since the epoch.
        request: the request byte for byte.
    """

    source: str
    at: float
    request: bytes

    def entry(self) -> Entry:
        """What keeps it; a retransmission is kept once."""
        digest = blake2b(self.source.encode() + b"\0" + self.request, digest_size=16).hexdigest()
        request = base64.b64encode(self.request).decode("ascii")
        data = {"source": self.source, "at": self.at, "request": request}
        return Entry(CAPTURED, Kind.CAPTURED, self.at, data, f"{CAPTURED}:{digest}")

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Capture:
        """The request that such an entry's data keep.

        Raises:
            ValueError: they are something else.
        """
        try:
            request = base64.b64decode(str(data["request"]), validate=True)
            return cls(str(data["source"]), float(str(data["at"])), request)
        except (KeyError, binascii.Error) as fault:
            raise ValueError(f"not a captured request: {type(fault).__name__}") from None
