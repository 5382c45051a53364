"""``POST /api/find``: cases by number, name, place, nature or words; ``GET /api/found``: how these stand by now.

What was looked for stands in no address and no log, and not in the audit: there it is what kind of thing it was.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.desk.catalogue import Catalogue
from gateway.desk.finding import Finding
from gateway.desk.rows import Rows
from gateway.desk.term import read_term
from gateway.log import get_logger
from gateway.store import StoreAway
from gateway.web.pages.floor import floor_of
from gateway.web.pages.guard import body, route_for, told, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.pace import Buckets
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused

AT_ONCE, A_SECOND = 20, 1 / 3
"""Searches of one account: enough for who is looking for somebody, too few to go through all numbers."""

LOOK_SECONDS = 30.0

_INCIDENTS = re.compile(r"[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64}){0,29}")

log = get_logger("pages")


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("finding", __name__)
    floor, finding, searches = floor_of(parts), finding_of(parts), Buckets(parts.clock)

    @own.post("/api/find")
    @route_for(Right.WORK, "find")
    def find() -> Response:
        who = visitor()
        whose = floor.at_desk(who)
        told(agency=whose.agency)
        if wait := searches.take((who.account.name,), A_SECOND, AT_ONCE):
            raise PageRefused(429, "too_often", after=wait)
        given = body().get("term")
        if not isinstance(given, str):
            raise PageRefused(400, "malformed")
        term = read_term(given)
        told(about=term.looks)
        if not term.wanted:
            raise PageRefused(400, "term_short")
        return _unkept(finding.find(whose.agency, whose.desk, term, whose.language))

    @own.get("/api/found")
    @route_for(Right.WORK, "found", hourly=True)
    def found() -> Response:
        """It looks for nothing: what is asked for are cases that the page shows, and that it may find."""
        whose = floor.at_desk(visitor())
        told(agency=whose.agency)
        asked = request.args.get("of", "")
        if not _INCIDENTS.fullmatch(asked):
            raise PageRefused(400, "malformed")
        incidents = list(dict.fromkeys(asked.split(",")))
        return _unkept({"rows": finding.again(whose.agency, whose.desk, incidents, whose.language)})

    return own


def _unkept(answer: dict[str, Any]) -> Response:
    told_now = jsonify(answer)
    told_now.headers["Cache-Control"] = "no-store"
    return told_now


def finding_of(parts: Parts) -> Finding:
    """The one of these parts."""
    if parts.finding is None:
        floor = floor_of(parts)
        catalogue = Catalogue(parts.store, floor.around.names, parts.clock)
        rows = Rows(floor.hub.glance, parts.rulebook, floor.around.names, parts.clock)
        parts.finding = Finding(catalogue, rows, parts.rulebook)
    found: Finding = parts.finding
    return found


def begin(parts: Parts) -> None:
    """Look at the cases now and then, so that the first search need not read all of them."""
    threading.Thread(target=_keep_looking, args=(finding_of(parts).catalogue,), name="finding", daemon=True).start()


def _keep_looking(catalogue: Catalogue) -> None:
    pause = threading.Event()
    while True:
        try:
            catalogue.look()
        except StoreAway:
            log.warning("the cases cannot be looked at: the store is away")
        except Exception:
            log.exception("the cases could not be looked at")
        pause.wait(LOOK_SECONDS)
