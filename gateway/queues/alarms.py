"""Alarms and messages that did not arrive, as the feed tells them; each told once, however often it came. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from gateway.incident.timeline import Entry, Kind
from gateway.log import scrub

MOST = 300
UNSENT = frozenset({"failed", "expired", "undelivered", "uncertain"})
"""States of a reply that somebody has to know of."""


@dataclass(slots=True)
class Alarm:
    """
    Attributes:
        id: the same for the same sentence about the same incident.
        what: a sentence of ours.
        incident: empty: it concerns the gateway.
        first, last: when it came, seconds since the epoch.
    """

    id: str
    what: str
    incident: str
    process: str
    first: float
    last: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Unsent:
    """A reply that did not reach its addressee, as far as is known."""

    reply: str
    incident: str
    status: str
    at: float


@dataclass(slots=True)
class Troubles:
    """
    Attributes:
        after: id in the feed of the last entry taken.
        gateway: what stands for an incident in entries about the gateway itself.
    """

    gateway: str
    after: str = "0"
    alarms: dict[str, Alarm] = field(default_factory=dict)
    unsent: dict[str, Unsent] = field(default_factory=dict)

    def take(self, feed_id: str, entry: Entry) -> None:
        self.after = feed_id
        if entry.kind is Kind.ALARM:
            self._alarm(entry)
        elif entry.kind is Kind.DELIVERY:
            self._delivery(entry)

    def _alarm(self, entry: Entry) -> None:
        what = scrub(str(entry.data.get("what", "")))
        incident = "" if entry.incident == self.gateway else entry.incident
        name = blake2b(f"{what}\0{incident}".encode(), digest_size=12).hexdigest()
        # What came last stands last.
        alarm = self.alarms.pop(name, None)
        if alarm:
            alarm.first, alarm.last = min(alarm.first, entry.at), max(alarm.last, entry.at)
            alarm.count += 1
        else:
            alarm = Alarm(name, what, incident, str(entry.data.get("process", "")), entry.at, entry.at)
        self.alarms[name] = alarm
        _shorten(self.alarms)

    def _delivery(self, entry: Entry) -> None:
        reply, status = str(entry.data.get("reply", "")), str(entry.data.get("status", ""))
        name = f"{entry.incident} {reply}"
        self.unsent.pop(name, None)
        if status in UNSENT:
            self.unsent[name] = Unsent(reply, entry.incident, status, entry.at)
            _shorten(self.unsent)


def acknowledged(alarm: Alarm, seen: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Who acknowledged it; None where nobody did since it last came."""
    by = seen.get(alarm.id)
    return {"by": by["by"], "at": by["at"]} if by and float(by.get("at", 0)) >= alarm.last else None


def _shorten(kept: dict[str, Any]) -> None:
    while len(kept) > MOST:
        kept.pop(next(iter(kept)))
