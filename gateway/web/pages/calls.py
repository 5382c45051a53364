"""What a desk does with the call it has: another agency comes to it or takes over, back to a queue, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify

from gateway.accounts.rights import Right
from gateway.calls.conference import CallRefused, Why
from gateway.calls.duty import Duties
from gateway.calls.lines import Contact
from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import Readiness, read
from gateway.web.pages.asterisk import asked_of_asterisk, duties_of
from gateway.web.pages.guard import body, route_for, told, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("calls", __name__)
    duties = duties_of(parts)
    desk = _desk_of(duties)

    @own.get("/api/calls")
    @route_for(Right.WORK)
    def calls() -> Response:
        with asked_of_asterisk():
            here = desk()
            return jsonify([_shown(contact, here, duties) for contact in duties.calls.of_desk(here)])

    @own.post("/api/calls/<incident>/invite")
    @route_for(Right.WORK, "invite")
    def invite(incident: str) -> Response:
        values = body()
        agency = str(values.get("agency") or "")
        if agency not in parts.rulebook().agencies:
            raise PageRefused(400, "malformed")
        why = Why.TRANSFER if values.get("transfer") is True else Why.CONFERENCE
        told(about=agency, outcome=why.value)
        with asked_of_asterisk():
            here = desk()
            _refuse_nobody(duties, agency)
            name = duties.calls.invite(here, incident, agency, why)
        contact = {"queue": agency, "desk": here, "why": why.value}
        # The queues' watch tells it, too, if it is there: under the same key.
        parts.journal.add([Entry(incident, Kind.INVITED, parts.clock(), contact, f"sip:{name}:invited")])
        return jsonify({"done": True})

    @own.post("/api/calls/<incident>/cancel")
    @route_for(Right.WORK, "cancel")
    def cancel(incident: str) -> Response:
        with asked_of_asterisk():
            duties.calls.cancel(desk(), incident)
        return jsonify({"done": True})

    @own.post("/api/calls/<incident>/leave")
    @route_for(Right.WORK, "leave")
    def leave(incident: str) -> Response:
        with asked_of_asterisk():
            duties.calls.leave(desk(), incident)
        return jsonify({"done": True})

    @own.post("/api/calls/<incident>/requeue")
    @route_for(Right.WORK, "requeue")
    def requeue(incident: str) -> Response:
        queue = str(body().get("queue") or "")
        if queue and queue not in parts.rulebook().agencies:
            raise PageRefused(400, "malformed")
        with asked_of_asterisk():
            here = desk()
            duties.calls.requeue(here, incident, queue or _agency(parts, here))
        return jsonify({"done": True})

    @own.post("/api/calls/<incident>/end")
    @route_for(Right.WORK, "end")
    def end(incident: str) -> Response:
        with asked_of_asterisk():
            duties.calls.end(desk(), incident)
        return jsonify({"done": True})

    return own


def _desk_of(duties: Duties) -> Callable[[], str]:
    def desk() -> str:
        # As last known while the store is away: who has a caller must be able to pass it on.
        seat = duties.seat_of(visitor().account.name)
        if seat is None:
            raise CallRefused("not_on_duty", "this account is at no desk")
        told(agency=seat.desk.rpartition("-")[0], about=seat.desk)
        return seat.desk

    return desk


def _refuse_nobody(duties: Duties, agency: str) -> None:
    gone = (Readiness.UNREACHABLE, Readiness.PAUSED)
    for state in read(duties.manager.queue_status(agency), {}, 0.0):
        if state.name == agency and len(state.desks) > state.desks_that_are(*gone):
            return
    raise CallRefused("nobody", agency)


def _agency(parts: Parts, desk: str) -> str:
    agencies = parts.rulebook().agencies.values()
    return next((agency.id for agency in agencies if any(each.id == desk for each in agency.desks)), "")


def _shown(contact: Contact, desk: str, duties: Duties) -> dict[str, Any]:
    line = contact.line_of(desk)
    pending = duties.calls.is_pending(contact)
    peers = [{"desk": each.desk, "state": "joined"} for each in contact.lines if each.desk != desk and each.talks]
    peers += [{"desk": each.desk, "state": "ringing"} for each in contact.lines if each.desk != desk and not each.talks]
    return {
        "incident": contact.incident,
        "state": "talking" if line and line.talks else "ringing",
        "together": contact.together,
        "peers": peers,
        "invited": contact.invitations[-1].queue if pending and contact.invitations else None,
    }
