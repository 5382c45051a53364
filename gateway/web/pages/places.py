"""``/api/places`` and ``/api/map``: names while they are typed, and what a map shows without any server of tiles."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.gazetteer import gazetteer
from gateway.gazetteer.facilities import facilities
from gateway.gazetteer.map_areas import map_areas
from gateway.gazetteer.search import Match, complete
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
        return jsonify([_place(match) for match in complete(request.args.get("q", "")[:LONGEST], MOST)])

    @own.get("/api/map/areas")
    @route_for(Right.WORK)
    def areas() -> Response:
        return _layer(map_areas(parts.settings), "application/geo+json")

    @own.get("/api/map/facilities")
    @route_for(Right.WORK)
    def help_near() -> Response:
        names = ("kind", "name", "lat", "lon", "visum", "phone")
        found = [{name: getattr(one, name) for name in names} for one in known.all() if one.at][:MOST_FACILITIES]
        return _layer(json.dumps(found), "application/json")

    return own


def _place(match: Match) -> dict[str, Any]:
    lat, lon = _middle(match.code) or (None, None)
    shown = {"label": str(match), "code": match.code, "kind": match.kind, "name": match.name}
    return {**shown, "lat": lat, "lon": lon, "radius_m": AREA_REACH_M.get(len(match.code))}


@lru_cache(maxsize=1000)
def _middle(code: str) -> tuple[float, float] | None:
    """Where to look on the map; no measured place."""
    diagram = gazetteer().diagram
    spots = diagram.only(lambda other: other == code or other.startswith(f"{code}."))
    if not spots:
        return None
    x, y = (sum(each) / len(spots) for each in zip(*((spot.x, spot.y) for spot in spots), strict=True))
    lat, lon = diagram.position(x, y)
    return round(lat, 5), round(lon, 5)


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
