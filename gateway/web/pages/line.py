"""``GET /api/line``: whether who wants to speak SIP from the browser is in. The front asks it before Asterisk is."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway.accounts.rights import Right
from gateway.web.pages.guard import route_for
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts


def blueprint(_parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("line", __name__)

    @own.get("/api/line")
    @route_for(Right.WORK)
    def line() -> Response:
        return Response(status=204)

    return own
