"""The location by reference: a desk or a trunk fetches it under an expiring URL, always the newest, or all there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, abort, jsonify, request

from gateway.evidence import discreet, held_answer, pidf_document
from gateway.evidence.ledger import ledger
from gateway.evidence.words import words
from gateway.gazetteer.current import names
from gateway.hand_off import evidence_of
from gateway.incident.location import Location, Names, fuse
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry
from gateway.location_reference import read_token
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.web.private import later, private

JSON, XML = "application/json", ("application/xml", "text/xml")


class Incidents(Protocol):
    """What is asked of the store."""

    def timeline(self, incident: str) -> list[Entry]:
        """The incident's entries, none of an unknown one; StoreAway where the store does not answer."""


def blueprint(settings: Settings, store: Incidents | None = None, clock: Callable[[], float] = time.time) -> Blueprint:
    """``GET /location/<token>``: PIDF-LO, JSON or HELD as the request prefers; ``POST``: HELD (RFC 6753).

    ``GET /location/<token>/ledger``, or ``?all``: everything it is made of, as JSON or as PIDF-LO.
    """
    pages = Blueprint("location", __name__)
    incidents = store or Store(settings)

    def answer(token: str, form: Callable[[_Found], Response]) -> Response:
        now = clock()
        opened = read_token(settings, token, now)
        if opened is None:
            # One answer for all that is wrong with a token: nothing is learnt by trying.
            abort(404)
        try:
            told = incidents.timeline(opened.incident)
        except StoreAway:
            return later("the store does not answer; ask again")
        incident = add_up(opened.incident, told)
        place = located(incident, now, names(settings))
        if opened.discreet:
            place = discreet.location(place)
        sent = private(form(_Found(incident.id, opened.discreet, told, place, now)))
        sent.headers["Vary"] = "Accept"
        return sent

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


@dataclass(frozen=True, slots=True)
class _Found:
    """What a token opens, as it stands.

    Attributes:
        discreet: whoever has it may not know of violence; of other cases they are told no more.
    """

    incident: str
    discreet: bool
    told: Sequence[Entry]
    place: Location
    now: float


def located(incident: Incident, now: float, names: Names) -> Location:
    """All evidence in an incident's timeline, fused and named."""
    known = {"trunk": incident.trunk} if incident.trunk else {}
    return fuse(evidence_of(incident), now, known=known, names=names)


def _newest(found: _Found) -> Response:
    wanted = request.accept_mimetypes.best_match([pidf_document.MEDIA_TYPE, *XML, JSON, held_answer.MEDIA_TYPE])
    if wanted == JSON:
        return jsonify(_fused(found))
    if wanted == held_answer.MEDIA_TYPE:
        return _held(found)
    document = pidf_document.document(found.place, found.incident, found.now)
    return Response(document, mimetype=wanted or pidf_document.MEDIA_TYPE)


def _everything(found: _Found) -> Response:
    wanted = request.accept_mimetypes.best_match([JSON, pidf_document.MEDIA_TYPE, *XML])
    if wanted not in (None, JSON):
        claims = evidence_of(add_up(found.incident, found.told), most=len(found.told))
        shown = [discreet.claim(claim) for claim in claims] if found.discreet else claims
        return Response(pidf_document.ledger(shown, found.incident), mimetype=wanted)
    return jsonify({**_fused(found), **ledger(found.told, discreet=found.discreet)})


def _fused(found: _Found) -> dict[str, object]:
    said = {language: words(found.place, language, found.now) for language in ("id", "en")}
    return {"incident": found.incident, "at": found.now, "words": said, "location": found.place.as_dict()}


def _by_held(found: _Found) -> Response:
    if request.mimetype != held_answer.MEDIA_TYPE:
        abort(415)
    refusal = held_answer.refusal(request.get_data())
    return Response(refusal, mimetype=held_answer.MEDIA_TYPE) if refusal else _held(found)


def _held(found: _Found) -> Response:
    # What is wrong is told in the body, with status 200 (RFC 5985 section 8.3).
    document = held_answer.document(found.place, found.incident, found.now)
    return Response(document, mimetype=held_answer.MEDIA_TYPE)
