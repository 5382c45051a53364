"""Administrators: who has an account, and what it may do. A new password is shown in the answer, once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.accounts import password
from gateway.accounts.account import EVERY_AGENCY, Account, AccountRefused, Role
from gateway.accounts.keeping import Keeping
from gateway.accounts.rights import Right, agencies_of, may_manage, may_unmake
from gateway.language import said
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused, language
from gateway.web.pages.words import SENTENCES

Shown = tuple[Account, str]


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    accounts = Blueprint("accounts_page", __name__)

    @accounts.get("/accounts")
    @route_for(Right.ADMINISTER, "accounts")
    def page() -> str:
        return _page(parts)

    @accounts.post("/accounts/add")
    @route_for(Right.ADMINISTER)
    def add() -> Response:
        wanted = _wanted(parts)
        if not may_manage(visitor().account, wanted):
            raise PageRefused(403, "other_agency")
        try:
            shown = _keeping(parts).add(wanted.name, wanted.role, wanted.agencies, wanted.title, wanted.language)
        except AccountRefused as refused:
            fault = said(SENTENCES, "account_refused", language()).format(why=f"{refused.where}: {refused.why}")
            return make_response(_page(parts, fault=fault), 400)
        except password.Busy:
            raise PageRefused(429, "busy", after=2) from None
        return make_response(_page(parts, shown=shown))

    @accounts.post("/accounts/password")
    @route_for(Right.ADMINISTER)
    def renew() -> str:
        account = _chosen(parts, may_unmake)
        try:
            return _page(parts, shown=(account, _keeping(parts).renew_password(account.name)))
        except password.Busy:
            raise PageRefused(429, "busy", after=2) from None

    @accounts.post("/accounts/<act>")
    @route_for(Right.ADMINISTER)
    def change(act: str) -> AnyResponse:
        keeping = _keeping(parts)
        acts: dict[str, Callable[[str], None]] = {
            "disable": keeping.disable,
            "enable": keeping.enable,
            "unlock": keeping.unlock,
            "code-off": keeping.end_second_factor,
            "sign-out": keeping.sign_out,
        }
        if act not in acts:
            raise PageRefused(404, "not_found")
        acts[act](_chosen(parts, may_unmake).name)
        return redirect("/accounts", 303)

    @accounts.post("/accounts/role")
    @route_for(Right.ADMINISTER)
    def set_role() -> AnyResponse:
        account, wanted = _chosen(parts, may_unmake), _wanted(parts)
        if not may_manage(visitor().account, wanted):
            raise PageRefused(403, "other_agency")
        try:
            _keeping(parts).set_role(account.name, wanted.role, wanted.agencies)
        except AccountRefused as refused:
            fault = said(SENTENCES, "account_refused", language()).format(why=f"{refused.where}: {refused.why}")
            return make_response(_page(parts, fault=fault), 400)
        return redirect("/accounts", 303)

    return accounts


def _keeping(parts: Parts) -> Keeping:
    who = visitor().account
    known = list(parts.rulebook().agencies)
    return Keeping(parts.accounts, parts.attempts, parts.audit, lambda: known, who.name, who.role, parts.clock)


def _chosen(parts: Parts, may: Callable[[Account, Account], bool]) -> Account:
    """The account that the form names. One that the visitor may not see is answered as one that is not there."""
    mine, account = visitor().account, parts.accounts.get(request.form.get("name", ""))
    if account is None or not may_manage(mine, account):
        raise PageRefused(404, "no_account")
    if not may(mine, account):
        raise PageRefused(403, "not_yourself")
    return account


def _wanted(parts: Parts) -> Account:
    """What the form asks for."""
    form = request.form
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise PageRefused(400, "malformed") from None
    known = [*parts.rulebook().agencies, EVERY_AGENCY]
    agencies = tuple(agency for agency in known if agency in form.getlist("agencies"))
    every = (EVERY_AGENCY,) if EVERY_AGENCY in agencies else agencies
    return Account(
        form.get("name", "").strip().lower(), role, every, "", form.get("title", ""), form.get("language", "")
    )


def _page(parts: Parts, shown: Shown | None = None, fault: str = "") -> str:
    mine, agencies = visitor().account, parts.rulebook().agencies
    offered = [agencies[name] for name in agencies_of(mine, agencies)]
    return render_template(
        "accounts.html",
        accounts=[account for account in parts.accounts.every() if may_manage(mine, account)],
        mine=mine,
        agencies=offered,
        every=EVERY_AGENCY if mine.agencies == (EVERY_AGENCY,) else "",
        roles=list(Role),
        shown=shown,
        fault=fault,
    )
