"""Twilio's webhooks. Closed for who is not Twilio, open for every caller: a fault of ours is answered with a hand-off.

What is refused is refused with a plain text, kept and told of (quarantine.py); Twilio then follows its fallback URL,
and the caller reaches a person by that. The status callback alone may fail: nobody is on the line then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import wraps

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException

from gateway.channels import twilio
from gateway.channels.twilio_call import TwilioCalls
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.web.quarantine import Quarantine

PREFIX = "/twilio/"
FORM = "application/x-www-form-urlencoded"
TOLD_HEADERS = ("Host", "Content-Type", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto")

log = get_logger("web")


def blueprint(settings: Settings, calls: TwilioCalls, quarantine: Quarantine) -> Blueprint:
    hooks = Blueprint("twilio", __name__, url_prefix="/twilio/voice")
    again = f"{settings.public_url}/twilio/voice/last-resort"
    # Made now, while nothing is wrong; a target that is malformed shows here, not in a call.
    last_resort = twilio.last_resort(settings, again)

    def answers(view: Callable[[Mapping[str, str], float], str]) -> Callable[[], Response]:
        """A view that answers a call: for Twilio alone, and never with an error of ours."""

        @wraps(view)
        def answer() -> Response:
            form = _genuine_form(settings)
            try:
                return _document(view(form, time.time()))
            except Exception:
                log.exception("a call was given to the operators", step=request.endpoint)
                calls.journal.alarm("a fault of ours in a call through Twilio: the caller was given to the operators")
                return _document(last_resort)

        return answer

    @hooks.post("")
    @answers
    def voice(form: Mapping[str, str], now: float) -> str:
        return calls.arrive(form, now)

    @hooks.post("/key")
    @answers
    def key(form: Mapping[str, str], now: float) -> str:
        return calls.key(form, request.args.get("at", ""), now)

    @hooks.post("/dialled")
    @answers
    def dialled(form: Mapping[str, str], now: float) -> str:
        return calls.dialled(form, request.args.get("at", ""), now)

    @hooks.post("/last-resort")
    @answers
    def operators(_form: Mapping[str, str], _now: float) -> str:
        return last_resort

    @hooks.post("/status")
    def status() -> tuple[str, int]:
        calls.status(_genuine_form(settings), time.time())
        return "", 204

    @hooks.errorhandler(HTTPException)
    def refuse(fault: HTTPException) -> Response:
        return refused(fault, quarantine)

    return hooks


def refused(fault: HTTPException, quarantine: Quarantine) -> Response:
    """A refused webhook: a plain text, and the request kept, for it may have been an emergency."""
    why = str(fault.description or fault.name)
    code = fault.code or 500
    told = {"method": request.method, "path": requested_path(), "from": request.remote_addr or ""}
    headers = {name: request.headers.get(name, "")[:200] for name in TOLD_HEADERS}
    quarantine.keep(code, why, told | headers, _body_so_far(), time.time())
    answer = Response(f"{code} {fault.name}: {why}\n", code, mimetype="text/plain")
    answer.headers.extend((name, value) for name, value in fault.get_headers() if name == "Allow")
    return answer


def _genuine_form(settings: Settings) -> Mapping[str, str]:
    body = request.get_data(cache=True)
    form: Mapping[str, str] = request.form if request.mimetype == FORM else {}
    if not settings.text("twilio_auth_tokens"):
        raise Forbidden("Twilio is off here: the setting twilio_auth_tokens is empty")
    if not twilio.is_genuine(settings, requested_path(), form, body, request.headers.get("X-Twilio-Signature", "")):
        raise Forbidden("the signature does not fit: check the settings public_url and twilio_auth_tokens")
    sid = form.get("CallSid", "")
    if not sid.isascii() or not sid.isalnum() or len(sid) > 64:
        raise BadRequest("CallSid is missing or is none")
    return form


def requested_path() -> str:
    """Path and query as requested, byte for byte: what was signed."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path.rstrip("?"))
    return raw if raw.startswith("/") else "/" + raw.partition("://")[2].partition("/")[2]


def _body_so_far() -> bytes:
    try:
        return request.get_data(cache=True)
    except HTTPException:
        return b""


def _document(text: str) -> Response:
    return Response(text, mimetype="text/xml")
