"""One's own account: password, second factor, language, sign out everywhere."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway import tokens
from gateway.accounts import second_factor
from gateway.accounts.entrance import NotIn
from gateway.accounts.rights import Right, Stage
from gateway.language import LANGUAGES, said
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.login import home, set_session
from gateway.web.pages.me import set_language
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused, language
from gateway.web.pages.words import SENTENCES

SETTING_UP_SECONDS = 900


def blueprint(parts: Parts, origin: Origin) -> Blueprint:
    own = Blueprint("account_page", __name__)

    @own.get("/account")
    @route_for(Right.OWN)
    def page() -> str:
        return _page(parts)

    @own.get("/password")
    @route_for(Right.PASSWORD)
    def password_form() -> str:
        return render_template("password.html", fault="", must=visitor().session.stage is Stage.NEW_PASSWORD)

    @own.post("/password")
    @route_for(Right.PASSWORD)
    def change_password() -> AnyResponse:
        who, form = visitor(), request.form
        try:
            if form.get("new", "") != form.get("again", ""):
                raise NotIn("not_twice")  # noqa: TRY301 - answered as any other fault is
            opened, _ = parts.entrance.change_password(who.session, who.account, form.get("old", ""), form["new"])
        except NotIn as refused:
            fault = "wrong_password" if refused.what == "wrong" else refused.what
            page = render_template(
                "password.html", fault=said(SENTENCES, fault, language()), must=who.session.stage is Stage.NEW_PASSWORD
            )
            return make_response(page, 429 if refused.seconds else 400)
        answer = make_response(redirect(home(who.account, Stage.IN), 303))
        set_session(answer, origin, opened)
        return answer

    @own.post("/account/language")
    @route_for(Right.OWN)
    def speak() -> AnyResponse:
        chosen = request.form.get("language", "")
        if chosen not in LANGUAGES:
            raise PageRefused(400, "malformed")
        set_language(parts, visitor(), chosen)
        return redirect("/account", 303)

    @own.post("/account/everywhere")
    @route_for(Right.OWN, "sign_out_everywhere")
    def sign_out_everywhere() -> AnyResponse:
        who = visitor()
        parts.accounts.change(who.account.name, lambda found: replace(found, generation=found.generation + 1))
        answer = make_response(redirect("/login", 303))
        set_session(answer, origin, "")
        return answer

    @own.post("/account/code")
    @route_for(Right.OWN)
    def begin_second_factor() -> str:
        return _page(parts, second_factor.new_word())

    @own.post("/account/code/confirm")
    @route_for(Right.OWN)
    def confirm_second_factor() -> AnyResponse:
        who = visitor()
        word = tokens.read(parts.settings, _purpose(), request.form.get("word", ""), parts.clock())
        if word is None or who.account.second_factor:
            raise PageRefused(400, "no_factor")
        try:
            opened, _ = parts.entrance.set_second_factor(who.session, who.account, word, request.form.get("code", ""))
        except NotIn as refused:
            fault = "wrong_code" if refused.what == "wrong" else refused.what
            return make_response(_page(parts, word, said(SENTENCES, fault, language())), 400)
        answer = make_response(redirect("/account", 303))
        set_session(answer, origin, opened)
        return answer

    @own.post("/account/code/off")
    @route_for(Right.OWN)
    def end_second_factor() -> AnyResponse:
        who = visitor()
        try:
            opened, _ = parts.entrance.end_second_factor(who.session, who.account, request.form.get("password", ""))
        except NotIn as refused:
            fault = "wrong_password" if refused.what == "wrong" else refused.what
            return make_response(_page(parts, "", said(SENTENCES, fault, language())), 429 if refused.seconds else 400)
        answer = make_response(redirect("/account", 303))
        set_session(answer, origin, opened)
        return answer

    return own


def _page(parts: Parts, word: str = "", fault: str = "") -> str:
    """
    Args:
        word: of a second factor that is being set up; what goes to the browser of it is signed and soon worthless.
    """
    who = visitor()
    new = None
    if word and not who.account.second_factor:
        new = {
            "word": tokens.make(parts.settings, _purpose(), word, parts.clock() + SETTING_UP_SECONDS),
            "key": second_factor.secret(parts.settings, word),
            "address": second_factor.address(parts.settings, who.account.name, word),
        }
    return render_template("account.html", account=who.account, new=new, fault=fault)


def _purpose() -> str:
    return f"second factor {visitor().account.name}"
