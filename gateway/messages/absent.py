"""Which desks are gone: missed for so long that what they have is anybody's again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

GONE_SECONDS = 4.0
"""Missed for so long, a desk is gone: after an outage of the store, desks need a moment to say that they are there."""

DESK_GONE = "the desk is gone"
"""Why something is given back."""


@dataclass
class Absent:
    """What one observer has seen of it."""

    _since: dict[str, float] = field(default_factory=dict)
    """When each was first missed."""

    def gone(self, missing: Collection[str], now: float) -> set[str]:
        """
        Args:
            missing: all that are missed at this look, at ``now``.
        """
        self._since = {desk: min(self._since.get(desk, now), now) for desk in missing}
        return {desk for desk, since in self._since.items() if now - since >= GONE_SECONDS}
