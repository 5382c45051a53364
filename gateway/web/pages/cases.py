"""``/api/cases/<incident>``: a case as its desk may see it; each look is a line of the audit."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.desk.not_done import NotDone
from gateway.rules.phrases import FIRST_LANGUAGE, phrases
from gateway.web.pages.floor import floor_of
from gateway.web.pages.guard import route_for, told, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts

_INCIDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")


def known_form(incident: str) -> bool:
    """Whether it may be an incident's name at all."""
    return bool(_INCIDENT.fullmatch(incident))


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("cases", __name__)
    floor = floor_of(parts)

    @own.get("/api/cases/<incident>")
    @route_for(Right.WORK, "view")
    def view(incident: str) -> Response:
        whose = floor.at_desk(visitor())
        told(agency=whose.agency, about=whose.desk)
        found = floor.hub.views.case(whose, incident) if known_form(incident) else None
        if found is None:
            raise NotDone("not_for_you")
        return Response(found.data, mimetype="application/json")

    @own.get("/api/phrases")
    @route_for(Right.WORK)
    def known_phrases() -> Response:
        known = phrases()
        language = request.args.get("language", "")
        language = language if language in known else FIRST_LANGUAGE
        named = known[language].values()
        return jsonify([{"name": each.name, "text": each.text} for each in named if each.text and not each.link])

    return own
