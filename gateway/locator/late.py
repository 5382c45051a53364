"""Evidence that comes after a contact was handed off: what it amounts to is on the timeline, and so before its desk,
within a second; and what the place asks for that only a person may do is proposed.

The feed tells what happened. Who looks again finds the same: an answer that is no other than the one before is not
written, and what is written is keyed by the evidence it came from.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from gateway.evidence.words import words
from gateway.gazetteer.current import names
from gateway.hand_off import evidence_of
from gateway.incident.location import Location, Names, fuse
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.log import get_logger
from gateway.proposals import Proposal, proposable_area, to_neighbour, to_queue
from gateway.rules import CurrentRules
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.store import Store, StoreAway

GAP_SECONDS = 0.4
"""An incident is looked at no sooner again, however much comes: the last of a flood is seen within a second, too."""

BACK_SECONDS = 900
"""So far back is looked when this begins, for what came while nobody was here."""

WAIT_SECONDS = 0.5
GATHER_SECONDS = 0.1
"""What the feed tells so soon after the last is read together with it: each read costs, here and in the store."""

AWAY_SECONDS = 1.0
LOOKED_AT_KEPT = 10_000

FUSED = (Kind.EVIDENCE, Kind.HANDED_OFF)
"""Entries that an answer is made of."""

UNSEEN = ("received_at", "known")
"""What of a location no desk sees, but for the city in ``known``: it changes without a new answer."""

log = get_logger("locator")


class Timelines(Protocol):
    """What is asked of the store."""

    def timeline(self, incident: str) -> list[Entry]: ...

    def feed(self, after: str, wait: float = ...) -> list[tuple[str, Entry]]: ...

    def last_feed_id(self) -> str: ...


class Writer(Protocol):
    """What is asked of the journal."""

    def add(self, entries: Sequence[Entry]) -> object: ...


@dataclass
class Late:
    """Looks at incidents after their hand-off, as the feed tells of them."""

    store: Timelines
    journal: Writer
    rulebook: Callable[[], Rulebook]
    names: Names | None = None
    now: Callable[[], float] = time.time
    _due: dict[str, float] = field(default_factory=dict)
    """Incidents to be looked at, and from when on."""
    _free_at: dict[str, float] = field(default_factory=dict)
    """When each may be looked at again."""
    _silent: set[str] = field(default_factory=set)
    """Incidents seen from their first entry on of which nobody has told any place: most calls, in a flood of them."""

    def follow(self, stop: threading.Event) -> None:
        """Follow the feed until ``stop``. Never raises; while the store is away it waits, and passes over nothing."""
        after = f"{int((self.now() - BACK_SECONDS) * 1000)}-0"
        while not stop.is_set():
            try:
                after = self._follow(after)
                self.look()
                stop.wait(GATHER_SECONDS)
            except StoreAway:
                stop.wait(AWAY_SECONDS)

    def _follow(self, after: str) -> str:
        """Take what the feed tells after this id; the id to go on from."""
        try:
            found = self.store.feed(after, wait=self._pause())
        except (ValueError, KeyError):
            log.exception("an entry of the feed cannot be read")
            return self.store.last_feed_id()
        for _, entry in found:
            self.seen(entry)
        return found[-1][0] if found else after

    def seen(self, entry: Entry) -> None:
        """Note an entry of the feed; ``look`` does what follows from it."""
        if entry.kind is Kind.OPENED and not entry.data.get("repeat"):
            if len(self._silent) >= LOOKED_AT_KEPT:
                self._silent.clear()
            self._silent.add(entry.incident)
        elif entry.kind in FUSED and not self._told_of_no_place(entry):
            self._silent.discard(entry.incident)
            self._due.setdefault(entry.incident, max(self.now(), self._free_at.get(entry.incident, 0.0)))

    def _told_of_no_place(self, entry: Entry) -> bool:
        """Whether this is a hand-off that told of no place, and there was none to tell: nothing is to be looked for."""
        location = entry.data.get("location")
        nowhere = isinstance(location, Mapping) and not location.get("is_known")
        return entry.kind is Kind.HANDED_OFF and nowhere and entry.incident in self._silent

    def look(self) -> None:
        """Look at what is due.

        Raises:
            StoreAway: what was not looked at stays due.
        """
        now = self.now()
        for incident in [each for each, at in self._due.items() if at <= now]:
            began = self.now()
            try:
                self._announce(incident, now)
            except StoreAway:
                raise
            except Exception:
                # One incident that we cannot bear holds up no other.
                log.exception("a late location could not be made out", incident=incident)
            del self._due[incident]
            if len(self._free_at) >= LOOKED_AT_KEPT:
                self._free_at.clear()
            # What takes long must leave time for the others.
            self._free_at[incident] = began + max(GAP_SECONDS, 4 * (self.now() - began))

    def _pause(self) -> float:
        soonest = min(self._due.values(), default=self.now() + WAIT_SECONDS)
        return min(WAIT_SECONDS, max(0.01, soonest - self.now()))

    def _announce(self, identifier: str, now: float) -> None:
        told = self.store.timeline(identifier)
        incident = add_up(identifier, told)
        hand_off = _last(told, Kind.HANDED_OFF)
        if hand_off is None or incident.closed:
            return
        known = {"trunk": incident.trunk} if incident.trunk else {}
        location = fuse(evidence_of(incident), now, known=known, names=self.names)
        entries = [
            _proposed(incident, proposal, now) for proposal in self._proposals(incident, told, hand_off, location)
        ]
        if _seen_of(location.as_dict()) != _seen_of(_answer_before(told)):
            entries.insert(0, _located(told, location, now))
        if entries:
            self.journal.add(entries)

    def _proposals(
        self, incident: Incident, told: Sequence[Entry], hand_off: Entry, location: Location
    ) -> list[Proposal]:
        book = self.rulebook()
        before = str(hand_off.data.get("area", ""))
        found = [
            to_neighbour(location, book),
            to_queue(_report(incident, told), before, proposable_area(location), incident.queue, book),
        ]
        there = {(each.get("what"), each.get("to")) for each in incident.proposals}
        return [each for each in found if each and (each.what, each.to) not in there]


def build(settings: Settings) -> Callable[[threading.Event], None]:
    """What follows the feed until its event is set.

    Raises:
        SettingsRefused, RulesRefused: a secret is missing, or the rules are faulty.
    """
    journal = open_journal(settings, "locator")
    return Late(Store(settings), journal, CurrentRules(settings, journal.alarm).fresh, names(settings)).follow


def _located(told: Sequence[Entry], location: Location, now: float) -> Entry:
    claims = [entry for entry in told if entry.kind is Kind.EVIDENCE]
    keys = "\n".join(sorted(entry.key for entry in told if entry.kind in FUSED))
    best = next((entry for entry in reversed(claims) if _is_from(location, entry)), None)
    data = {
        "place": words(location, "id", now),
        "place_en": words(location, "en", now),
        "location": location.as_dict(),
        "doubts": [str(doubt) for doubt in location.doubts],
        "evidence": best.key if best else "",
    }
    incident = told[0].incident
    # To the same evidence and hand-offs there is one answer, whoever finds it; what comes late need not stand last.
    key = f"{incident}:located:{blake2b(keys.encode(), digest_size=12).hexdigest()}"
    return Entry(incident, Kind.LOCATED, now, data, key)


def _is_from(location: Location, claim: Entry) -> bool:
    return (claim.data.get("source"), claim.data.get("received_at")) == (location.source, location.received_at)


def _proposed(incident: Incident, proposal: Proposal, now: float) -> Entry:
    key = f"{incident.id}:proposed:{proposal.what}:{proposal.to}"
    return Entry(incident.id, Kind.PROPOSED, now, proposal.as_dict(), key)


def _answer_before(told: Sequence[Entry]) -> Mapping[str, object]:
    """What desks were told last; who was handed off without us was told of no place."""
    answer = next((entry for entry in reversed(told) if entry.kind in (Kind.LOCATED, Kind.HANDED_OFF)), None)
    location = answer.data.get("location") if answer else None
    return location if isinstance(location, Mapping) else Location().as_dict()


def _seen_of(location: Mapping[str, object]) -> str:
    """For comparing, as JSON has it; what an earlier version did not tell is as what is not known."""
    known = location.get("known")
    city = known.get("city", "") if isinstance(known, Mapping) else ""
    seen = {name: value for name, value in location.items() if name not in UNSEEN and value is not None}
    return json.dumps([seen, city], sort_keys=True)


def _last(told: Sequence[Entry], kind: Kind) -> Entry | None:
    return next((entry for entry in reversed(told) if entry.kind is kind), None)


def _report(incident: Incident, told: Sequence[Entry]) -> Report:
    """What was filed, as far as rules read it."""
    filed = _last(told, Kind.FILED)
    data = filed.data if filed else {}
    return Report(
        nature=Nature(incident.nature) if incident.nature in set(Nature) else Nature.UNKNOWN,
        silent=incident.silent,
        medium=Medium.MESSAGE if data.get("medium") == Medium.MESSAGE else Medium.CALL,
        life_threat=incident.life_threat,
        injured=bool(data.get("injured")),
        rescue=bool(data.get("rescue")),
        child=bool(data.get("child")),
    )
