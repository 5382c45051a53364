"""What a desk does with the call it has: another agency comes to it or takes over, back to a queue, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify

from gateway.accounts.rights import Right
from gateway.calls.conference import CallRefused, Why
from gateway.calls.duty import Duties
from gateway.calls.lines import Contact
from gateway.desk.supervision import is_violence, may_move
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import Readiness, read
from gateway.web.pages.asterisk import asked_of_asterisk, duties_of
from gateway.web.pages.duty import agency_of
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
            agency = parts.rulebook().agencies.get(agency_of(parts, here))
            discreet = agency is None or not agency.sees_violence
            contacts = duties.calls.of_desk(here)
            return jsonify([_shown(contact, here, duties, discreet=discreet) for contact in contacts])

    @own.post("/api/calls/<incident>/invite")
    @route_for(Right.WORK, "invite")
    def invite(incident: str) -> Response:
        with asked_of_asterisk():
            _invite(parts, duties, desk(), incident)
        return jsonify({"done": True})

    @own.post("/api/calls/<incident>/requeue")
    @route_for(Right.WORK, "requeue")
    def requeue(incident: str) -> Response:
        queue = _known_agency(parts, body().get("queue"))
        with asked_of_asterisk():
            here = desk()
            own = agency_of(parts, here)
            _refuse_elsewhere(parts, own, queue or own, incident)
            duties.calls.requeue(here, incident, queue or own)
        return jsonify({"done": True})

    for name, act in {"cancel": duties.calls.cancel, "leave": duties.calls.leave, "end": duties.calls.end}.items():
        own.post(f"/api/calls/<incident>/{name}", endpoint=name)(route_for(Right.WORK, name)(_plain(desk, act)))
    return own


def _plain(desk: Callable[[], str], act: Callable[[str, str], None]) -> Callable[[str], Response]:
    """The view of an act that needs nothing but the desk and its call."""

    def view(incident: str) -> Response:
        with asked_of_asterisk():
            act(desk(), incident)
        return jsonify({"done": True})

    return view


def _invite(parts: Parts, duties: Duties, desk: str, incident: str) -> None:
    values = body()
    agency = _known_agency(parts, values.get("agency"))
    if not agency:
        raise PageRefused(400, "malformed")
    why = Why.TRANSFER if values.get("transfer") is True else Why.CONFERENCE
    told(outcome=f"{why.value}:{agency}")
    # First what of the call is in the way: who is on duty elsewhere is of no use then.
    duties.calls.to_be_shared(desk, incident)
    _refuse_nobody(duties, agency)
    name = duties.calls.invite(desk, incident, agency, why)
    data = {"queue": agency, "desk": desk, "why": why.value}
    # The queues' watch tells it, too, if it is there: under the same key.
    parts.journal.add([Entry(incident, Kind.INVITED, parts.clock(), data, f"sip:{name}:invited")])


def _refuse_elsewhere(parts: Parts, own: str, queue: str, incident: str) -> None:
    """A caller is given to no other queue than a supervisor might move it to; to the own one always."""
    if queue == own:
        return
    agencies = parts.rulebook().agencies
    violent = is_violence(add_up(incident, parts.store.timeline(incident)))
    if own not in agencies or not may_move(agencies[own], agencies[queue], violent=violent):
        raise CallRefused("not_to_there", "this caller cannot wait for that agency")


def _known_agency(parts: Parts, name: object) -> str:
    """An agency that a page names; empty: it names none.

    Raises:
        PageRefused: there is no such agency.
    """
    if name and name not in parts.rulebook().agencies:
        raise PageRefused(400, "malformed")
    return str(name or "")


def _desk_of(duties: Duties) -> Callable[[], str]:
    def desk() -> str:
        # As last known while the store is away: who has a caller must be able to pass it on.
        seat = duties.seat_of(visitor().account.name)
        if seat is None:
            raise CallRefused("not_on_duty", "this account is at no desk")
        told(about=seat.desk)
        return seat.desk

    return desk


def _refuse_nobody(duties: Duties, agency: str) -> None:
    gone = (Readiness.UNREACHABLE, Readiness.PAUSED)
    for state in read(duties.manager.queue_status(agency), {}, 0.0):
        if state.name == agency and len(state.desks) > state.desks_that_are(*gone):
            return
    raise CallRefused("nobody", agency)


def _shown(contact: Contact, desk: str, duties: Duties, *, discreet: bool) -> dict[str, Any]:
    """
    Args:
        discreet: the desk may not know of violence: who else has the case would tell it, so it sees what it asked for
            itself, of any case.
    """
    line = contact.line_of(desk)
    others = [] if discreet else [each for each in contact.lines if each.desk != desk]
    return {
        "incident": contact.incident,
        "state": "talking" if line and line.talks else "ringing",
        "together": contact.together,
        "peers": [{"desk": each.desk, "state": "joined" if each.talks else "ringing"} for each in others],
        "invited": _invited(contact, desk, duties, own=discreet),
    }


def _invited(contact: Contact, desk: str, duties: Duties, *, own: bool) -> str | None:
    """The agency that is being rung for a caller.

    Args:
        own: only one that this desk asked.
    """
    if not duties.calls.is_pending(contact) or not contact.invitations:
        return None
    invitation = contact.invitations[-1]
    if own and duties.manager.getvar(invitation.channel, "G112_BY") != desk:
        return None
    return invitation.queue
