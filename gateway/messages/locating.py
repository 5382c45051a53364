"""Locations that telephones send by themselves (AML): each goes to the incident of its number.

It may come before the call or the text that it belongs to, so it is held for a while. One that belongs to nothing is
kept on the gateway's own timeline, without whose it was.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from gateway.contact import IncomingMessage
from gateway.evidence import aml
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.timeline import Entry, Kind
from gateway.log import get_logger
from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store import GATEWAY, Store, StoreAway

HOLD_SECONDS = 30.0
HELD_MOST = 1_000

log = get_logger("messages")


@dataclass(frozen=True, slots=True)
class _Held:
    message: IncomingMessage
    claim: Evidence | EvidenceRefused
    ids: list[str]


class Locating:
    """Holds locations until their incident is there."""

    def __init__(self, store: Store, settings: Settings):
        self._store = store
        self._settings = settings
        self._held: deque[_Held] = deque()

    def forget(self) -> None:
        """Nothing is lost: what is held is still in the stream of parts."""
        self._held.clear()

    def hold(self, message: IncomingMessage, text: str, ids: list[str]) -> None:
        """Take an AML message.

        Args:
            text: as text, whatever it came as.
            ids: its parts in the stream.
        """
        claim: Evidence | EvidenceRefused
        try:
            claim = aml.read(text, message.at)
        except EvidenceRefused as refused:
            claim = refused
        self._held.append(_Held(message, claim, ids))

    def of(self, number: str | None, incident: str) -> list[Entry]:
        """What is held of a number whose incident is there now; ``look`` keeps it, and what has a key is kept once."""
        return [_entry(one, incident) for one in self._held if number and one.message.caller.number == number]

    def look(self, now: float, within: float) -> None:
        """Keep what has an incident by now, or has waited for one long enough.

        Args:
            within: seconds since its last contact for which an incident is the number's.

        Raises:
            StoreAway
        """
        held, self._held = self._held, deque()
        for index, one in enumerate(held):
            given_up = len(held) - index > HELD_MOST or now - one.message.at >= HOLD_SECONDS
            # A new one may open yet; else it is the last one's, though that was closed meanwhile.
            incident = self._incident_of(one.message, now, within, or_closed=given_up)
            if incident or given_up or not one.message.caller.number:
                self._keep(one, incident)
            else:
                self._held.append(one)

    def _keep(self, held: _Held, incident: str | None) -> None:
        try:
            self._store.add([_entry(held, incident)])
        except StoreAway:
            # Away, or is it this one? One that can never be stored must not keep all later ones out.
            self._store.check_writable()
            log.exception("a telephone's location is refused by the store", incident=incident or "")
        self._store.messages.incoming_done(held.ids)

    def _incident_of(self, message: IncomingMessage, now: float, within: float, *, or_closed: bool) -> str | None:
        if not message.caller.number:
            return None
        key = number_key(self._settings, message.caller.number)
        return self._store.open_incident(key, now, within, or_closed=or_closed)


def _entry(held: _Held, incident: str | None) -> Entry:
    message, claim = held.message, held.claim
    kind = Kind.EVIDENCE if isinstance(claim, Evidence) else Kind.EVIDENCE_REFUSED
    key = f"{message.id}:aml"
    if incident:
        return Entry(incident, kind, message.at, claim.as_dict(), key)
    # The original names the telephone and its card.
    nameless = replace(claim, original=b"") if isinstance(claim, Evidence) else _nameless(claim)
    return Entry(GATEWAY, kind, message.at, nameless.as_dict(), key)


def _nameless(refused: EvidenceRefused) -> EvidenceRefused:
    return EvidenceRefused(refused.where, refused.why, refused.source)
