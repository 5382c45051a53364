"""Kannel: the operator's SMSC, or a modem.

Our own Kannel's messages are taken where it keeps them (kannel_box.py); another one may bring its messages over HTTP.
Each part comes by itself, with its user data header. A reply goes out by Kannel's HTTP interface, and what became of it
comes to the signed URL that went out with it.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import math
import re
import socket
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.channels.kannel_conf import password, runs, smscs
from gateway.messages.channel import Forbidden, NotSent, Outgoing, Receipt, Request, Uncertain
from gateway.messages.part import Part
from gateway.messages.user_data_header import concatenation
from gateway.settings import Settings
from sms import gsm7

CHANNEL = "kannel"

WAIT_SECONDS = 10.0

RECEIPTS = 1 | 2 | 4 | 8 | 16
"""Every receipt: delivered, undelivered, waiting at the SMSC, taken by it, refused by it."""

STATUSES = {1: "delivered", 2: "undelivered", 4: "sent", 8: "sent", 16: "undelivered"}
RECEIPT_FIELDS = "status=%d&answer=%A&smsc=%i&id=%F"

CHARSETS = {
    "utf-8": "utf-8",
    "utf-16be": "utf-16-be",
    "ucs-2": "utf-16-be",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "latin-1",
    "8-bit": "binary",
}
CODINGS = {1: "binary", 2: "utf-16-be"}
SEVEN_BIT, UCS_2 = 0, 2

LONGEST_ADDRESS = 64
"""Letters kept of a sender or receiver; a network's own limit is 20."""

_NUMBER = re.compile(r"\+?[0-9]{3,20}")
SENDER = re.compile(r"\+?[0-9]{2,20}|[A-Za-z0-9 ._-]{1,11}")
"""What may be a message's sender (TS 23.040 §9.1.2.5): 20 digits, or a name of 11 letters."""

_CODE = re.compile(r"\b(?:NACK/|stat:|err:)[0-9A-Za-zx]{1,12}")


def connectors(settings: Settings) -> Sequence[str]:
    """The SMSCs in force; none: the channel is off."""
    return smscs(settings) if settings.flag("kannel") else []


def rate(settings: Settings) -> float:
    """Messages per second."""
    return float(settings.number("kannel_rate"))


def acknowledgement() -> tuple[bytes, str]:
    return b"", "text/plain; charset=utf-8"


def incoming(settings: Settings, request: Request, now: float) -> list[Part]:
    """The part that another Kannel brings. Whatever it lacks, it is taken: refused, it would only come again for ever.

    Raises:
        Forbidden: it does not come from a Kannel that we know.
    """
    _check_peer(settings, request)
    given = request.fields.get("token", b"")
    if not hmac.compare_digest(given, password(settings, "incoming").encode()):
        raise Forbidden("the token does not fit: `gateway112 kannel --url` prints the URL to set there")
    return [part(request.fields, request.body, now)]


def part(fields: Mapping[str, bytes], body: bytes, now: float) -> Part:
    """A part from what Kannel says of it, by the names of kannel_conf.FIELDS."""
    header = concatenation(fields.get("udh", b""))
    return Part(
        channel=CHANNEL,
        connector=_text(fields, "smsc") or CHANNEL,
        id=_text(fields, "id") or _own_id(fields, body),
        source=_text(fields, "from"),
        destination=_text(fields, "to"),
        body=body,
        charset=_charset(fields),
        at=now,
        sent_at=_seconds(_text(fields, "sent")),
        reference=header.reference if header else None,
        total=header.total if header else 1,
        number=header.number if header else 1,
    )


def receipt(settings: Settings, request: Request, _now: float) -> Receipt:
    """What became of a reply.

    Raises:
        Forbidden: it does not come from where Kannel is.
    """
    _check_peer(settings, request)
    return told_by(request.fields)


def told_by(fields: Mapping[str, bytes]) -> Receipt:
    """A receipt from what Kannel says of it, by the names of RECEIPT_FIELDS."""
    status = STATUSES.get(_whole(_text(fields, "status")), "unknown")
    # An SMSC's receipt quotes the beginning of the text: of all it says only the codes are kept.
    answer, _, _ = fields.get("answer", b"").decode("utf-8", "replace").partition("text:")
    codes = _CODE.findall(answer)
    return Receipt(status, " ".join(codes) if status == "undelivered" else "", _text(fields, "id"))


