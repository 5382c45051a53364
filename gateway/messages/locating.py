"""Locations that telephones send by themselves (AML), by SMS or over HTTPS: each goes to the incident of its contact.

It may come before the call or the text that it belongs to, so it is held for a while. One that belongs to nothing is
kept on the gateway's own timeline, without whose it was, and offered to calls that have no number (near.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gateway.contact import IncomingMessage
from gateway.evidence import network_cell
from gateway.evidence.aml_told import Told
from gateway.evidence.table import Table
from gateway.gazetteer.current import names
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.timeline import Entry, Kind
from gateway.locator import reading, telling
from gateway.locator.capture import Capture
from gateway.locator.reading import Reference
from gateway.locator.telling import Named, mark
from gateway.log import get_logger
from gateway.messages.joining import BEFORE_S, Telephone, join
from gateway.messages.near import Nameless, Near
from gateway.messages.told import thread_for
from gateway.numbers import number_key
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.store import GATEWAY, Store, StoreAway
from gateway.store.joins import IMEI_DIGITS

HOLD_SECONDS = BEFORE_S
OFFER_SECONDS = 2.0
"""What matches nobody is offered after so long: the call's own entry may be a moment late."""

HELD_MOST = 1_000

Claim = Evidence | EvidenceRefused

log = get_logger("messages")


@dataclass(frozen=True, slots=True)
class _Held:
    """A message of a telephone's, with one of the positions that it tells.

    Attributes:
        key: names what is told, once and for all.
        ids: its parts in the stream; empty where another position of the same message has them.
    """

    message: IncomingMessage
    told: Told
    key: str
    ids: Sequence[str]

    @property
    def telephone(self) -> Telephone:
        return Telephone(self.message.caller.number, self.told.said.imei, self.message.at)

    @property
    def claim(self) -> Claim:
        return self.told.claim


