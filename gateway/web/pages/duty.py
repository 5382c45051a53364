"""Going on duty, pausing, going off, and that the page is there; what ``/api/me`` tells of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.calls.credentials import Credential
from gateway.calls.duty import Duties
from gateway.queues.state import Readiness, read
from gateway.store import StoreAway
from gateway.store.duty import OFF, ON, PAUSE, Seat
from gateway.web.pages.asterisk import asked_of_asterisk, duties_of
from gateway.web.pages.feed import tab_of
from gateway.web.pages.guard import Visitor, body, demand, route_for, told, visitor
from gateway.web.pages.me import about
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused

_REALM = "127.0.0.1"
"""Asterisk heeds the user's part of a desk's address alone."""


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("duty", __name__)
    duties = duties_of(parts)
    parts.about_me.append(lambda who: _known(parts, duties, who))

    @own.post("/api/duty")
    @route_for(Right.WORK, "duty")
    def change() -> Response:
        who, values = visitor(), body()
        state, desk = values.get("state"), str(values.get("desk") or "")
        if state not in (ON, PAUSE, OFF):
            raise PageRefused(400, "malformed")
        told(outcome=str(state), about=desk)
        with asked_of_asterisk():
            seat = duties.of(who.account.name)
            desk = desk or (seat.desk if seat else "")
            if state != OFF:
                demand(Right.WORK, agency_of(parts, desk))
            instead = values.get("instead") is True
            seat = duties.change(
                who.account.name, desk, state, _tab(values), str(values.get("reason") or ""), instead=instead
            )
            credential = duties.credential(who.account.name, seat.tab, fresh=False) if seat else None
        return jsonify(about(parts, who) | {"sip": _sip(parts, credential)})

    @own.post("/api/here")
    @route_for(Right.WORK)
    def here() -> Response:
        who, values = visitor(), body()
        if values.get("gone") is True:
            with asked_of_asterisk():
                duties.gone(who.account.name, _tab(values))
            return jsonify({"duty": _duty(None)})
        seat = duties.here(who.account.name, _tab(values))
        elsewhere = duties.of(who.account.name) if seat is None else None
        if elsewhere and elsewhere.tab != _tab(values):
            raise PageRefused(409, "elsewhere_on_duty", who=elsewhere.desk)
        return jsonify({"duty": _duty(seat)})

    @own.post("/api/sip")
    @route_for(Right.WORK)
    def renew() -> Response:
        who = visitor()
        with asked_of_asterisk():
            credential = duties.credential(who.account.name, _tab(body()))
        return jsonify(about(parts, who) | {"sip": _sip(parts, credential)})

    return own


def _known(parts: Parts, duties: Duties, who: Visitor) -> dict[str, Any]:
    try:
        seats = duties.all()
    except StoreAway:
        seats = {}
    own = next((seat for seat in seats.values() if seat.account == who.account.name), None)
    agencies = parts.rulebook().agencies
    desks = [(desk, agencies[name]) for name in who.agencies for desk in agencies[name].desks]
    seat_of = {desk.id: seats.get(desk.id) for desk, _ in desks}
    there = _there(duties)
    return {
        "desk": own.desk if own else None,
        **({"agency": own.desk and agency_of(parts, own.desk)} if own else {}),
        "duty": _duty(own),
        "desks": [
            {
                "id": desk.id,
                "kind": desk.kind.value,
                "agency": agency.id,
                "free": seat_of[desk.id] is None,
                "by": getattr(seat_of[desk.id], "account", None),
            }
            for desk, agency in desks
        ],
        "directory": [
            {"id": agency.id, "short": agency.short, "on_duty": there.get(agency.id)} for agency in agencies.values()
        ],
        "sip": None,
    }


def _there(duties: Duties) -> dict[str, int]:
    """How many desks of each queue could be rung, now or when they have ended; empty while that cannot be seen."""
    gone = (Readiness.UNREACHABLE, Readiness.PAUSED)
    with_nothing: dict[str, int] = {}
    try:
        with asked_of_asterisk():
            states = read(duties.manager.queue_status(), {}, 0.0)
    except PageRefused:
        return with_nothing
    return {state.name: len(state.desks) - state.desks_that_are(*gone) for state in states}


def _duty(seat: Seat | None) -> dict[str, Any]:
    if seat is None:
        return {"state": OFF, "reason": "", "since": None}
    return {"state": seat.state, "reason": seat.reason, "since": seat.since}


def _sip(parts: Parts, credential: Credential | None) -> dict[str, Any] | None:
    if credential is None:
        return None
    uri = f"sip:{credential.user}@{_REALM}"
    return {"ws": parts.settings.sip_websocket_url, "uri": uri, **asdict(credential)}


def agency_of(parts: Parts, desk: str) -> str:
    """The agency whose desk it is.

    Raises:
        PageRefused: there is no such desk.
    """
    for agency in parts.rulebook().agencies.values():
        if any(each.id == desk for each in agency.desks):
            return agency.id
    raise PageRefused(409, "no_desk")


def _tab(values: dict[str, Any]) -> str:
    return tab_of(request.headers.get("X-Tab", "") or str(values.get("tab", "")))
