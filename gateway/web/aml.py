"""Where telephones bring their location over HTTPS (AML, ETSI TS 103 625): on a disk before it is answered.

What tells no position is taken all the same, for a telephone can do nothing about it. What is not signed as it must be,
or is no AML at all, is refused, kept and told of (quarantine.py). ``429`` and ``503`` say: bring it again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from hashlib import blake2b

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
)

from gateway.evidence import aml, aml_door, aml_form
from gateway.evidence.aml_told import Told
from gateway.incident.errors import EvidenceRefused
from gateway.journal import Journal
from gateway.messages.part import Part, received
from gateway.numbers import clean_for_display
from gateway.settings import Settings
from gateway.web.hooks import refused
from gateway.web.quarantine import Quarantine

PREFIX = aml_door.PATH
LARGEST = aml_form.LONGEST_BODY
"""Bytes of a request; a telephone's has some 900."""

PER_SECOND, AT_ONCE = 50.0, 200.0
"""Requests that one process takes, in the long run and in a moment; the city's line has about one call a minute."""

CONNECTOR = "https"


class Allowance:
    """So many a second, and so many at once; safe to share between threads."""

    def __init__(self, per_second: float, at_once: float, clock: Callable[[], float]):
        self._per_second = per_second
        self._most = self._left = at_once
        self._clock = clock
        self._at = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more is allowed now."""
        with self._lock:
            now = self._clock()
            self._left = min(self._most, self._left + (now - self._at) * self._per_second)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


def blueprint(
    settings: Settings,
    journal: Journal,
    quarantine: Quarantine,
    clock: Callable[[], float] = time.monotonic,
) -> Blueprint:
    """``POST /aml/<token>``; the token is the setting ``aml_seed``'s."""
    doors = Blueprint("aml", __name__)
    allowance = Allowance(PER_SECOND, AT_ONCE, clock)

    @doors.post(f"{PREFIX}<token>")
    def located(token: str) -> Response:
        if not aml_door.is_ours(settings, token):
            # Anybody may try words: nothing of it is kept.
            raise NotFound("there is no such address")
        if not allowance.take():
            raise TooManyRequests("more requests than are taken in a second: bring it again")
        body = _genuine_body(settings)
        taken = [(part, one) for one in aml_form.bodies(body) for part in [_part(one, time.time())] if part]
        if not taken:
            raise BadRequest(
                'this is no AML: a form or JSON with location_latitude, location_longitude, …, or A"ML text'
            )
        if not journal.keep([received(part) for part, _ in taken]):
            raise ServiceUnavailable("neither the store nor the disk takes anything: bring it again")
        return jsonify({"status": "kept", "messages": [_understood(one) for _, one in taken]})

    @doors.errorhandler(HTTPException)
    def refuse(fault: HTTPException) -> Response:
        if fault.code not in (404, 429):
            refused(fault, quarantine)
        return _answer(fault)

    return doors


def _answer(fault: HTTPException) -> Response:
    """What is wrong with a request, as JSON."""
    answer = jsonify({"error": {"status": fault.code, "name": fault.name, "why": fault.description}})
    answer.status_code = fault.code or 500
    if answer.status_code in (429, 503):
        answer.headers["Retry-After"] = "1"
    return answer


def _genuine_body(settings: Settings) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge(f"more than {LARGEST} bytes")
    body = request.get_data(cache=True)
    if len(body) > LARGEST:
        raise RequestEntityTooLarge(f"more than {LARGEST} bytes")
    keys = aml_door.keys(settings)
    if keys and not aml_form.is_genuine(body, keys):
        raise Forbidden("the field hmac is not made with a key of ours: check the setting aml_hmac_keys")
    return body


def _part(body: bytes, now: float) -> Part | None:
    """The message as it is kept; None if it is no AML. The same body again is the same message."""
    found = aml.messages(body, now)
    if not found:
        return None
    said = found[0].said
    return Part(
        channel=aml.CHANNEL,
        connector=CONNECTOR,
        id=blake2b(body, digest_size=16).hexdigest(),
        source=said.number,
        destination=clean_for_display(said.emergency_number, 32),
        body=body,
        charset="utf-8",
        at=now,
    )


def _understood(body: bytes) -> dict[str, object]:
    found: list[Told] = aml.messages(body, 0.0) or []
    refusals = [one.claim.why for one in found if isinstance(one.claim, EvidenceRefused)]
    return {"positions": len(found) - len(refusals), **({"why": refusals} if refusals else {})}
