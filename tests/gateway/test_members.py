"""Asterisk's members are brought to what is wanted, also while people come and go."""

import threading

import pytest

from gateway.calls.members import OFF_DUTY, bring_about
from gateway.rules.rulebook import Desk, DeskKind, LocationForm
from gateway.store.duty import ON, Seat

DESK = Desk("110-2", DeskKind.BROWSER, LocationForm.REFERENCE)


class Members:
    """One member of one queue; somebody may come or go while it is asked after."""

    def __init__(self, paused, meanwhile=lambda: None):
        self.paused = paused
        self.reasons = []
        self.meanwhile = meanwhile

    def queue_status(self):
        self.meanwhile()
        return [{"Event": "QueueMember", "Name": DESK.id, "Paused": str(int(self.paused))}]

    def pause(self, desk, paused, reason):
        assert desk == DESK.id
        self.paused = paused
        self.reasons.append(reason)


@pytest.mark.parametrize("paused", [True, False])
def test_a_desk_is_rung_exactly_while_somebody_is_on_duty_there(paused):
    seats = {DESK.id: Seat(DESK.id, "siti", ON)}
    members = Members(paused)
    bring_about(members, lambda: seats, [DESK], threading.RLock())
    assert not members.paused
    bring_about(members, dict, [DESK], threading.RLock())
    assert members.paused
    assert members.reasons[-1] == OFF_DUTY


def test_who_goes_off_duty_while_asterisk_is_asked_is_not_put_back():
    seats = {DESK.id: Seat(DESK.id, "siti", ON)}

    def goes_off():
        seats.clear()
        members.pause(DESK.id, True, OFF_DUTY)

    members = Members(False, goes_off)
    bring_about(members, lambda: dict(seats), [DESK], threading.RLock())
    assert members.paused
    assert members.reasons == [OFF_DUTY]
