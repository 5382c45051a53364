"""``POST /lost``: LoST over HTTP (RFC 5222 §14). Every answer is HTTP 200; what is wrong is told in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gateway.gazetteer import current
from gateway.incident.location import Names
from gateway.lost import MEDIA_TYPE, LostFault
from gateway.lost.server import Lost
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings


def blueprint(
    settings: Settings,
    rulebook: Callable[[], Rulebook],
    names: Names | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    pages = Blueprint("lost", __name__)
    server = Lost(settings, rulebook, names or current.names(settings), clock)

    @pages.post("/lost")
    def lost() -> Response:
        try:
            document = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return _written(server.error(LostFault("badRequest", "the query is too large")))
        except HTTPException:
            return _written(server.error(LostFault("badRequest", "the query did not come whole")))
        return _written(server.answer(document))

    return pages


def _written(answer: bytes) -> Response:
    return Response(answer, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
