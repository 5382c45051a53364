"""SIP MESSAGE (RFC 3428), the way an IMS network hands over SMS: in by the edge, or by Asterisk; out through Asterisk.

The edge brings a message to our door and acknowledges it when it is kept. While we are away, and without an edge,
Asterisk takes it: it answers 202 before its dialplan sees a message. The dialplan puts it into Asterisk's own database,
where it stays until the journal has it; so neither our absence nor Redis' loses it. Asterisk 22 passes on plain text
alone, and of a text of 1,024 bytes or more nothing but that it came.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote, unquote, unquote_to_bytes

from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.channels.ami_actions import Actions
from gateway.channels.asterisk_trunks import trunk_endpoints
from gateway.channels.kamailio_conf import password
from gateway.channels.sip_text import charset, text
from gateway.incident.errors import EvidenceRefused
from gateway.incident.timeline import Entry
from gateway.locator.sip_request import SipRequest, read
from gateway.messages.channel import Forbidden, Malformed, NotSent, Outgoing, Receipt, Request, Uncertain
from gateway.messages.part import Part, received
from gateway.queues.state import whole
from gateway.rules import load
from gateway.settings import Settings

CHANNEL = "sip_message"

FAMILY, TEXTS = "g112-message", "g112-message-text"
"""As in asterisk_conf/extensions.conf.j2."""

BATCH = 500

UNREADABLE = "[pesan terlalu panjang, isinya tidak sampai / too long, its text did not arrive]"

PLACES = ("geolocation", "p-access-network-info", "cellular-network-info")
"""Headers that tell of a place."""

_TIME = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,6})?")
_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._-]+)", re.IGNORECASE)
_USER = re.compile(r"(?:<\s*)?(?:sips?|tel|pjsip):(?:sips?:|tel:)?([^@;>]*)")


class Journal(Protocol):
    def keep(self, entries: Sequence[Entry]) -> bool: ...


def connectors(settings: Settings) -> Sequence[str]:
    """The trunks that messages may go out by: those that take calls of ours."""
    return [trunk.name for trunk in load(settings.rules).trunks.values() if trunk.outgoing and not trunk.twilio]


def rate(_settings: Settings) -> float:
    """Messages per second."""
    return 10.0


def takes(settings: Settings) -> bool:
    """Whether messages come in: by any trunk, also by one that takes none of ours."""
    return settings.flag("edge")


def incoming(settings: Settings, request: Request, now: float) -> list[Part]:
    """The message that the edge brings: a raw SIP request, in base64.

    Raises:
        Forbidden: it does not come from our edge.
        Malformed: it is no SIP request.
    """
    given = request.headers.get("x-g112-token", "").encode()
    if not hmac.compare_digest(given, password(settings, "messages").encode()):
        raise Forbidden("the token does not fit: only the edge brings SIP messages")
    try:
        raw = base64.b64decode(request.body, validate=True)
        message = read(raw)
    except (binascii.Error, EvidenceRefused) as fault:
        raise Malformed(f"no SIP request in base64: {type(fault).__name__}") from None
    written = text(message)
    if written is None:
        return []
    sequence = whole(message.first("cseq").partition(" ")[0]) or 0
    if not message.call_id:
        raise Malformed("a SIP request without Call-ID")
    return [
        Part(
            channel=CHANNEL,
            connector=request.headers.get("x-g112-trunk", ""),
            # As read_note names it: a message that came both ways is one.
            id=f"{message.call_id}-{sequence}",
            source=user(message.first("p-asserted-identity")) or written.source or user(message.first("from")),
            destination=user(message.first("to")),
            body=written.body,
            charset=written.charset,
            at=now,
            reference=written.reference,
            total=written.total,
            number=written.number,
            request=raw if tells_more(message) else b"",
        )
    ]


def tells_more(message: SipRequest) -> bool:
    """Whether anything besides the text may tell of a place."""
    if any(message.texts(name) for name in PLACES):
        return True
    return re.search("multipart|pidf", message.first("content-type"), re.IGNORECASE) is not None


def receipt(_settings: Settings, _request: Request, _now: float) -> Receipt:
    """
    Raises:
        Forbidden: always; the network tells Asterisk no more than that it took a message.
    """
    raise Forbidden("SIP messages have no receipts over HTTP")


def acknowledgement() -> tuple[bytes, str]:
    return b"", "text/plain; charset=utf-8"


def send(settings: Settings, outgoing: Outgoing) -> str:
    """Hand a reply to Asterisk, which sends it over the trunk it came by; returns an empty id, for there is none.

    Raises:
        NotSent: Asterisk refused it, or is away, or the trunk takes nothing of ours.
        Uncertain: Asterisk was lost while it answered.
    """
    trunks = {trunk.name: trunk for trunk in trunk_endpoints(settings, load(settings.rules))}
    trunk = trunks.get(outgoing.connector)
    if trunk is None or not trunk.contact:
        raise NotSent("the trunk takes no messages of ours: give it `outgoing`", retryable=False)
    host = re.sub(r"^sips?:(?:[^@]*@)?", "", trunk.contact)
    number = quote(outgoing.to, safe="+")
    fields = {
        "Action": "MessageSend",
        "Destination": f"pjsip:{trunk.endpoint}/sip:{number}@{host}",
        "From": f"<sip:{quote(outgoing.sender or '112', safe='+')}@{settings.text('sip_address')}>",
        "Base64Body": base64.b64encode(outgoing.text.encode()).decode("ascii"),
    }
    try:
        manager = Manager(settings)
        manager.__enter__()
    except AmiAway as away:
        raise NotSent(str(away), retryable=True) from None
    try:
        manager.send(fields)
    except AmiAway as away:
        raise Uncertain(str(away)) from None
    except ActionRefused as refused:
        raise NotSent(f"Asterisk refused: {refused}", retryable=True) from None
    finally:
        manager.close()
    return ""


class Taker:
    """Takes what the dialplan noted into the journal; a note goes when the journal has it.

    Args:
        journal: what keeps entries, or a spool while the store is away.
    """

    def __init__(self, manager: Actions, journal: Journal):
        self._manager = manager
        self._journal = journal

    def take(self, now: float) -> int:
        """How many messages were taken.

        Raises:
            AmiAway, ActionRefused: Asterisk's manager is away, or will not.
        """
        notes = self._manager.database(FAMILY)
        if not notes:
            return 0
        texts = self._manager.database(TEXTS)
        keys = sorted(notes, key=_came)[:BATCH]
        entries = [received(read_note(key, notes[key], texts.get(key, ""), now)) for key in keys]
        if not self._journal.keep(entries):
            return 0
        for key in keys:
            self._forget(FAMILY, key)
            self._forget(TEXTS, key)
        return len(keys)

    def _forget(self, family: str, key: str) -> None:
        try:
            self._manager.delete(family, key)
        except ActionRefused:
            return  # Asterisk keeps no empty text.


def _came(key: str) -> tuple[int, int, str]:
    """When a note's message came, and as the how manieth since Asterisk started."""
    second, count, *_ = [*key.split("-"), "", ""]
    return whole(second) or 0, whole(count) or 0, key


def read_note(key: str, note: str, text: str, now: float) -> Part:
    """The message that the dialplan noted, whatever is wrong with the note."""
    values = [unquote(value) for value in note.split("|")]
    at, trunk, sender, asserted, to, call_id, sequence, kind, length, *_ = [*values, *[""] * 9]
    body = unquote_to_bytes(text)
    if not body and (whole(length) or 0) > 0:
        body = UNREADABLE.encode()
    return Part(
        channel=CHANNEL,
        connector=trunk,
        id=f"{call_id}-{sequence}" if call_id else key,
        source=user(asserted) or user(sender),
        destination=user(to),
        body=body,
        charset=_charset(kind, body),
        at=_seconds(at, now),
    )


def user(uri: str) -> str:
    """The user part of a SIP or tel URI (RFC 3261 §19.1, RFC 3966), with or without a display name; empty if none."""
    found = _USER.search(uri)
    return unquote(found[1]).strip() if found else ""


def _seconds(text: str, now: float) -> float:
    """A time in seconds since the epoch; ``now`` for what is none, or not yet."""
    return min(float(text), now) if _TIME.fullmatch(text) else now


def _charset(kind: str, body: bytes) -> str:
    named = _CHARSET.search(kind)
    return charset(named[1] if named else "", body)
