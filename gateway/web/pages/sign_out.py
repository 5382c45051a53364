"""Who signs out is off duty, whatever the page did."""

from __future__ import annotations

from contextlib import suppress

from gateway.accounts.sessions import Session
from gateway.rules.rulebook import DeskKind
from gateway.store import StoreAway
from gateway.store.duty import OFF, Seat
from gateway.web.pages.asterisk import asked_of_asterisk, duties_of
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused


def leave_duty(parts: Parts, session: Session) -> None:
    """As ``/api/duty`` off does, and whom the browser had on the line waits at a queue's head. A desk whose page is of
    another session of the account stays. Never raises: what could not be done now is done by the look at all desks."""
    with suppress(StoreAway, PageRefused), asked_of_asterisk():
        duties = duties_of(parts)
        seat = duties.of(session.account)
        if seat is None or parts.tabs.session_of(seat.account, seat.tab) not in ("", session.digest):
            return
        duties.change(seat.account, seat.desk, OFF, seat.tab)
        if _is_browser(parts, seat):
            duties.calls.rescue(seat.desk)


def _is_browser(parts: Parts, seat: Seat) -> bool:
    agencies = parts.rulebook().agencies.values()
    return any(d.id == seat.desk and d.kind is DeskKind.BROWSER for agency in agencies for d in agency.desks)
