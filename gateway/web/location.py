"""The location by reference: a desk or a trunk fetches it under an expiring URL, always the newest."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from flask import Blueprint, Response, abort, jsonify, request

from gateway.evidence import pidf_document
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location, fuse
from gateway.incident.timeline import Incident
from gateway.location_reference import read_token
from gateway.settings import Settings
from gateway.store import Store, StoreAway

RETRY_AFTER_S = 2


class Incidents(Protocol):
    """What is asked of the store."""

    def incident(self, identifier: str) -> Incident:
        """The incident, empty if nothing is stored of it; StoreAway where the store does not answer."""


def blueprint(settings: Settings, store: Incidents | None = None, clock: Callable[[], float] = time.time) -> Blueprint:
    """``GET /location/<token>``: PIDF-LO, or JSON where the request prefers it."""
    pages = Blueprint("location", __name__)
    incidents = store or Store(settings)

    @pages.get("/location/<token>")
    def location(token: str) -> Response:
        now = clock()
        identifier = read_token(settings, token, now)
        if identifier is None:
            # One answer for all that is wrong with a token: nothing is learnt by trying.
            abort(404)
        try:
            incident = incidents.incident(identifier)
        except StoreAway:
            return _later()
        return _kept_private(_answer(incident, identifier, now))

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


def _answer(incident: Incident, identifier: str, now: float) -> Response:
    place = located(incident, now)
    wanted = request.accept_mimetypes.best_match([pidf_document.MEDIA_TYPE, "application/xml", "application/json"])
    if wanted == "application/json":
        said = {language: words(place, language, now) for language in ("id", "en")}
        return jsonify({"incident": identifier, "at": now, "words": said, "location": place.as_dict()})
    return Response(pidf_document.document(place, identifier, now), mimetype=wanted or pidf_document.MEDIA_TYPE)


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
