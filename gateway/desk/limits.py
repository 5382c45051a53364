"""What the law wants of a case before long, or wanted already: for who may know of violence. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.desk.care import Timer, timers_of
from gateway.desk.rights import concerns
from gateway.incident.limits import HOUR
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry
from gateway.queues.drills import is_drill
from gateway.rules.rulebook import Agency

NEAR_SECONDS = 12 * HOUR
"""A time limit that ends within this is listed: none runs out in a shift that was not seen at its beginning."""

LIMITS_AT_ONCE = 50
"""The cases that are listed: of more those whose limits ended, or end, last, for what was late longest is known."""

LIMITS_LOOKED_AT = 200
"""Of all agencies together."""


def running_out(agency: Agency, known: Incident, entries: Sequence[Entry], now: float) -> list[Timer]:
    """What is still to be done of it, and due soon or late already; what is due first, first.

    None where the agency may not know of violence, or has nothing to do with the case; nor of a drill.
    """
    if not agency.sees_violence:
        return []
    if is_drill(entries):
        return []
    if not concerns(agency, known, entries):
        return []
    near = [each for each in timers_of(known, entries) if each.done_at is None and each.due_at <= now + NEAR_SECONDS]
    return sorted(near, key=lambda each: each.due_at)
