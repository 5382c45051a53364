"""The one door of all routes: host, session, stage, role, and what proves that our own page asked; then the audit.

A route says what it needs with ``route_for``; the application does not start with one that says nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.accounts.account import Account
from gateway.accounts.audit import agency_of
from gateway.accounts.rights import Right, Stage, agencies_of, concerns, may
from gateway.accounts.sessions import Session
from gateway.store import StoreAway
from gateway.web.pages.origin import Origin
from gateway.web.pages.pace import Pace
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused, wished_language

COOKIE = "g112"
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - a header's name
TOKEN_FIELD = "csrf"  # noqa: S105 - a field's name
TAB_HEADER, LONGEST_TAB = "X-Tab", 40
"""Names the page that asks."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DECLARED = "_declared_for"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself.

    Attributes:
        act: what the audit calls it; empty: it is not written there.
        incident, agency: names of the route's variables that hold them.
        hourly: what is shown renews itself: one line a login and hour tells that it is looked at.
    """

    right: Right
    act: str = ""
    incident: str = "incident"
    agency: str = "agency"
    hourly: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose request it is.

    Attributes:
        agencies: ids of the agencies of the account that the rules have, in their order.
    """

    account: Account
    session: Session
    agencies: list[str]

    @property
    def language(self) -> str:
        return self.account.language or wished_language()


def route_for(
    right: Right, act: str = "", *, incident: str = "incident", agency: str = "agency", hourly: bool = False
) -> Callable[[View], View]:
    """What a view needs, written below its route:

        @cases.post("/api/cases/<incident>/accept")
        @route_for(Right.WORK, "accept")

    With a variable ``agency`` in its rule, that agency has to be one of the account's.
    """

    def declare(view: View) -> View:
        setattr(view, _DECLARED, Declared(right, act, incident, agency, hourly))
        return view

    return declare


def declared(view: Callable[..., Any] | None) -> Declared | None:
    found = getattr(view, _DECLARED, None)
    return found if isinstance(found, Declared) else None


def visitor() -> Visitor:
    """Whose request it is; only on routes that need a right."""
    found = g.get("visitor")
    if not isinstance(found, Visitor):
        raise PageRefused(401, "no_session")
    return found


def demand(right: Right, agency: str | None = None) -> None:
    """For what a route's words do not tell: a right besides, or an agency named in the body.

    Raises:
        PageRefused: the visitor may not.
    """
    who = visitor()
    if not may(who.account, who.session.stage, right):
        raise PageRefused(403, "forbidden")
    if agency is not None and not concerns(who.account, agency):
        raise PageRefused(403, "other_agency")


def told(**values: str) -> None:
    """What the audit's line of this request says besides: ``incident``, ``agency``, ``outcome``, ``about``; words."""
    g.audit = {**g.get("audit", {}), **values}


def body() -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        PageRefused: it is none.
    """
    try:
        found = request.get_json(silent=True)
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise PageRefused(400, "malformed")
    return found


class Guard:
    def __init__(self, app: Flask, parts: Parts, origin: Origin):
        self._app = app
        self._parts = parts
        self._origin = origin
        self._pace = Pace(parts.clock)

    def check(self) -> AnyResponse | None:
        """Before each request; None: it may go on."""
        if not self._origin.is_known_host():
            raise PageRefused(421, "unknown_host")
        if request.routing_exception is not None:
            self._recognise()
            return None
        needed = declared(self._app.view_functions.get(request.endpoint or ""))
        if needed is None:
            raise PageRefused(403, "forbidden")
        if request.method not in SAFE and not self._origin.sent_it():
            raise PageRefused(403, "elsewhere")
        if needed.right is Right.OPEN:
            return None
        return self._let_in(needed)

    def _recognise(self) -> None:
        """Whoever asks for what is not there is told so in his language, where that can be known."""
        with suppress(StoreAway):
            self._find()

    def _find(self) -> Visitor | None:
        found = self._parts.sessions.find(request.cookies.get(COOKIE, ""))
        if found is None:
            return None
        session, account = found
        who = Visitor(account, session, agencies_of(account, self._parts.rulebook().agencies))
        g.visitor = who
        if 0 < len(tab := request.headers.get(TAB_HEADER, "")) <= LONGEST_TAB:
            self._parts.tabs.heard(tab, session)
        return who

    def _let_in(self, needed: Declared) -> AnyResponse | None:
        who = self._find()
        if who is None:
            return _to_login()
        session, account = who.session, who.account
        if request.method not in SAFE and not _has_token(session):
            raise PageRefused(403, "no_token")
        if wait := self._pace.wait(account.name, request.path, reads=request.method in SAFE):
            raise PageRefused(429, "too_fast", after=wait)
        if not may(account, session.stage, needed.right):
            if session.stage is not Stage.IN:
                return _to_stage(session.stage)
            raise PageRefused(403, "forbidden")
        agency = (request.view_args or {}).get(needed.agency)
        if agency is not None and not concerns(account, agency):
            raise PageRefused(403, "other_agency")
        return None

    def audit(self, answer: Response) -> Response:
        """After each request."""
        who, needed = g.get("visitor"), declared(self._app.view_functions.get(request.endpoint or ""))
        if who is None or needed is None or not needed.act:
            return answer
        given = request.view_args or {}
        values = {"incident": str(given.get(needed.incident, "")), "agency": str(given.get(needed.agency, ""))}
        values["agency"] = values["agency"] or agency_of(who.account)
        values |= {"outcome": "done" if answer.status_code < 400 else f"refused:{answer.status_code}"}
        values |= g.get("audit", {})
        if outcome := self._told_of(who, needed, values["incident"], values["outcome"], answer.status_code):
            values["outcome"] = outcome
            self._parts.audit.write(who.account.name, who.account.role, needed.act, **values)
        return answer

    def _told_of(self, who: Visitor, needed: Declared, incident: str, outcome: str, status: int) -> str:
        """The outcome that the audit is told; empty: nothing, for it knows."""
        if status == 429 or (status >= 400 and request.method in SAFE):
            return self._pace.is_news(who.account.name, needed.act, incident, outcome)
        if needed.hourly and not self._pace.is_first(who.session.digest, needed.act):
            return ""
        return outcome


def undeclared(app: Flask) -> list[str]:
    """Endpoints that say nothing of what they need."""
    return sorted(rule.endpoint for rule in app.url_map.iter_rules() if not declared(app.view_functions[rule.endpoint]))


def _has_token(session: Session) -> bool:
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), session.csrf.encode())


def _to_login() -> AnyResponse:
    if request.path.startswith("/api/") or request.method not in SAFE:
        raise PageRefused(401, "no_session")
    return redirect(f"/login?next={request.path}" if request.path != "/" else "/login", 303)


def _to_stage(stage: Stage) -> AnyResponse:
    if request.path.startswith("/api/") or request.method not in SAFE:
        raise PageRefused(401, stage.value)
    return redirect("/code" if stage is Stage.SECOND_FACTOR else "/password", 303)
