"""Where channels bring messages and receipts: what came is on a disk before it is answered, and nothing else is done.

What we do not take is refused with a plain text, kept and told of (quarantine.py); its provider tries again, or follows
its fallback. ``503`` says that we could keep it nowhere: then nobody but the provider has it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, InternalServerError, NotFound, ServiceUnavailable

from gateway.incident.timeline import Entry
from gateway.journal import Journal
from gateway.log import get_logger
from gateway.messages import channel as channels
from gateway.messages.part import received
from gateway.messages.replies import delivery, receipt_of
from gateway.settings import Settings
from gateway.web.hooks import FORM, refused, requested_path
from gateway.web.quarantine import Quarantine

PREFIX = "/messages/"
MOST_FIELDS = 200

log = get_logger("web")


def blueprint(settings: Settings, journal: Journal, quarantine: Quarantine) -> Blueprint:
    doors = Blueprint("messages", __name__, url_prefix="/messages")

    @doors.route("/<name>/incoming", methods=["GET", "POST"])
    def incoming(name: str) -> Response:
        channel = _channel(settings, name)
        parts = _ask(journal, channel.incoming, settings)
        _keep(journal, [received(part) for part in parts])
        return _acknowledged(channel)

    @doors.route("/<name>/receipt/<token>", methods=["GET", "POST"])
    def receipt(name: str, token: str) -> Response:
        channel = _channel(settings, name)
        now = time.time()
        about = receipt_of(settings, token, now)
        if about is None:
            raise NotFound("this is no receipt's address, or its time is over")
        told = _ask(journal, channel.receipt, settings)
        if entries := delivery(about, told, now):
            _keep(journal, entries)
        return _acknowledged(channel)

    @doors.errorhandler(HTTPException)
    def refuse(fault: HTTPException) -> Response:
        return refused(fault, quarantine)

    return doors


def _channel(settings: Settings, name: str) -> Any:
    """The module of a channel that is in force."""
    try:
        channel = channels.load(name)
    except KeyError:
        raise NotFound("there is no channel of this name") from None
    takes = getattr(channel, "takes", channel.connectors)
    if not takes(settings):
        raise Forbidden(f"the channel {name} is off: see `gateway112 settings`")
    return channel


def _ask(journal: Journal, question: Any, settings: Settings) -> Any:
    """What a channel understands of the request."""
    try:
        return question(settings, _plain(), time.time())
    except channels.Forbidden as fault:
        raise Forbidden(str(fault)) from None
    except channels.Malformed as fault:
        raise BadRequest(str(fault)) from None
    except HTTPException:
        raise
    except Exception:
        log.exception("a message was not understood", step=request.endpoint)
        journal.alarm("a fault of ours at the door of messages: what was refused is in the folder quarantine")
        raise InternalServerError("a fault of ours: the request was kept") from None


def _keep(journal: Journal, entries: Sequence[Entry]) -> None:
    if not journal.keep(entries):
        raise ServiceUnavailable("neither the store nor the disk takes anything: try again")


def _plain() -> channels.Request:
    body = request.get_data(cache=True)
    pairs = _fields(request.query_string)
    if request.mimetype == FORM:
        pairs += _fields(body)
    return channels.Request(
        path=requested_path(),
        fields=dict(pairs),
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        peer=request.remote_addr or "",
    )


def _fields(encoded: bytes) -> list[tuple[str, bytes]]:
    """Names and values; Latin-1 carries every byte of a value unchanged."""
    try:
        pairs = parse_qsl(encoded.decode("latin-1"), True, max_num_fields=MOST_FIELDS, encoding="latin-1")
    except ValueError:
        raise BadRequest(f"more than {MOST_FIELDS} fields") from None
    return [(name, value.encode("latin-1")) for name, value in pairs]


def _acknowledged(channel: Any) -> Response:
    body, content_type = channel.acknowledgement()
    return Response(body, 200, content_type=content_type)
