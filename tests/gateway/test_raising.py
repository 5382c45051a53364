"""Which waiting call has come near its bound."""

import pytest

from gateway.incident.routing import MOST_URGENT, queue_prio
from gateway.queues.raising import RAISED_PRIO, is_passed_over, to_be_raised
from gateway.queues.state import WaitingCall


def call(name="a", *, since=0.0, bound=60, prio=30, position=1):
    return WaitingCall(f"PJSIP/trial-{name}", name, "incident", "110", position, prio, since, bound)


@pytest.mark.parametrize(("waited", "raised"), [(0, False), (29.9, False), (30, True), (300, True)])
def test_a_call_is_raised_when_its_share_of_the_bound_has_passed(waited, raised):
    assert bool(to_be_raised([call()], 0.5, now=waited)) is raised


def test_a_call_without_a_bound_is_never_raised():
    assert not to_be_raised([call(bound=None)], 0.5, now=100_000)


def test_a_raised_call_is_not_raised_again():
    assert not to_be_raised([call(prio=RAISED_PRIO)], 0.5, now=60)


def test_a_raised_call_goes_before_the_most_urgent():
    assert queue_prio(MOST_URGENT) < RAISED_PRIO


def test_the_call_closest_to_its_bound_is_raised_first():
    near = [call("a", since=0, bound=120), call("b", since=10, bound=60), call("c", since=59, bound=60)]
    assert [each.channel_id for each in to_be_raised(near, 0.5, now=61)] == ["b", "a"]


@pytest.mark.parametrize(
    ("prios", "passed_over"),
    [
        ((), False),
        ((50, 30), False),
        ((RAISED_PRIO, RAISED_PRIO, 50), False),
        ((50, RAISED_PRIO), True),
        ((RAISED_PRIO, 50, RAISED_PRIO), True),
    ],
)
def test_a_raised_call_behind_others_is_noticed(prios, passed_over):
    line = [call(str(number), prio=prio, position=number) for number, prio in enumerate(prios, 1)]
    assert is_passed_over(reversed(line)) is passed_over
