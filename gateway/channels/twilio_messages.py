"""Twilio's Programmable Messaging: its webhooks, its REST service for messages, its list of what it delivered to us.

Twilio joins the parts of a long text itself and decodes it. A webhook that fails is lost unless a fallback URL is set:
the fallback process serves the same path. In Indonesia Twilio sends one way only; it is a second door.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from gateway.channels.twilio import is_genuine
from gateway.messages.channel import Forbidden, Malformed, NotSent, Outgoing, Receipt, Request, Uncertain
from gateway.messages.part import Part
from gateway.settings import Settings

CHANNEL = "twilio"
FORM = "application/x-www-form-urlencoded"

WAIT_SECONDS = 10
VALIDITY_SECONDS = (1, 36_000)
"""The least and the most that Twilio takes as a message's validity period."""

STATUSES = {
    "accepted": "unknown",
    "scheduled": "unknown",
    "queued": "unknown",
    "sending": "unknown",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "undelivered",
    "canceled": "undelivered",
}
"""What Twilio's message statuses mean for a receipt."""

OUR_FAULTS = {20003, 20404, 21212, 21603, 21606, 21607, 21659, 21660, 21703, 63007}
"""Twilio's error codes for credentials and senders: no reply leaves until somebody mends them. A country that is not
allowed (21408) and a receiver out of our sender's reach (21612) concern one reply."""

BUSY = {20429, 30001, 30022, 63018}
"""Its error codes for too much at a time."""

_SID = re.compile(r"[A-Za-z]{2}[0-9a-fA-F]{32}")


def connectors(settings: Settings) -> Sequence[str]:
    """The number or messaging service that messages come to and replies go out by; none: the channel is off."""
    on = settings.text("twilio_account_sid") and settings.text("twilio_auth_tokens")
    return [settings.text("sms_number")] if on and settings.text("sms_number") else []


def rate(_settings: Settings) -> float:
    """Messages per second: what a long code without further agreement is given; Twilio queues the rest itself."""
    return 1.0


def acknowledgement() -> tuple[bytes, str]:
    """A document that does nothing: every reply goes out by the REST service, where it has a status."""
    return b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml; charset=utf-8"


def incoming(settings: Settings, request: Request, now: float) -> list[Part]:
    """The message in a webhook's request.

    Raises:
        Forbidden: Twilio did not sign it.
        Malformed: it names no message.
    """
    form = _genuine_form(settings, request)
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid", "")
    if not _SID.fullmatch(sid):
        raise Malformed("MessageSid is missing or is none")
    body = form.get("Body", "") or _attachments(form)
    return [_part(sid, form.get("From", ""), form.get("To", ""), body, now)]


def receipt(settings: Settings, request: Request, _now: float) -> Receipt:
    """What a status callback says.

    Raises:
        Forbidden: Twilio did not sign it.
        Malformed: it has no status.
    """
    form = _genuine_form(settings, request)
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    if status not in STATUSES:
        raise Malformed("MessageStatus is missing or is none")
    code = form.get("ErrorCode", "")
    return Receipt(STATUSES[status], f"error {code}" if code.isdecimal() else "", form.get("MessageSid", "")[:64])


def send(settings: Settings, outgoing: Outgoing, http: HttpClient | None = None) -> str:
    """Send a reply; returns Twilio's id for it.

    Raises:
        NotSent: Twilio refused it, or could not be reached.
        Uncertain: the request was made, and no answer says what became of it.
    """
    account, sender = settings.text("twilio_account_sid"), outgoing.sender or settings.text("sms_number")
    if not account or not sender:
        raise NotSent("Twilio is off: set twilio_account_sid and sms_number", retryable=False, ours=True)
    values: dict[str, Any] = {"to": outgoing.to, "body": outgoing.text}
    values["messaging_service_sid" if sender.startswith("MG") else "from_"] = sender
    least, most = VALIDITY_SECONDS
    values["validity_period"] = max(least, min(most, int(outgoing.valid_until - time.time())))
    if outgoing.receipt_url.startswith("https:"):
        # Twilio refuses a message whose callback is not a public URL.
        values["status_callback"] = outgoing.receipt_url
    return str(_ask(settings, http, lambda client: client.messages.create(**values)).sid)


