"""Raising: no call waits longer than its rule's bound while desks answer, although violence goes first."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.incident.routing import MOST_URGENT, queue_prio
from gateway.queues.state import WaitingCall

RAISED_PRIO = queue_prio(MOST_URGENT, raised=True)


def come_near_its_bound(call: WaitingCall, raise_at: float, now: float) -> bool:
    """Whether a call must go before all others now: it has waited for its share of the bound, and is not raised yet.

    Args:
        raise_at: share of the bound, above 0 and at most 1 (policy).
    """
    return call.bound is not None and call.prio < RAISED_PRIO and now - call.since >= raise_at * call.bound


def to_be_raised(waiting: Iterable[WaitingCall], raise_at: float, now: float) -> list[WaitingCall]:
    """Calls to raise, the one closest to its bound first: among raised calls, who was raised first is served first."""
    near = [call for call in waiting if come_near_its_bound(call, raise_at, now)]
    return sorted(near, key=lambda call: call.since + (call.bound or 0))


def is_passed_over(waiting: Iterable[WaitingCall]) -> bool:
    """Whether in one queue a raised call stands behind one that is not: Asterisk before 20.5 does not sort anew."""
    line = [call.prio >= RAISED_PRIO for call in sorted(waiting, key=lambda call: call.position)]
    return line != sorted(line, reverse=True)
