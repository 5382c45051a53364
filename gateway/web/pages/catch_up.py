"""What a page that comes again has missed."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.store.lines import Line
from gateway.web.pages.stream import Stream
from gateway.web.pages.views import Views, Waits

NEVER = (0, 0)
"""Before all feed ids."""


def missed(views: Views, stream: Stream, after: str, until: str) -> tuple[list[tuple[str, str]], bool]:
    """The entry events between two feed ids of the cases that the page has open; and whether some may be missing.

    Raises:
        StoreAway: nobody can say.
    """
    lines = views.glance.store.lines
    oldest, newest = (_order(end) or NEVER for end in lines.ends())
    began, end = _order(after), _order(until) or NEVER
    if began is None or began > newest or (began < oldest and began != NEVER):
        return [], True
    found: list[tuple[str, str]] = []
    waits = views.glance.waits_of(stream.open)
    while (_order(after) or NEVER) < end:
        some = lines.between(after, until)
        if not some:
            break
        found += told_to(views, stream, [(feed_id, line) for feed_id, line in some if line], waits)
        after = some[-1][0]
    return found, False


def told_to(views: Views, stream: Stream, lines: Sequence[tuple[str, Line]], waits: Waits) -> list[tuple[str, str]]:
    """The entry events of these lines that are for a page.

    Args:
        waits: of all cases that any page has open.
    """
    own = {incident: waits[incident] for incident in stream.open if incident in waits}
    return views.entries(stream.whose, lines, own) if own else []


def _order(feed_id: str) -> tuple[int, int] | None:
    """A feed id to compare; None of what is none."""
    first, dash, second = feed_id.partition("-")
    words = (first, second) if dash else (first, "0")
    if all(word.isascii() and word.isdigit() and len(word) < 20 for word in words):
        return int(words[0]), int(words[1])
    return None
