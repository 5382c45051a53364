"""A caller's telephone in the browser, for drills and trials; off unless the setting ``phone`` says otherwise.

It is a trunk of its own: what it dials is 112, and each of its calls is a drill. Each login has a line of its own,
which ends with it (gateway/calls/drill_lines.py).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from gateway.accounts.rights import Right
from gateway.calls.credentials import Credential, Credentials
from gateway.calls.drill_lines import DrillLines
from gateway.queues.drills import PHONE_LINES
from gateway.web.pages.asterisk import asked_of_asterisk, manager_of
from gateway.web.pages.desk_page import shell
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("phone", __name__)
    lines = DrillLines(Credentials(manager_of(parts)), PHONE_LINES, parts.sessions.goes_on, parts.clock)

    @own.get("/phone")
    @route_for(Right.WORK)
    def page() -> str:
        _refuse_unless_on(parts)
        return shell(parts.settings, "phone")

    @own.get("/api/phone")
    @route_for(Right.WORK, "drill")
    def begin() -> Response:
        _refuse_unless_on(parts)
        who = visitor()
        with asked_of_asterisk():
            credential = lines.of(who.session.digest)
        return jsonify({
            "csrf": who.session.csrf,
            "language": who.language,
            "timezone": parts.settings.text("timezone"),
            "now": parts.clock(),
            "sip": _sip(parts, credential),
        })  # fmt: skip

    return own


def _refuse_unless_on(parts: Parts) -> None:
    if not parts.settings.flag("phone"):
        raise PageRefused(404, "not_found")


def _sip(parts: Parts, credential: Credential) -> dict[str, Any]:
    uri = f"sip:{credential.user}@127.0.0.1"
    return {
        "ws": parts.settings.sip_websocket_url,
        "uri": uri,
        "user": credential.user,
        "password": credential.password,
        "expires_at": credential.expires_at,
    }