def send(settings: Settings, outgoing: Outgoing) -> str:
    """Hand a reply to Kannel, which sends it by the SMSC it names; returns an empty id, for there is none yet.

    Raises:
        NotSent: Kannel refused it, or is away.
        Uncertain: Kannel was lost while it took it.
    """
    if not runs(settings):
        raise NotSent("Kannel is off: the setting kannel, or no line in local/smsc.conf", retryable=False, ours=True)
    # Kannel would take a blank for the beginning of another receiver.
    if not _NUMBER.fullmatch(outgoing.to):
        raise NotSent("the writer's address is no number that can be written to", retryable=False)
    _check_alive(settings)
    _judge(*_post(settings, outgoing.text.encode("utf-8", "replace"), _headers(settings, outgoing)))
    return ""


def _headers(settings: Settings, outgoing: Outgoing) -> dict[str, str]:
    sender = outgoing.sender if SENDER.fullmatch(outgoing.sender) else settings.text("kannel_sender")
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": "gateway112",
        "X-Kannel-Password": password(settings, "send"),
        "X-Kannel-To": outgoing.to,
        "X-Kannel-From": sender,
        # In the GSM alphabet Kannel writes a question mark for every letter that is not in it.
        "X-Kannel-Coding": str(SEVEN_BIT if gsm7.fits(outgoing.text) else UCS_2),
        # In minutes; what is left of the last one is lost rather than exceeded.
        "X-Kannel-Validity": str(max(1, math.floor((outgoing.valid_until - time.time()) / 60))),
    }
    if outgoing.connector in connectors(settings):
        headers["X-Kannel-SMSC"] = outgoing.connector
    if outgoing.receipt_url:
        path = urlsplit(outgoing.receipt_url).path.replace("%", "%%")
        headers["X-Kannel-DLR-Mask"] = str(RECEIPTS)
        headers["X-Kannel-DLR-URL"] = f"{settings.inside_url}{path}?{RECEIPT_FIELDS}"
    return headers


def _check_alive(settings: Settings) -> None:
    """Raises NotSent: the process that speaks with SMSCs is away; the other one would keep the reply in memory."""
    try:
        socket.create_connection(("127.0.0.1", settings.number("kannel_admin_port")), timeout=WAIT_SECONDS).close()
    except OSError as fault:
        raise NotSent(f"Kannel's bearerbox is away: {type(fault).__name__}", retryable=True) from None


def _post(settings: Settings, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", settings.number("kannel_send_port"), timeout=WAIT_SECONDS)
    try:
        try:
            connection.connect()
        except OSError as fault:
            raise NotSent(f"Kannel's smsbox is away: {type(fault).__name__}", retryable=True) from None
        try:
            connection.request("POST", "/cgi-bin/sendsms", body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(500)
        except (OSError, http.client.HTTPException) as fault:
            raise Uncertain(f"Kannel was lost while it took a reply: {type(fault).__name__}") from None
    finally:
        connection.close()


def _judge(status: int, words: bytes) -> None:
    """Raises NotSent, Uncertain: Kannel did not take it."""
    if status in (200, 202):
        return
    why = f"Kannel answered {status}"
    if status == 503:
        raise NotSent(why, retryable=True)
    if status >= 500:
        raise Uncertain(why)
    if b"routable" in words:
        # One line's fault, and no reason to hold the replies of the others.
        raise NotSent(f"{why}: no line takes it", retryable=False)
    raise NotSent(why, retryable=False, ours=status in (403, 404))


def _check_peer(settings: Settings, request: Request) -> None:
    networks = settings.networks("kannel_peers")
    try:
        known = any(ip_address(request.peer) in network for network in networks)
    except ValueError:
        known = False
    if not known:
        raise Forbidden("it does not come from where Kannel is: see the setting kannel_peers")


def _charset(fields: Mapping[str, bytes]) -> str:
    coding = _whole(_text(fields, "coding"))
    return CODINGS.get(coding) or CHARSETS.get(_text(fields, "charset").lower(), "utf-8")


def _text(fields: Mapping[str, bytes], name: str) -> str:
    return fields.get(name, b"").decode("utf-8", "replace")[:LONGEST_ADDRESS]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _seconds(text: str) -> float | None:
    return float(_whole(text)) if _whole(text) > 0 else None


def _own_id(fields: Mapping[str, bytes], body: bytes) -> str:
    """The same for the same request, as Kannel's own would be."""
    told = b"\0".join([*(fields.get(name, b"") for name in ("from", "to", "sent", "smsc", "udh")), body])
    return hashlib.sha256(told).hexdigest()[:32]
