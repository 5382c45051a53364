"""Signing in and out: name and password, then the second factor's code where the account has one."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway import tokens
from gateway.accounts.account import Account
from gateway.accounts.entrance import NotIn
from gateway.accounts.lockout import Browser, read_browser
from gateway.accounts.rights import Right, Stage, may
from gateway.language import LANGUAGES, said
from gateway.web.pages.guard import COOKIE, TOKEN_FIELD, route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import language
from gateway.web.pages.sign_out import leave_duty
from gateway.web.pages.words import SENTENCES

FORM_COOKIE, FORM_SECONDS = "g112_form", 3600
"""Who is not in has no session that a form could prove itself by: it proves that it was shown in this browser."""

DEVICE_COOKIE, DEVICE_SECONDS = "g112_device", 90 * 86_400
"""Names the browser and who of ours came in there (gateway/accounts/lockout.py); it lets nobody in."""

LONGEST_DEVICE = 600

_OWN_PATH = re.compile(r"/[a-z]+(/[a-z]+)?")


def blueprint(parts: Parts, origin: Origin) -> Blueprint:
    login = Blueprint("login", __name__)

    @login.get("/login")
    @route_for(Right.OPEN)
    def form() -> AnyResponse:
        return _form(parts, origin)

    @login.post("/login")
    @route_for(Right.OPEN)
    def enter() -> AnyResponse:
        if not _form_was_ours(parts):
            return _form(parts, origin, "no_token", 403)
        name, given = request.form.get("name", ""), request.form.get("password", "")
        try:
            opened, session, account = parts.entrance.enter(name, given, origin.address(), _browser(parts))
        except NotIn as refused:
            return _not_in(parts, origin, refused)
        _keep_language(parts, account)
        answer = make_response(redirect(_next(account, session.stage), 303))
        set_session(answer, origin, opened)
        _keep_device(parts, origin, answer, account)
        _cookie(answer, origin, FORM_COOKIE, "", 0)
        return answer

    @login.get("/code")
    @route_for(Right.CODE)
    def code_form() -> str:
        return render_template("code.html", fault="")

    @login.post("/code")
    @route_for(Right.CODE)
    def give_code() -> AnyResponse:
        who = visitor()
        try:
            opened, session = parts.entrance.give_code(who.session, who.account, request.form.get("code", ""))
        except NotIn as refused:
            fault = "wrong_code" if refused.what == "wrong" else refused.what
            page = render_template("code.html", fault=said(SENTENCES, fault, language()))
            return _after(make_response(page, 403 if fault == "wrong_code" else 429), refused.seconds)
        answer = make_response(redirect(_next(who.account, session.stage), 303))
        set_session(answer, origin, opened)
        return answer

    @login.post("/logout")
    @route_for(Right.OPEN)
    def leave() -> AnyResponse:
        # Asked of whoever has the cookie: a token that is gone must not keep a person in.
        found = parts.sessions.find(request.cookies.get(COOKIE, ""))
        if found:
            session, account = found
            parts.sessions.end(session)
            leave_duty(parts, session)
            parts.audit.write(account.name, account.role, "logout")
        answer = make_response(redirect("/login", 303))
        set_session(answer, origin, "")
        return answer

    return login


def set_session(answer: Response, origin: Origin, name: str) -> None:
    """The session's cookie; empty: none any more."""
    _cookie(answer, origin, COOKIE, name, None if name else 0)


def home(account: Account, stage: Stage) -> str:
    """The page where an account's work is."""
    if stage is not Stage.IN:
        return "/code" if stage is Stage.SECOND_FACTOR else "/password"
    pages = ((Right.WORK, "/desk"), (Right.ADMINISTER, "/accounts"), (Right.AUDIT, "/audit"))
    return next((path for right, path in pages if may(account, stage, right)), "/account")


def _cookie(answer: Response, origin: Origin, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, secure=origin.is_secure, samesite="Strict")


def _form(parts: Parts, origin: Origin, fault: str = "", status: int = 200) -> Response:
    proof = secrets.token_urlsafe(24)
    token = tokens.make(parts.settings, "login form", proof, parts.clock() + FORM_SECONDS)
    g.visitor = None
    words = said(SENTENCES, fault, language()) if fault else ""
    answer = make_response(render_template("login.html", token=token, fault=words, next=_wanted()), status)
    _cookie(answer, origin, FORM_COOKIE, proof, FORM_SECONDS)
    return answer


def _form_was_ours(parts: Parts) -> bool:
    proof = request.cookies.get(FORM_COOKIE, "")
    found = tokens.read(parts.settings, "login form", request.form.get(TOKEN_FIELD, ""), parts.clock())
    return bool(proof) and found is not None and secrets.compare_digest(found.encode(), proof.encode())


def _not_in(parts: Parts, origin: Origin, refused: NotIn) -> Response:
    return _after(_form(parts, origin, refused.what, 403 if refused.what == "wrong" else 429), refused.seconds)


def _after(answer: Response, seconds: float) -> Response:
    if seconds > 0:
        answer.headers["Retry-After"] = str(int(seconds) + 1)
    return answer


def _wanted() -> str:
    """Where the person was going: a page of ours by its path alone, or nothing."""
    wanted = request.values.get("next", "")
    return wanted if _OWN_PATH.fullmatch(wanted) and wanted not in ("/login", "/logout", "/code") else ""


def _next(account: Account, stage: Stage) -> str:
    return (_wanted() if stage is Stage.IN else "") or home(account, stage)


def _browser(parts: Parts) -> Browser:
    """What the browser's own cookie says of it."""
    given = request.cookies.get(DEVICE_COOKIE, "")[:LONGEST_DEVICE]
    return read_browser(tokens.read(parts.settings, "device", given, parts.clock()) or "")


def _keep_language(parts: Parts, account: Account) -> None:
    """Whoever never chose one has now, if it was pressed on the form."""
    chosen = request.args.get("language", "")
    if chosen in LANGUAGES and not account.language:
        parts.accounts.change(account.name, lambda found: replace(found, language=chosen))


def _keep_device(parts: Parts, origin: Origin, answer: Response, account: Account) -> None:
    browser = _browser(parts).after(account.name, secrets.token_hex(8))
    token = tokens.make(parts.settings, "device", str(browser), parts.clock() + DEVICE_SECONDS)
    _cookie(answer, origin, DEVICE_COOKIE, token, DEVICE_SECONDS)
