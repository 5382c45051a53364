"""A part of a message as its channel gave it: most messages are one part."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind

INCOMING = "incoming"
"""Stands for an incident in entries of parts, which belong to none yet."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message.

    Attributes:
        channel: the door it came by, a name in gateway.messages.channel.CHANNELS.
        connector: which line of that door (SMSC, sender's service, trunk); a reply goes back by it.
        id: the provider's name for this part, the same at each redelivery of it.
        source: the sender as the network gave it: a number, a short code, a name, nothing. Never trusted, never logged.
        destination: whom it was sent to, as given.
        body: the text's bytes without the user data header.
        charset: ``utf-8``, ``utf-16-be``, ``latin-1``, ``gsm-7`` (one septet a byte), or ``binary`` (8-bit data).
        at: when we took it, seconds since the epoch.
        sent_at: when it was sent, as the provider says; None if it does not.
        reference, total, number: of a concatenated message (3GPP TS 23.040 §9.2.3.24.1 and .8): reference number,
            parts in all, and which one this is, from 1. A message in one part has total 1.
        request: the whole SIP request, where something besides the text came in it; else empty.
    """

    channel: str
    connector: str
    id: str
    source: str
    destination: str
    body: bytes
    charset: str
    at: float
    sent_at: float | None = None
    reference: int | None = None
    total: int = 1
    number: int = 1
    request: bytes = b""

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms; ``from_dict`` gives it back unchanged."""
        return {
            "channel": self.channel,
            "connector": self.connector,
            "id": self.id,
            "source": self.source,
            "destination": self.destination,
            "body": base64.b64encode(self.body).decode("ascii"),
            "charset": self.charset,
            "at": self.at,
            "sent_at": self.sent_at,
            "reference": self.reference,
            "total": self.total,
            "number": self.number,
            **({"request": base64.b64encode(self.request).decode("ascii")} if self.request else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Part:
        """The part that ``as_dict`` wrote.

        Raises:
            ValueError: the data is anything else.
        """
        try:
            coded = {name: base64.b64decode(str(data.get(name, "")), validate=True) for name in ("body", "request")}
            part = cls(**{**data, "body": data["body"], **coded})  # type: ignore[arg-type]  # checked next
            texts = (part.channel, part.connector, part.id, part.source, part.destination, part.charset)
            numbers = (part.at, part.sent_at or 0.0, part.reference or 0, part.total, part.number)
            if all(isinstance(text, str) for text in texts) and all(math.isfinite(number) for number in numbers):
                return part
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError("not a part of a message") from fault
        raise ValueError("a part of a message with an odd value")


def received(part: Part) -> Entry:
    """The entry by which a part is kept before anything else happens to it; its redelivery has the same key."""
    key = f"{part.channel}:{part.connector}:{part.id}:received"
    return Entry(INCOMING, Kind.RECEIVED, part.at, part.as_dict(), key)