def delivered(settings: Settings, since: float, http: HttpClient | None = None) -> Iterator[Part]:
    """The messages that Twilio says it took for us since then, for whoever looks for what a webhook lost.

    Raises:
        NotSent, Uncertain: Twilio refused the question, or could not be reached.
    """
    number = settings.text("sms_number")
    earliest = datetime.fromtimestamp(since, UTC)
    asked = {"date_sent_after": earliest} | ({} if number.startswith("MG") else {"to": number})
    for message in _ask(settings, http, lambda client: client.messages.list(**asked)):
        if str(message.direction) == "inbound":
            sent = _time(message.date_sent)
            part = _part(str(message.sid), message.from_ or "", message.to or "", message.body or "", time.time(), sent)
            if sent is None or sent >= since:
                yield part


def _genuine_form(settings: Settings, request: Request) -> Mapping[str, str]:
    if not settings.text("twilio_auth_tokens"):
        raise Forbidden("Twilio is off here: the setting twilio_auth_tokens is empty")
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else []
    form = dict(pairs)
    if not is_genuine(settings, request.path, form, request.body, request.headers.get("x-twilio-signature", "")):
        raise Forbidden("the signature does not fit: check the settings public_url and twilio_auth_tokens")
    return form


def _attachments(form: Mapping[str, str]) -> str:
    """A message without words may be a picture; a desk is told so, for the picture itself is not fetched."""
    count = form.get("NumMedia", "0")
    return "[gambar / picture]" if count.isdecimal() and int(count) > 0 else ""


def _part(sid: str, source: str, destination: str, body: str, now: float, sent_at: float | None = None) -> Part:
    encoded = body.encode("utf-8", "replace")
    return Part(CHANNEL, destination, sid, source, destination, encoded, "utf-8", now, sent_at)


def _time(value: object) -> float | None:
    """Seconds since the epoch of a time as the REST service gives it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    try:
        return parsedate_to_datetime(str(value)).timestamp()
    except ValueError:
        return None


class _TokenRefused(NotSent):
    """Another token may do."""


def _ask(settings: Settings, http: HttpClient | None, question: Any) -> Any:
    """Put a question with each of our tokens in turn, since one of them may be rotated out."""
    tokens = [token.strip() for token in settings.secret("twilio_auth_tokens").split(",") if token.strip()]
    account = settings.text("twilio_account_sid")
    refused = NotSent("Twilio is off: the setting twilio_auth_tokens is empty", retryable=False, ours=True)
    for token in tokens:
        client = Client(account, token, http_client=http or TwilioHttpClient(timeout=WAIT_SECONDS))
        try:
            return _answer(client, question)
        except _TokenRefused as fault:
            refused = fault
    raise refused


def _answer(client: Client, question: Any) -> Any:
    try:
        return question(client)
    except TwilioRestException as fault:
        why = f"Twilio answered {fault.status}, its error {fault.code}"
        if fault.status == 401:
            raise _TokenRefused(why, retryable=False, ours=True) from None
        if fault.status >= 500 and fault.status != 503:
            raise Uncertain(why) from None
        busy = fault.status in (429, 503) or fault.code in BUSY
        ours = fault.status == 403 or fault.code in OUR_FAULTS
        raise NotSent(why, retryable=busy, ours=ours) from None
    except (TwilioException, OSError) as fault:  # what the package's HTTP client raises is an OSError
        if _never_connected(fault):
            raise NotSent(f"Twilio could not be reached: {type(fault).__name__}", retryable=True) from None
        raise Uncertain(f"Twilio was lost: {type(fault).__name__}") from None


def _never_connected(fault: BaseException | None) -> bool:
    """Whether at the root of it there was no connection at all: refused, no host or way of that name, or no answer."""
    while fault is not None:
        if isinstance(fault, NewConnectionError | ConnectTimeoutError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False
