"""``GET /health``: 200 while calls get through, 503 when none does; insiders see which part is not well."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from gateway.running.health import Examiner, Status
from gateway.settings import Settings
from gateway.web.insiders import is_insider


def blueprint(settings: Settings, examiner: Examiner | None = None) -> Blueprint:
    pages = Blueprint("health", __name__)
    examined = examiner or Examiner(settings)

    @pages.get("/health")
    def health() -> Response:
        found = examined.examine()
        document: dict[str, object] = {"status": found.status.value}
        if is_insider(settings):
            document["parts"] = {name: {"ok": part.ok, "why": part.why} for name, part in found.parts.items()}
        answer = jsonify(document)
        answer.status_code = 503 if found.status is Status.DOWN else 200
        return answer

    return pages
