"""What a channel of messages is: one file in gateway/channels/, one line here.

A channel's module offers, by these names:

    connectors(settings) -> Sequence[str]            its lines in force; empty: the channel is off
    takes(settings) -> bool                          whether messages come in; only where that is not by its lines
    incoming(settings, request, now) -> list[Part]   the parts in a request; raises Forbidden, Malformed
    receipt(settings, request, now) -> Receipt       what became of a reply; raises Forbidden, Malformed
    acknowledgement() -> tuple[bytes, str]           body and content type that tell the provider: we have it
    send(settings, outgoing) -> str                  sends; returns the provider's id; raises NotSent, Uncertain
    delivered(settings, since) -> Iterable[Part]     what the provider says it delivered to us since; only where it can
    rate(settings) -> float                          messages per second it may be given
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

CHANNELS: dict[str, str] = {
    "kannel": "gateway.channels.kannel",
    "twilio": "gateway.channels.twilio_messages",
    "sip_message": "gateway.channels.sip_message",
}


def load(name: str) -> Any:
    """The module of a channel; imported when it is asked for, since few processes need them all.

    Raises:
        KeyError: there is no channel of this name.
    """
    return import_module(CHANNELS[name])


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request in plain values, so that a channel needs no web framework.

    Attributes:
        path: path and query, byte for byte as requested.
        fields: the query's and the form's fields, the last of a repeated one; percent-decoded bytes, for some
            providers put binary data there.
        body: the raw body.
        headers: by name in lower case.
        peer: the address that sent it.
    """

    path: str
    fields: Mapping[str, bytes] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    peer: str = ""


class Forbidden(Exception):
    """The request is not the provider's; the text says which setting to look at, and nothing of the request."""


class Malformed(Exception):
    """The request is the provider's but lacks what a message needs; the text names the field."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply to be sent.

    Attributes:
        incident, reply: the incident and the reply's own id; a receipt must bring both back.
        connector, to, sender: by which line, to whom, under which name; ``sender`` empty: the channel's own.
        text: GSM-7 where it can be (sms/gsm7.py), else anything.
        valid_until: seconds since the epoch; later it must not be sent any more.
        receipt_url: a signed URL of ours for this reply's receipts; empty if none are wanted.
    """

    incident: str
    reply: str
    connector: str
    to: str
    sender: str
    text: str
    valid_until: float
    receipt_url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a reply. Which reply it is about the signed URL of the request tells, not the provider's id.

    Attributes:
        status: ``sent`` (the network has it), ``delivered`` (the telephone has it), ``undelivered``, or ``unknown``.
        why: the provider's code for it, never the text.
    """

    status: str
    why: str = ""
    provider_id: str = ""


class NotSent(Exception):
    """A reply surely did not leave. The text names neither number nor words.

    Attributes:
        retryable: the same request may do better later.
        ours: the fault is on our side (settings, credentials, form), so every other reply fails likewise.
    """

    def __init__(self, why: str, *, retryable: bool, ours: bool = False):
        super().__init__(why)
        self.retryable = retryable
        self.ours = ours


class Uncertain(Exception):
    """A reply may have left or not: it must not be sent again."""
