"""Answers that are about one incident: nobody between us and whoever asked keeps them."""

from __future__ import annotations

from flask import Response, jsonify

RETRY_AFTER_S = 2


def private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def later(why: str) -> Response:
    """It may be answered in a moment."""
    answer = jsonify({"error": {"status": 503, "why": why}})
    answer.status_code = 503
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return private(answer)
