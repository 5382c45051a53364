"""``/api/places`` and ``/api/map``: names while they are typed, and what a map shows without any server of tiles."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.gazetteer.facilities import facilities
from gateway.gazetteer.facility import Facility, point_of
from gateway.gazetteer.map_areas import map_areas
from gateway.gazetteer.meaning import suggestions
from gateway.gazetteer.search import Match
from gateway.incident.evidence import AREA_REACH_M
from gateway.web.pages.guard import route_for
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts

MOST = 8
LONGEST = 120
MOST_FACILITIES = 5_000
"""With the cameras of a whole city's register; the map has those near a case besides."""

KEPT_SECONDS = 300


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("places", __name__)
    known = facilities(parts.settings)

    @own.get("/api/places")
    @route_for(Right.WORK)
    def named() -> Response:
        return jsonify([_place(match) for match in suggestions(request.args.get("q", "")[:LONGEST], MOST)])

    @own.get("/api/map/areas")
    @route_for(Right.WORK)
    def areas() -> Response:
        return _layer(map_areas(parts.settings), "application/geo+json")

    @own.get("/api/map/facilities")
    @route_for(Right.WORK)
    def help_near() -> Response:
        found = [_drawn(one, *one.drawn_at) for one in known.all() if one.drawn_at]
        return _layer(json.dumps(found[:MOST_FACILITIES]), "application/json")

    return own


def _place(match: Match) -> dict[str, Any]:
    # Where to look on the map; no measured place.
    at = point_of(match.code)
    lat, lon = (round(at[0], 5), round(at[1], 5)) if at else (None, None)
    shown = {"label": str(match), "code": match.code, "kind": match.kind, "name": match.name, "how": match.how.value}
    return {**shown, "lat": lat, "lon": lon, "radius_m": AREA_REACH_M.get(len(match.code))}


def _drawn(one: Facility, lat: float, lon: float) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in ("kind", "name", "visum", "phone")}
    return {**shown, "lat": round(lat, 5), "lon": round(lon, 5), "approximate": one.is_approximate}


def _layer(text: str, mimetype: str) -> Response:
    """What changes seldom: with a tag by which a browser asks whether it has, and packed."""
    tag, packed = _packed(text)
    answer = Response(mimetype=mimetype)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    answer.vary.add("Accept-Encoding")
    if request.if_none_match.contains(tag):
        answer.status_code = 304
    elif request.accept_encodings.quality("gzip") > 0:
        answer.headers["Content-Encoding"] = "gzip"
        answer.set_data(packed)
    else:
        answer.set_data(text)
    return answer


@lru_cache(maxsize=4)
def _packed(text: str) -> tuple[str, bytes]:
    data = text.encode()
    return hashlib.blake2b(data, digest_size=12).hexdigest(), gzip.compress(data, 6, mtime=0)
