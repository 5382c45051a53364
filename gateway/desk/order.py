"""In which order an agency is shown who waits, where it may not know of violence. Pure.

Violence is served first. Shown before others to whom it is told as something else, it would be known by its place: so
there those come first whose need is seen to be great, whatever it is, and of these who waits longest.
"""

from __future__ import annotations

from gateway.desk.case import Case

GREAT = ("life_threat", "injured")

Order = tuple[bool, bool, int, float]


def seen_order(case: Case, since: float, *, raised: bool) -> Order:
    """What to sort by: nothing in it but what the agency is shown."""
    great = case.life_threat or any(each.what in GREAT for each in case.found)
    return not raised, not great, case.priority, since
