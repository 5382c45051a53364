"""What cannot be done, said to a page as JSON and to a person as a page, in the person's language."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from gateway.desk.not_done import NotDone
from gateway.desk.words import NOT_DONE
from gateway.language import LANGUAGES, said
from gateway.log import get_logger
from gateway.store import StoreAway
from gateway.web.pages.words import SENTENCES

BY_STATUS = {
    400: "malformed", 404: "not_found", 405: "not_so", 413: "too_large", 415: "malformed", 429: "too_often",
    403: "forbidden", 401: "no_session",
}  # fmt: skip

log = get_logger("pages")


class PageRefused(Exception):
    """
    Attributes:
        status: of HTTP.
        name: of a sentence in words.SENTENCES.
        values: what the sentence has places for.
        after: seconds after which it may be tried again; 0: it is not said.
    """

    def __init__(self, status: int, name: str, *, after: float = 0.0, **values: object):
        super().__init__(name)
        self.status = status
        self.name = name
        self.after = after
        self.values = values


def language() -> str:
    """Of whom the answer is for: the account's, else what the browser asks for, else Indonesian."""
    visitor = g.get("visitor")
    return str(visitor.language) if visitor is not None else wished_language()


def wished_language() -> str:
    """What the address asks for, else the browser (Accept-Language, RFC 9110, 12.5.4), else Indonesian."""
    chosen = request.args.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    wished = (word.partition("-")[0].lower() for word in request.accept_languages.values())
    return next((word for word in wished if word in LANGUAGES), LANGUAGES[0])


def from_page_refused(fault: PageRefused) -> Response:
    sentence = said(SENTENCES, fault.name, language()).format(**fault.values)
    answer = _answer(fault.status, fault.name, sentence, **fault.values)
    if fault.after > 0:
        answer.headers["Retry-After"] = str(int(fault.after) + 1)
    return answer


def from_http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if status < 400:
        return fault.get_response()  # type: ignore[return-value]
    name = BY_STATUS.get(status, "failed" if status >= 500 else "malformed")
    answer = _answer(status, name, said(SENTENCES, name, language()))
    answer.headers.extend((key, value) for key, value in fault.get_headers() if key == "Allow")
    return answer


def from_not_done(fault: NotDone) -> Response:
    sentence = said(NOT_DONE, fault.what, language()).format(**fault.values)
    return _answer(409, fault.what, sentence, **fault.values)


def from_store_away(_fault: StoreAway) -> Response:
    answer = _answer(503, "store_away", said(SENTENCES, "store_away", language()))
    answer.headers["Retry-After"] = "2"
    return answer


def from_anything(fault: Exception) -> Response:
    log.error("a request failed", step=request.endpoint, method=request.method, fault=fault)
    return _answer(500, "failed", said(SENTENCES, "failed", language()))


def _answer(status: int, name: str, sentence: str, **values: Any) -> Response:
    if request.path.startswith("/api/"):
        plain = {key: value for key, value in values.items() if isinstance(value, str | int | float | bool)}
        answer = jsonify({"error": {"status": status, "name": name, "why": name, "sentence": sentence, **plain}})
    else:
        answer = Response(render_template("refused.html", sentence=sentence, status=status), mimetype="text/html")
    answer.status_code = status
    return answer
