"""What is to be done about a reply, as the timeline stands."""

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.messages.attempt import SENDING_SECONDS, What, decide
from gateway.messages.thread import Delivery

REPLY = Entry("i1", Kind.REPLY, 100.0, {"reply": "r", "by": "gateway", "valid_until": 400.0}, channel_id="t")
BY_DESK = Entry("i1", Kind.REPLY, 100.0, {**REPLY.data, "by": "desk:112-1"}, channel_id="t")
FOLLOW_UP = Entry("i1", Kind.REPLY, 100.0, {**REPLY.data, "by": "follow_up"}, channel_id="t")


def told(*happenings):
    return [Entry("i1", kind, at, data, channel_id="t") for kind, at, data in happenings]


def delivery(status, at=101.0, **others):
    return Kind.DELIVERY, at, {"reply": "r", "status": status} | others


def test_a_new_reply_is_sent():
    decision = decide(REPLY, told(), 101.0)
    assert (decision.what, decision.attempt, decision.claimed) == (What.SEND, 1, False)


@pytest.mark.parametrize("status", ["sent", "delivered", "undelivered", "failed", "expired", "uncertain", "muted"])
def test_a_concluded_reply_is_forgotten(status):
    assert decide(REPLY, told(delivery("sending"), delivery(status)), 500.0).what is What.FORGET


def test_after_a_held_attempt_comes_the_next():
    entries = told(delivery("sending"), delivery("held"), delivery("sending"), delivery("held"))
    assert decide(REPLY, entries, 110.0).attempt == 3


def test_a_claim_without_an_outcome_is_waited_for_and_then_nobody_knows():
    entries = told(delivery("sending", 101.0))
    assert decide(REPLY, entries, 102.0).what is What.WAIT
    assert decide(REPLY, entries, 102.0).until == 101.0 + SENDING_SECONDS
    gone = decide(REPLY, entries, 101.0 + SENDING_SECONDS)
    assert (gone.what, gone.delivery) == (What.CONCLUDE, Delivery.UNCERTAIN)
    assert decide(BY_DESK, entries, 9999.0).delivery is Delivery.UNCERTAIN, "rather than expired: it may have left"


def test_a_claim_of_ours_on_which_nothing_was_done_is_gone_on_with():
    entries = told(delivery("sending", claim="us:1"))
    assert decide(REPLY, entries, 102.0, "us:1") == decide(REPLY, entries, 300.0, "us:1")
    decision = decide(REPLY, entries, 102.0, "us:1")
    assert (decision.what, decision.attempt, decision.claimed) == (What.SEND, 1, True)
    assert decide(REPLY, entries, 102.0, "them:1").what is What.WAIT
    assert decide(REPLY, told(), 102.0, "us:1").claimed is False


@pytest.mark.parametrize("reply", [REPLY, BY_DESK, FOLLOW_UP])
def test_a_reply_is_not_sent_after_its_time(reply):
    assert decide(reply, told(), 400.5).delivery is Delivery.EXPIRED
    assert decide(reply, told(), 399.5).what is What.SEND


@pytest.mark.parametrize(
    "meanwhile",
    [
        [(Kind.MUTED, 101.0, {"why": "takeover"})],
        [(Kind.ACCEPTED, 101.0, {"desk": "112-1"})],
        [(Kind.CLOSED, 101.0, {})],
    ],
)
def test_what_is_answered_of_itself_is_dropped_when_it_should_no_longer_be_and_a_desks_is_sent(meanwhile):
    assert decide(REPLY, told(*meanwhile), 102.0).delivery is Delivery.MUTED
    assert decide(BY_DESK, told(*meanwhile), 102.0).what is What.SEND


@pytest.mark.parametrize(
    "meanwhile",
    [
        [(Kind.MUTED, 50.0, {"why": "loop"}), (Kind.UNMUTED, 60.0, {})],
        [(Kind.ACCEPTED, 90.0, {"desk": "112-1"})],
        [(Kind.ACCEPTED, 101.0, {"desk": "112-1"}), (Kind.RELEASED, 102.0, {"desk": "112-1"})],
    ],
)
def test_what_should_be_answered_is_sent(meanwhile):
    assert decide(REPLY, told(*meanwhile), 103.0).what is What.SEND


def test_the_sms_after_a_hang_up_does_not_leave_once_there_is_no_need():
    hung_up = [(Kind.OPENED, 1.0, {}), (Kind.ABANDONED, 50.0, {})]
    assert decide(FOLLOW_UP, told(*hung_up), 102.0).what is What.SEND
    rang_again = Entry("i1", Kind.OPENED, 101.0, {}, channel_id="another")
    assert decide(FOLLOW_UP, [*told(*hung_up), rang_again], 102.0).delivery is Delivery.MUTED
    violence = Entry("i1", Kind.FILED, 101.0, {"nature": "violence"}, channel_id="another")
    assert decide(FOLLOW_UP, [*told(*hung_up), violence], 102.0).delivery is Delivery.MUTED
