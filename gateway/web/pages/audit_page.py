"""Auditors: who did what."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.accounts.rights import Right
from gateway.web.pages.guard import route_for
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    audit = Blueprint("audit_page", __name__)

    @audit.get("/audit")
    @route_for(Right.AUDIT, "audit")
    def page() -> str:
        return render_template("audit.html", lines=[])

    return audit
