"""The desk's pages put together."""

from __future__ import annotations

from flask import Flask, g
from werkzeug.exceptions import HTTPException

from gateway.desk.not_done import NotDone
from gateway.language import said
from gateway.settings import Settings, read
from gateway.store import StoreAway
from gateway.time_of_day import show_in, zone
from gateway.web.limits import limited
from gateway.web.pages import (
    account_page,
    accounts_page,
    acts,
    audit_page,
    board,
    calls,
    cases,
    desk_page,
    duty,
    feed,
    finding,
    line,
    login,
    me,
    phone,
    places,
    refusal,
    words,
)
from gateway.web.pages.asterisk import begin
from gateway.web.pages.guard import Guard, undeclared
from gateway.web.pages.headers import with_headers
from gateway.web.pages.origin import origin
from gateway.web.pages.parts import Parts, parts_of

# Each has ``blueprint(parts, origin)``. A line each, by name.
BLUEPRINTS = (
    account_page,
    accounts_page,
    acts,
    audit_page,
    board,
    calls,
    cases,
    desk_page,
    duty,
    feed,
    finding,
    line,
    login,
    me,
    phone,
    places,
)


def build_pages(settings: Settings | None = None, parts: Parts | None = None) -> Flask:
    """
    Args:
        parts: whoever gives them begins what goes on beside the requests (asterisk.py), or does without.

    Raises:
        SettingsRefused: a setting cannot be used.
        RuntimeError: a route says nothing of who may use it.
    """
    settings = settings or read()
    show_in(zone(settings))
    alone = parts is None
    parts = parts or parts_of(settings)
    here = origin(settings)
    app = limited(Flask("gateway.web.pages", static_folder=None, template_folder="templates"))
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint(parts, here))
    guard = Guard(app, parts, here)
    app.before_request(guard.check)
    app.after_request(guard.audit)
    with_headers(app, settings, here)
    _tell_faults(app)
    app.context_processor(_for_templates)
    if silent := undeclared(app):
        raise RuntimeError(f"routes without `route_for`: {', '.join(silent)}")
    if alone:
        begin(parts)
        finding.begin(parts)
    return app


def _tell_faults(app: Flask) -> None:
    app.register_error_handler(refusal.PageRefused, refusal.from_page_refused)
    app.register_error_handler(HTTPException, refusal.from_http)
    app.register_error_handler(NotDone, refusal.from_not_done)
    app.register_error_handler(StoreAway, refusal.from_store_away)
    app.register_error_handler(Exception, refusal.from_anything)


def _for_templates() -> dict[str, object]:
    language = refusal.language()
    return {
        "language": language,
        "label": lambda name: said(words.LABELS, name, language),
        "role_name": lambda name: said(words.ROLES, name, language),
        "visitor": g.get("visitor"),
    }
