"""What rules want done for callers who hung up, and what of it is not possible."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.rules.obstacle import obstacle
from gateway.rules.rulebook import FollowUp, Rulebook
from gateway.settings import Settings


def impossible(settings: Settings, book: Rulebook) -> Iterator[str]:
    """A sentence for each kind of follow-up that is wanted and not possible: who wants it, why not, what to set."""
    for what in (FollowUp.CALL_BACK, FollowUp.SMS):
        wanting = [rule.name for rule in book.rules.rules if rule.route.abandoned == what]
        if book.policies.unfiled_abandoned == what:
            wanting.append("policies.abandoned.unfiled")
        why = obstacle(what, book.policies, settings)
        if wanting and why:
            yield f"{what} after a hang-up is wanted ({', '.join(wanting)}) and not possible: {why}"
