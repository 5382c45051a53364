"""The location by reference: a desk or a trunk fetches it under an expiring URL, always the newest, or all there is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from flask import Blueprint, Response, abort, jsonify, request

from gateway.evidence import held_answer, pidf_document
from gateway.evidence.ledger import is_withheld, ledger
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location, fuse
from gateway.incident.timeline import Entry, Incident, add_up
from gateway.location_reference import Opened, read_token
from gateway.settings import Settings
from gateway.store import Store, StoreAway

RETRY_AFTER_S = 2

JSON, XML = "application/json", ("application/xml", "text/xml")


class Incidents(Protocol):
    """What is asked of the store."""

    def timeline(self, incident: str) -> list[Entry]:
        """The incident's entries, none of an unknown one; StoreAway where the store does not answer."""


def blueprint(settings: Settings, store: Incidents | None = None, clock: Callable[[], float] = time.time) -> Blueprint:
    """``GET /location/<token>``: PIDF-LO, JSON or HELD as the request prefers; ``POST``: HELD (RFC 6753).

    ``GET /location/<token>/ledger``, or ``?all``: everything it is made of, as JSON.
    """
    pages = Blueprint("location", __name__)
    incidents = store or Store(settings)

    def answer(token: str, form: Callable[[Opened, list[Entry], float], Response]) -> Response:
        now = clock()
        opened = read_token(settings, token, now)
        if opened is None:
            # One answer for all that is wrong with a token: nothing is learnt by trying.
            abort(404)
        try:
            told = incidents.timeline(opened.incident)
        except StoreAway:
            return _later()
        return _kept_private(form(opened, told, now))

    @pages.get("/location/<token>")
    def location(token: str) -> Response:
        return answer(token, _everything if "all" in request.args else _newest)

    @pages.post("/location/<token>")
    def held(token: str) -> Response:
        return answer(token, _by_held)

    @pages.get("/location/<token>/ledger")
    def everything(token: str) -> Response:
        return answer(token, _everything)

    return pages


def located(incident: Incident, now: float) -> Location:
    """All evidence in an incident's timeline, fused and named."""
    known = {"trunk": incident.trunk} if incident.trunk else {}
    return fuse(_claims(incident.evidence), now, known=known, names=gazetteer())


def _claims(entries: Iterable[Mapping[str, object]]) -> Iterable[Evidence]:
    for data in entries:
        # What an older version wrote and we cannot read stays in the timeline.
        with contextlib.suppress(EvidenceRefused):
            yield Evidence.from_dict(data)


def _newest(opened: Opened, told: list[Entry], now: float) -> Response:
    place = located(add_up(opened.incident, told), now)
    wanted = request.accept_mimetypes.best_match([pidf_document.MEDIA_TYPE, *XML, JSON, held_answer.MEDIA_TYPE])
    if wanted == JSON:
        return jsonify({**_fused(place, now), "incident": opened.incident})
    if wanted == held_answer.MEDIA_TYPE:
        return _held(place, opened, now)
    return Response(pidf_document.document(place, opened.incident, now), mimetype=wanted or pidf_document.MEDIA_TYPE)


def _everything(opened: Opened, told: list[Entry], now: float) -> Response:
    incident = add_up(opened.incident, told)
    place = located(incident, now)
    lists = ledger(told, discreet=opened.discreet and is_withheld(incident))
    return jsonify({**_fused(place, now), "incident": opened.incident, **lists})


def _fused(place: Location, now: float) -> dict[str, object]:
    said = {language: words(place, language, now) for language in ("id", "en")}
    return {"at": now, "words": said, "location": place.as_dict()}


def _by_held(opened: Opened, told: list[Entry], now: float) -> Response:
    if request.mimetype != held_answer.MEDIA_TYPE:
        abort(415)
    return _held(located(add_up(opened.incident, told), now), opened, now)


def _held(place: Location, opened: Opened, now: float) -> Response:
    # What is wrong is told in the body, with status 200 (RFC 5985 section 8.3).
    return Response(held_answer.document(place, opened.incident, now), mimetype=held_answer.MEDIA_TYPE)


def _later() -> Response:
    answer = jsonify({"error": {"status": 503, "why": "the store does not answer; ask again"}})
    answer.status_code = 503
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return _kept_private(answer)


def _kept_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Vary"] = "Accept"
    return answer
