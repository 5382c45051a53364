"""What came in by a channel, opened: parts become messages, and messages that no person wrote are told apart."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.contact import IncomingMessage
from gateway.evidence import aml
from gateway.evidence.aml_told import Told
from gateway.incident.errors import EvidenceRefused
from gateway.incident.report import Caller
from gateway.messages.part import Part
from gateway.numbers import clean_for_display, e164
from sms.decoding import join
from sms.reassembly import Fragment, Joined

# SMPP 3.4 appendix B; a gateway that is set wrongly passes receipts on as messages.
_RECEIPT = re.compile(r"\s*id:\S{1,65} sub:\d{1,3} dlvrd:\d{1,3} submit date:\d+ done date:\d+ stat:[A-Z]{5,7}\b")


def fragment(part: Part, identifier: str) -> Fragment:
    """The part, for reassembly.

    Args:
        identifier: its place in the stream of parts.
    """
    return Fragment(
        source=(part.channel, part.connector, part.source),
        group=(part.destination, part.reference),
        name=f"{part.channel}:{part.connector}:{part.id}",
        id=identifier,
        number=part.number,
        total=part.total,
        body=part.body,
        charset=part.charset,
        at=part.at,
        sent_at=part.sent_at,
        request=part.request,
    )


def message(joined: Joined) -> IncomingMessage:
    """The message in these parts."""
    first = joined.fragments[0]
    channel, connector, source = first.source
    number = e164(source)
    return IncomingMessage(
        id=joined.name,
        channel=channel,
        connector=connector,
        # Who has no number is known by what the network calls him, on that line alone.
        writer=number or (f"{channel}:{connector}:{source}" if source.strip() else ""),
        caller=Caller(number, connector, clean_for_display(source)),
        destination=clean_for_display(first.group[0]),
        text=join(joined.pieces),
        at=joined.at,
        sent_at=first.sent_at,
        total=joined.total,
        missing=joined.missing,
        awaited=joined.awaited,
        requests=tuple(fragment.request for fragment in joined.fragments if fragment.request),
    )


def as_it_came(joined: Joined) -> IncomingMessage:
    """The message in these parts, by as little of our code as can be; of its sender nothing is known."""
    channel, connector, _ = joined.fragments[0].source
    text = b" ".join(fragment.body for fragment in joined.fragments).decode("utf-8", "replace")
    return IncomingMessage(joined.name, channel, connector, "", Caller(trunk=connector), "", text, joined.at)


def aml_told(joined: Joined, text: str) -> list[Told] | None:
    """What an AML message tells; None if it is none."""
    body = b"".join(fragment.body for fragment in joined.fragments)
    if joined.fragments[0].source[0] == aml.CHANNEL:
        return aml.messages(body, joined.at) or [Told(EvidenceRefused(aml.CHANNEL, "it is none", aml.SOURCE, body))]
    if not aml.is_aml(text):
        text = aml.text_of(body, joined.fragments[0].charset)
    return aml.messages(text.encode("utf-8", "replace"), joined.at) if text else None


def beside_aml(message: IncomingMessage) -> IncomingMessage | None:
    """What a person wrote behind an AML message, as a message of its own; None if nobody did."""
    words = "" if message.channel == aml.CHANNEL else aml.words(message.text)
    return replace(message, text=words) if words else None


def is_receipt(text: str) -> bool:
    """Whether a text is a delivery receipt that came as a message."""
    return _RECEIPT.match(text) is not None
