"""Drills: contacts over the trunks that are this machine's own. They are marked, and in no figure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.incident.timeline import Entry, Kind

PHONE = "phone"
"""The caller's telephone in the browser (setting phone)."""

PHONE_LINES = tuple(f"phone-{number}" for number in range(1, 25))
"""Its lines, one for each page that has it open."""

TRUNKS = frozenset({"trial", PHONE})
"""Of calls from this machine (setting trial_trunk) and from that telephone, and of messages by the trial SMSC."""

MOST = 300
"""Incidents that are kept in mind; of one that is forgotten, what follows counts again."""


def is_drill(entries: Iterable[Entry]) -> bool:
    """Whether all contacts of an incident were drills."""
    trunks = [entry.data.get("trunk") for entry in entries if entry.kind is Kind.OPENED]
    return bool(trunks) and all(trunk in TRUNKS for trunk in trunks)


@dataclass(slots=True)
class Drills:
    """Incidents that are drills, the oldest first, as the feed tells them."""

    incidents: dict[str, None] = field(default_factory=dict)

    def has(self, entry: Entry) -> bool:
        """Whether an entry is of a drill; to be asked of each, in their order."""
        if entry.kind is not Kind.OPENED:
            return entry.incident in self.incidents
        if entry.data.get("trunk") not in TRUNKS:
            # Somebody real came into it: from here on it is none.
            self.incidents.pop(entry.incident, None)
            return False
        if entry.data.get("repeat") and entry.incident not in self.incidents:
            return False
        self.incidents[entry.incident] = None
        while len(self.incidents) > MOST:
            self.incidents.pop(next(iter(self.incidents)))
        return True
