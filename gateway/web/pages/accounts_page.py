"""Administrators: who has an account, and what it may do."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.accounts.rights import Right, may_manage
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    accounts = Blueprint("accounts_page", __name__)

    @accounts.get("/accounts")
    @route_for(Right.ADMINISTER, "accounts")
    def page() -> str:
        mine = visitor().account
        return render_template("accounts.html", accounts=[a for a in parts.accounts.every() if may_manage(mine, a)])

    return accounts