class Locating:
    """Holds locations until their incident is there.

    Args:
        rulebook: the rules in force, for the areas of trunks.
    """

    def __init__(self, store: Store, settings: Settings, rulebook: Callable[[], Rulebook] | None = None):
        self._store = store
        self._settings = settings
        self._cells = Table(settings.state / network_cell.FILE)
        self._near = Near(store, names(settings), rulebook)
        self._held: deque[_Held] = deque()
        self._offered: set[str] = set()

    def forget(self) -> None:
        """Nothing is lost: what is held is still in the stream of parts."""
        self._held.clear()
        self._offered.clear()

    def hold(self, message: IncomingMessage, told: Sequence[Told], ids: Sequence[str]) -> None:
        """Take an AML message.

        Args:
            told: what it tells, one or more.
            ids: its parts in the stream; none where they leave it with words that came beside.
        """
        for index, one in enumerate(told):
            key = f"{message.id}:aml" + (f":{index}" if index else "")
            # The parts leave the stream with the last position.
            self._held.append(_Held(message, one, key, ids if index == len(told) - 1 else ()))

    def of(self, messages: Sequence[IncomingMessage], incident: str) -> list[Entry]:
        """What is held of a writer whose incident is there now; ``look`` keeps it, and what has a key is kept once.

        Args:
            messages: the writer's; a location that came within one of them is this incident's, and held no more.
        """
        number, within = messages[0].caller.number, {message.id for message in messages}
        own = [one for one in self._held if one.message.id in within]
        held = [one for one in self._held if one.message.id not in within]
        self._held = deque(held)
        of_number = [one for one in held if number and one.message.caller.number == number]
        return [entry for one in (*of_number, *own) for entry in self._entries(one, incident)]

    def with_it(self, message: IncomingMessage, incident: str, told: Sequence[Entry]) -> list[Entry]:
        """What the requests that brought a message tell of the place: the very entries that the locator makes of the
        edge's copy (``gateway.locator.joining``), which comes when the message has been handed off. Never raises.

        Args:
            told: the incident's timeline.
        """
        entries: list[Entry] = []
        for request in message.requests:
            try:
                said = reading.read(Capture("", message.at, request), self._cells)
                call = Named(incident, thread_for(message, told) or message.id, said.call_id, mark(said.from_tag))
                # References are fetched by the locator, which knows whom it may ask.
                found = [one for one in said.found if not isinstance(one, Reference)]
                entries += telling.entries(call, found, message.at, {}, told)
            except Exception:
                log.exception("what came with a message could not be read", incident=incident)
        return entries

    def look(self, now: float) -> None:
        """Keep what has an incident by now, or has waited for one long enough.

        Raises:
            StoreAway
        """
        held, self._held = list(self._held), deque()
        joined = join(self._store, [one.telephone for one in held]) if held else []
        unmatched: list[tuple[_Held, bool]] = []
        for index, (one, found) in enumerate(zip(held, joined, strict=True)):
            given_up = len(held) - index > HELD_MOST or now - one.message.at >= HOLD_SECONDS
            # A new one may open yet; else it is the last one's, though that was closed meanwhile.
            if found and (given_up or not found.closed):
                self._keep(one, self._entries(one, found.incident))
                continue
            if not found:
                unmatched.append((one, given_up))
            if not given_up:
                self._held.append(one)
        self._offer(unmatched, now)
        self._offered &= {one.key for one in self._held}

    def _offer(self, unmatched: Sequence[tuple[_Held, bool]], now: float) -> None:
        """Tell of what matches nobody where it may belong, and keep it as nobody's when its time is over."""
        due = [
            (one, given_up)
            for one, given_up in unmatched
            if given_up or (one.key not in self._offered and now - one.message.at >= OFFER_SECONDS)
        ]
        calls = self._near.nameless([one.message.at for one, _ in due])
        for one, given_up in due:
            self._offered.add(one.key)
            entries = list(self._offers(one, calls))
            if given_up:
                self._keep(one, [_nobody_s(one), *entries])
            elif entries:
                self._add(entries)

    def _offers(self, held: _Held, calls: Sequence[Nameless]) -> Iterator[Entry]:
        claim = held.claim
        if isinstance(claim, EvidenceRefused):
            return
        number, holder = held.told.said.emergency_number, partial(self._holder, held.telephone)
        offers = self._near.offers(claim, number, held.message.at, calls, holder)
        for incident, offered in offers:
            key = f"{held.key}:near:{incident}"
            yield Entry(incident, Kind.EVIDENCE, held.message.at, offered.as_dict(), key)

    def _entries(self, held: _Held, incident: str) -> list[Entry]:
        """The claim at its incident, and that of the cell that the message names, if the table knows it."""
        at, said = held.message.at, held.told.said
        claim = held.claim
        if isinstance(claim, Evidence):
            claim = replace(claim, holder=self._holder(held.telephone, incident))
        entries = [_entry(incident, claim, at, held.key)]
        if said.cell:
            named = {"mcc": said.mcc, "mnc": said.mnc, "cell": said.cell, "area": said.area, "access": said.access}
            if cell := network_cell.of_name(self._cells, at, held.claim.original, **named):
                entries.append(_entry(incident, cell, at, f"{held.key}:cell"))
        return entries

    def _holder(self, telephone: Telephone, incident: str) -> str:
        """A name of the telephone that tells neither its number nor its IMEI, and is another in each incident; empty
        where nobody knows which telephone it is."""
        whose = telephone.number or telephone.imei[:IMEI_DIGITS]
        return f"device d{number_key(self._settings, f'{incident}:{whose}')[:16]}" if whose else ""

    def _keep(self, held: _Held, entries: Sequence[Entry]) -> None:
        self._add(entries)
        self._store.messages.incoming_done(list(held.ids))

    def _add(self, entries: Sequence[Entry]) -> None:
        try:
            self._store.add(entries)
        except StoreAway:
            # Away, or is it this one? One that can never be stored must not keep all later ones out.
            self._store.check_writable()
            log.exception("a telephone's location is refused by the store", incident=entries[0].incident)


def _entry(incident: str, claim: Claim, at: float, key: str) -> Entry:
    kind = Kind.EVIDENCE if isinstance(claim, Evidence) else Kind.EVIDENCE_REFUSED
    return Entry(incident, kind, at, claim.as_dict(), key)


def _nobody_s(held: _Held) -> Entry:
    """The claim as it is kept where it belongs to nobody: the original names the telephone and its card."""
    claim = held.claim
    if isinstance(claim, Evidence):
        return _entry(GATEWAY, replace(claim, original=b""), held.message.at, held.key)
    return _entry(GATEWAY, EvidenceRefused(claim.where, claim.why, claim.source), held.message.at, held.key)
