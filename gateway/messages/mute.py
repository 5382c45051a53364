"""The entry by which a thread is no longer answered of itself. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.incident.timeline import Entry, Kind

NOT_SAFE = "not_safe"
"""The writer, or a desk for him, said that no answer is safe."""


def muted(incident: str, why: str, entries: Sequence[Entry], now: float) -> Entry:
    """
    Args:
        entries: the timeline so far: each mute of it is one entry, however many find the same reason.
    """
    before = sum(entry.kind is Kind.MUTED for entry in entries)
    return Entry(incident, Kind.MUTED, now, {"why": why}, f"{incident}:muted:{before}")
