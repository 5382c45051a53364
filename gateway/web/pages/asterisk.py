"""The pages' way to Asterisk: one connection to its manager for the whole process, and how its faults are told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from gateway.accounts.rights import Right, Stage, concerns, may
from gateway.calls.absence import Stay
from gateway.calls.conference import CallRefused
from gateway.calls.duty import Duties, DutyRefused
from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.log import get_logger
from gateway.store.duty import Seat, Seats
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused

LOOK_SECONDS = 1.0

log = get_logger("pages")


def manager_of(parts: Parts) -> Manager:
    """The one connection; it is kept up by ``begin``."""
    if parts.manager is None:
        parts.manager = Manager(parts.settings)
    found: Manager = parts.manager
    return found


def duties_of(parts: Parts) -> Duties:
    """The one duty of all desks."""
    if parts.duties is None:
        seats = Seats(parts.store.redis)
        lasts = float(parts.settings.number("sip_password_seconds"))
        asks = (parts.rulebook, parts.clock, lambda seat: _may_stay(parts, seat), lasts)
        parts.duties = Duties(seats, parts.store.waits, manager_of(parts), *asks)
    found: Duties = parts.duties
    return found


def _may_stay(parts: Parts, seat: Seat) -> Stay:
    """Whether an account may still work at the desk where it is, and its page's session is not over."""
    account = parts.accounts.get(seat.account)
    agencies = parts.rulebook().agencies.values()
    agency = next((agency.id for agency in agencies if any(desk.id == seat.desk for desk in agency.desks)), "")
    if account is None or account.disabled:
        return Stay.NO
    if not may(account, Stage.IN, Right.WORK):
        return Stay.NO
    if not concerns(account, agency):
        return Stay.NO
    if parts.tabs.is_over(account, seat.tab):
        return Stay.WHILE_TALKING
    return Stay.NO if parts.tabs.is_signed_out(seat.account, seat.tab) else Stay.YES


def begin(parts: Parts) -> None:
    """What goes on as long as the process does: the connection, and the look at everybody's duty."""
    duties, manager = duties_of(parts), manager_of(parts)
    threading.Thread(target=_stay_connected, args=(manager,), name="ami", daemon=True).start()
    threading.Thread(target=_look_for_ever, args=(duties,), name="duty", daemon=True).start()


def _stay_connected(manager: Manager) -> None:
    for _ in manager.events():
        pass  # None are asked for: that it ends tells that the connection is gone, and is begun anew.


def _look_for_ever(duties: Duties) -> None:
    pause = threading.Event()
    while not pause.wait(LOOK_SECONDS):
        try:
            duties.look()
        except Exception:
            log.exception("the desks' duty could not be looked at")


@contextlib.contextmanager
def asked_of_asterisk() -> Iterator[None]:
    """Turns what may go wrong into what a page is told."""
    try:
        yield
    except (CallRefused, DutyRefused) as refused:
        raise PageRefused(409, refused.where, who=refused.why) from None
    except AmiAway:
        raise PageRefused(503, "asterisk_away", after=1.0) from None
    except ActionRefused:
        raise PageRefused(409, "asterisk_refused") from None
