"""The application put together: its parts, its limits, and what it says when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from gateway.assembly import build_intake
from gateway.channels.twilio_call import TwilioCalls
from gateway.intake import Intake
from gateway.journal import Journal
from gateway.log import get_logger
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings, read
from gateway.sounds.prompts import load_languages
from gateway.web import aml, eido, health, here, hooks, location, lost, messages, metrics, sounds
from gateway.web.limits import limited
from gateway.web.quarantine import Quarantine

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}

log = get_logger("web")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is given from outside; the intake's process otherwise."""

    intake: Intake
    journal: Journal
    rulebook: Callable[[], Rulebook]


def build(settings: Settings | None = None, parts: Parts | None = None) -> Flask:
    """The application. No header that a proxy sets is trusted: what is public is said by the setting ``public_url``.

    Raises:
        SettingsRefused: a setting cannot be used.
        Refused: the rules cannot be put in force, or the prompts not be read.
    """
    settings = settings or read()
    parts = parts or _parts(settings)
    app = limited(Flask("gateway", static_folder=None))
    calls = TwilioCalls(settings, parts.intake, parts.journal, parts.rulebook, load_languages())
    quarantine = Quarantine(settings.state / "quarantine", parts.journal)
    app.register_blueprint(hooks.blueprint(settings, calls, quarantine))
    app.register_blueprint(messages.blueprint(settings, parts.journal, quarantine))
    app.register_blueprint(aml.blueprint(settings, parts.journal, quarantine))
    app.register_blueprint(sounds.blueprint(settings))
    app.register_blueprint(here.blueprint(settings, parts.journal))
    app.register_blueprint(location.blueprint(settings))
    app.register_blueprint(lost.blueprint(settings, parts.rulebook))
    app.register_blueprint(eido.blueprint(settings, parts.rulebook))
    app.register_blueprint(health.blueprint(settings))
    app.register_blueprint(metrics.blueprint(settings))
    app.register_error_handler(HTTPException, lambda fault: _refused(fault, quarantine))
    app.register_error_handler(Exception, _failed)
    app.after_request(_with_headers)
    return app


def _parts(settings: Settings) -> Parts:
    intake, journal, current = build_intake(settings, "web")
    return Parts(intake, journal, current.fresh)


def _refused(fault: HTTPException, quarantine: Quarantine) -> Response:
    if request.path.startswith((hooks.PREFIX, messages.PREFIX)):
        return hooks.refused(fault, quarantine)
    answer = jsonify({"error": {"status": fault.code, "name": fault.name, "why": fault.description}})
    answer.status_code = fault.code or 500
    if allowed := fault.get_headers():
        answer.headers.extend((name, value) for name, value in allowed if name == "Allow")
    return answer


def _failed(fault: Exception) -> Response:
    log.error("a request failed", step=request.endpoint, method=request.method, fault=fault)
    answer = jsonify(
        {"error": {"status": 500, "name": "Internal Server Error", "why": "see the log of the web process"}}
    )
    answer.status_code = 500
    return answer


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
