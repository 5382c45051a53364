"""``/api/me``: whose session it is, and what the page needs to begin. Other parts of it are put in by who owns them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from gateway.accounts.rights import Right
from gateway.language import LANGUAGES
from gateway.rules.rulebook import Agency
from gateway.web.pages.guard import Visitor, body, route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("me", __name__)

    @own.get("/api/me")
    @route_for(Right.OWN)
    def me() -> Response:
        return jsonify(about(parts, visitor()))

    @own.post("/api/language")
    @route_for(Right.OWN)
    def speak() -> Response:
        language = body().get("language")
        if language not in LANGUAGES:
            raise PageRefused(400, "malformed")
        set_language(parts, visitor(), str(language))
        return jsonify({"done": True, "language": language})

    return own


def about(parts: Parts, who: Visitor) -> dict[str, Any]:
    """All that ``/api/me`` tells."""
    told = _about(parts, who)
    for part in parts.about_me:
        told |= part(who)
    return told


def set_language(parts: Parts, who: Visitor, language: str) -> None:
    parts.accounts.change(who.account.name, lambda account: replace(account, language=language))


def _about(parts: Parts, who: Visitor) -> dict[str, Any]:
    settings, agencies = parts.settings, parts.rulebook().agencies
    tiles = settings.text("pages_tiles")
    return {
        "account": who.account.name,
        "name": who.account.title or who.account.name,
        "role": str(who.account.role),
        "agencies": [_agency(agencies[name], who.language) for name in who.agencies],
        "language": who.language,
        "csrf": who.session.csrf,
        "session": {"ends_at": who.session.ends_at},
        "agency": who.agencies[0] if who.agencies else None,
        "tiles": {"url": tiles, "attribution": settings.text("pages_tiles_attribution")} if tiles else None,
        "timezone": settings.text("timezone"),
        "now": parts.clock(),
    }


def _agency(agency: Agency, language: str) -> dict[str, str]:
    return {
        "id": agency.id,
        "short": agency.short,
        "name": agency.name_id if language == "id" else agency.name_en,
    }
