"""An incident as EIDO by reference: an agency's system fetches it under an expiring URL, always as it stands now."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Protocol

from flask import Blueprint, Response, abort

from gateway.eido import MEDIA_TYPE
from gateway.eido.document import document
from gateway.eido.reference import read_token, reader
from gateway.gazetteer import current
from gateway.incident.location import Names
from gateway.incident.timeline import Entry
from gateway.location_reference import location_url
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.web.private import later, private


class Incidents(Protocol):
    """What is asked of the store."""

    def timeline(self, incident: str) -> list[Entry]:
        """The incident's entries, none of an unknown one; StoreAway where the store does not answer."""


def blueprint(
    settings: Settings,
    rulebook: Callable[[], Rulebook],
    store: Incidents | None = None,
    names: Names | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """``GET /eido/<token>``: what its agency may know of its incident."""
    pages = Blueprint("eido", __name__)
    incidents = store or Store(settings)

    @pages.get("/eido/<token>")
    def eido(token: str) -> Response:
        now, book = clock(), rulebook()
        opened = read_token(settings, token, now)
        agency = reader(opened.agency, book) if opened else None
        if opened is None or agency is None:
            # One answer for all that is wrong with a token: nothing is learnt by trying.
            abort(404)
        try:
            told = incidents.timeline(opened.incident)
        except StoreAway:
            return later("the store does not answer; ask again")
        if not told:
            return later("the incident is not in the store yet; ask again")
        whole = document(
            opened.incident,
            told,
            agency,
            book,
            element=settings.domain,
            location_url=location_url(
                settings, opened.incident, now, discreet=not agency.sees_violence, until=opened.until
            ),
            gazetteer=names or current.names(settings),
            now=now,
        )
        return private(Response(json.dumps(whole, ensure_ascii=False, allow_nan=False), content_type=MEDIA_TYPE))

    return pages
