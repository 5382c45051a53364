"""The desks as members of their queues: which are passed over, and why. Asterisk is brought to what is wanted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager

from gateway.channels.ami_actions import ActionRefused, Actions
from gateway.queues.state import desk_of
from gateway.rules.rulebook import Desk, DeskKind
from gateway.store.duty import OFF, ON, Seat

OFF_DUTY, PAGE_LOST, NO_REASON, SESSION_OVER = "off duty", "page lost", "pause", "session over"
"""Why a desk is passed over, where nobody said it in words of their own."""


def reachable(manager: Actions) -> set[str]:
    """The desks whose telephone or page is registered, and answered when it was asked last.

    Raises:
        AmiAway, ActionRefused: Asterisk's manager is away, or will not.
    """
    try:
        contacts = manager.send_for_list({"Action": "PJSIPShowContacts"})
    except ActionRefused:
        return set()  # There are none.
    return {contact.get("Endpoint", "") for contact in contacts if contact.get("Status") == "Reachable"}


def bring_about(
    manager: Actions,
    seats: Callable[[], Mapping[str, Seat]],
    desks: Iterable[Desk],
    still: AbstractContextManager[object],
) -> None:
    """Asterisk has forgotten after a restart, and may have been away when somebody came or went.

    Args:
        still: nobody comes or goes while this is held. What differs is looked at again in it: somebody may just have
            gone, and must not be put back by what was so a moment before.

    Raises:
        AmiAway: Asterisk's manager is away.
    """
    known = seats()
    differ = {desk.id: desk for desk in desks}
    for member in manager.queue_status():
        # A desk of several queues is told once.
        desk = differ.pop(desk_of(member["Name"]), None) if member["Event"] == "QueueMember" else None
        if desk is None:
            continue
        is_paused = member.get("Paused") == "1"
        if is_paused == wanted(known.get(desk.id), desk)[0]:
            continue
        with still, contextlib.suppress(ActionRefused):
            passed_over, reason = wanted(seats().get(desk.id), desk)
            if is_paused != passed_over:
                manager.pause(desk.id, passed_over, reason)


def wanted(seat: Seat | None, desk: Desk) -> tuple[bool, str]:
    """Whether a desk is to be passed over, and why. A telephone without anybody's page rings as it always did."""
    if seat is None:
        return desk.kind is DeskKind.BROWSER, OFF_DUTY
    if seat.state == ON:
        return False, ""
    return True, OFF_DUTY if seat.state == OFF else seat.reason or NO_REASON
