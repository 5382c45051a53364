"""Who waits too long, or where nobody is: what is decided, without a store."""

import pytest

from gateway.messages.waiting import UNANSWERED, UNATTENDED, chain, comes_near_its_bound, goes_on
from gateway.rules.rulebook import Agency, Target
from gateway.store.waiting import Wait

NOW = 1_750_000_000.0
TO_OPERATORS = Target(20, queue="112")


def agency(*overflow, name="ppa"):
    return Agency(name, "", "", "", True, (), overflow)


PROTECTION = agency(Target(20, queue="110"), TO_OPERATORS)
STOPS = chain(PROTECTION)


def waits(queue="ppa", entered=0.0, since=None, bound=None, raised=False):
    """It entered so many seconds ago, and has waited so many."""
    return Wait("i1", queue, "ppa", 2, NOW - (entered if since is None else since), NOW - entered, bound, raised)


def on(wait, *attended):
    return goes_on(wait, STOPS, set(attended), 5, NOW)


def test_a_message_is_raised_at_its_share_of_the_bound_and_once():
    assert comes_near_its_bound(waits(since=15, bound=30), 0.5, NOW)
    assert not comes_near_its_bound(waits(since=14.9, bound=30), 0.5, NOW)
    assert not comes_near_its_bound(waits(since=999), 0.5, NOW)
    assert not comes_near_its_bound(waits(since=15, bound=30, raised=True), 0.5, NOW)


def test_the_wait_counts_through_all_queues():
    assert comes_near_its_bound(waits(entered=1, since=20, bound=30), 0.5, NOW)


def test_a_number_takes_no_messages():
    fire = agency(Target(20, trunk="telkom", number="119"), TO_OPERATORS, name="113")
    assert [stop.queue for stop in chain(fire)] == ["113", "112"]


def test_who_is_not_accepted_in_time_goes_on_to_the_next_agency():
    assert on(waits(entered=19.9), "ppa", "110", "112") is None
    assert on(waits(entered=20), "ppa", "110", "112") == ("110", UNANSWERED)
    assert on(waits("110", entered=20), "ppa", "110", "112") == ("112", UNANSWERED)


def test_who_is_with_the_operators_stays_there():
    assert on(waits("112", entered=9999), "ppa", "110", "112") is None


def test_nobody_goes_on_to_an_agency_where_nobody_is():
    assert on(waits(entered=20), "ppa", "112") == ("112", UNANSWERED)
    assert on(waits(entered=9999), "ppa") is None


def test_a_queue_where_nobody_is_is_skipped_after_a_moment():
    assert on(waits(entered=4.9), "110", "112") is None
    assert on(waits(entered=5), "110", "112") == ("110", UNATTENDED)
    assert on(waits(entered=5), "112") == ("112", UNATTENDED)


def test_where_nobody_is_anywhere_it_ends_with_the_operators():
    assert on(waits(entered=5)) == ("112", UNATTENDED)
    assert on(waits("112", entered=9999)) is None


def test_who_waits_with_absent_operators_comes_back_to_an_agency_where_somebody_is():
    assert on(waits("112", entered=5), "ppa") == ("ppa", UNATTENDED)
    assert on(waits("112", entered=5), "ppa", "110") == ("ppa", UNATTENDED)


@pytest.mark.parametrize("attended", [(), ("ppa",), ("110",), ("112",), ("ppa", "112"), ("ppa", "110", "112")])
def test_nobody_is_sent_to_and_fro(attended):
    queue, moves = "ppa", 0
    while moves <= len(STOPS) and (step := on(waits(queue, entered=9999), *attended)):
        queue, moves = step[0], moves + 1
    assert moves < len(STOPS)
    assert queue in attended or (queue == "112" and not attended)


def test_a_queue_that_the_rules_no_longer_have_is_left():
    assert on(waits("999", entered=5), "ppa") == ("ppa", UNATTENDED)
    assert on(waits("999", entered=5)) == ("112", UNATTENDED)
