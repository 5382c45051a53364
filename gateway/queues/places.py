"""Where callers are, as the store has it, told anew as soon as more is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gateway.desk.place import whereabouts
from gateway.incident.location import Names
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.numbers import clean_for_display
from gateway.store import Store, StoreAway

UNKNOWN_PLACE = "tidak diketahui"
STORE_AWAY = "unknown: the store is away"

AT_ONCE = 40
"""Places asked of the store in one look; the callers first in line are asked for first."""

HELD_SECONDS = 15.0
"""So long what is known is not asked for again, though nothing told that it changed: the feed may have been away."""

TELLING = (Kind.EVIDENCE, Kind.LOCATED, Kind.PROPOSED, Kind.HANDED_OFF, Kind.OPENED)
"""What may change where somebody is."""

LONGEST = 400


@dataclass(frozen=True, slots=True)
class _Known:
    incident: Incident
    handed_off: str
    """The place in words as it was handed off."""
    until: float


@dataclass
class Places:
    """Where the callers of incidents are, in words: one line each for the place, proposals, and telephones near by.

    Attributes:
        names: the gazetteer.
        away: the store was, at the last question.
    """

    store: Store
    names: Names | None = None
    now: Callable[[], float] = time.time
    away: bool = False
    _known: dict[str, _Known] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, entries: Iterable[Entry]) -> bool:
        """Take entries of the feed; whether they may change what is known. Called by another thread."""
        incidents = {entry.incident for entry in entries if entry.kind in TELLING}
        with self._lock:
            self._changed |= incidents
        return bool(incidents)

    def of(self, incidents: Iterable[str]) -> dict[str, str]:
        """The places of these incidents, as far as they are known."""
        with self._lock:
            changed, self._changed = self._changed, set()
        wanted = [incident for incident in dict.fromkeys(incidents) if incident][:AT_ONCE]
        self._known = {name: known for name, known in self._known.items() if name in wanted and name not in changed}
        found: dict[str, str] = {}
        self.away = False
        for incident in wanted:
            if not self.away:
                found[incident] = self._place(incident)
        return found

    def _place(self, incident: str) -> str:
        now = self.now()
        known = self._known.get(incident)
        if known is None or known.until < now:
            try:
                told = self.store.timeline(incident)
            except StoreAway:
                self.away = True
                self._known.clear()
                return STORE_AWAY
            known = self._known[incident] = _Known(add_up(incident, told), _handed_off(told), now + HELD_SECONDS)
        return _words(known, self.names, now)


def _words(known: _Known, names: Names | None, now: float) -> str:
    seen = whereabouts(known.incident, names, now)
    # Of who was handed off without evidence, what was said then is all there is.
    told = seen.source or seen.last
    place = seen.words if told or not known.handed_off else known.handed_off
    near = (f"telepon di dekat, belum cocok (AML): {offer}" for offer in seen.offers)
    lines = [place if told or known.handed_off else UNKNOWN_PLACE, *seen.proposals, *near]
    return "\n".join(clean_for_display(line, LONGEST) for line in lines)


def _handed_off(told: Iterable[Entry]) -> str:
    places = [str(entry.data.get("place", "")) for entry in told if entry.kind is Kind.HANDED_OFF]
    return places[-1] if places else ""
