"""The page behind a link: one button, by which a telephone tells where it is. One telephone, once, for a quarter hour.

The page stays on the telephone: nothing on it says whose it is or what for. It is the same for every link, good or not,
and looking at it uses nothing up, for messengers and networks look at links before people do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request

from gateway.evidence import browser
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.timeline import Entry, Kind
from gateway.journal import Journal
from gateway.location_link import PATH, address, incident_of
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.store import Store, StoreAway

PAGE = Path(__file__).with_name("here.html")
_PAGE_NAME = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")

log = get_logger("web")


class Links(Protocol):
    """What is asked of the store."""

    def use(self, token: str, page: str, now: float) -> int:
        """The how manieth position this page may send by the link; 0: none."""


class Entries(Protocol):
    """Where entries are kept; never raises."""

    def add(self, entries: list[Entry]) -> object: ...


def blueprint(
    settings: Settings,
    journal: Journal | Entries,
    links: Links | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """``GET /h/<token>``: the page. ``POST /h/<token>``: a position. Both 404 where links may not be sent."""
    here = Blueprint("here", __name__)
    used = links or Store(settings).links
    document = PAGE.read_text(encoding="utf-8")
    policy = _policy(document)

    @here.before_request
    def only_where_links_are() -> None:
        if not address(settings):
            abort(404)

    @here.get(f"{PATH}<token>")
    def page(token: str) -> Response:  # noqa: ARG001 - every link has the same page
        answer = Response(document, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["Permissions-Policy"] = "geolocation=(self)"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    @here.post(f"{PATH}<token>")
    def position(token: str) -> tuple[str, int]:
        now = clock()
        if not _comes_from_the_page(settings):
            return "", 403
        incident = incident_of(settings, token, now) if _TOKEN.fullmatch(token) else None
        if incident is None:
            return "", 410
        try:
            found, page_name = _read(now)
            turn = used.use(token, page_name, now)
        except EvidenceRefused as refused:
            log.info("a position by a link was refused", why=refused.why, incident=incident)
            return "", 400
        except StoreAway:
            # The page asks again.
            return "", 503
        if not turn:
            return "", 410
        key = f"link:{hashlib.sha256(token.encode()).hexdigest()[:16]}:{turn}"
        journal.add([Entry(incident, Kind.EVIDENCE, now, found.as_dict(), key)])
        return "", 204

    return here


def _read(now: float) -> tuple[Evidence, str]:
    body = request.get_data(cache=True)
    found = browser.read(body, now)
    name = json.loads(body).get("page")
    if not isinstance(name, str) or not _PAGE_NAME.fullmatch(name):
        raise EvidenceRefused(browser.WHERE, "the page has no name of its own", browser.SOURCE)
    return found, name


def _comes_from_the_page(settings: Settings) -> bool:
    """Whether no other site sent the request; who has a link needs none, but a browser is nobody else's tool."""
    own = urlsplit(address(settings))
    origin = request.headers.get("Origin", "")
    fits = not origin or origin == f"{own.scheme}://{own.netloc}"
    return fits and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _policy(document: str) -> str:
    """The page's own script and style by their hashes, its own server, and nothing else."""

    def hashes(tag: str) -> str:
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", document, re.DOTALL)
        digests = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in found)
        return " ".join(f"'sha256-{digest}'" for digest in digests)

    return (
        f"default-src 'none'; script-src {hashes('script')}; style-src {hashes('style')}; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
