"""Whose request it is: what the edge copied is joined to the call with its Call-ID and becomes entries of its incident.

A stranger may use another call's Call-ID. So a request joins only a call that came over the trunk its sender's address
belongs to, and that has the same From tag; where that is not known, the call's own request came before it was opened,
and whoever came first has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import md5
from itertools import chain
from typing import Protocol

from gateway.evidence.table import Table
from gateway.incident.errors import EvidenceRefused
from gateway.incident.timeline import Entry, Kind
from gateway.journal import Journal
from gateway.locator.capture import Capture
from gateway.locator.reading import Reading, Reference, read
from gateway.locator.telling import Named, entries, joined_before, mark, unjoined
from gateway.log import get_logger
from gateway.numbers import clean_for_display
from gateway.store import StoreAway

log = get_logger("locator")

TOLD_AFTER_S = 60.0
"""After so long the gateway's own timeline tells that nobody's request came."""

KEPT_S = 900.0
OPENINGS_KEPT_S = 4 * 3600.0
MOST_BYTES = 64 * 1024 * 1024
"""Of requests that wait for their call: anybody may send some, and the store must hold them."""

MOST_OPENINGS = 50_000
BEFORE_S, AFTER_S = 60.0, 1.0
"""How long before and after its request a call may be opened, where its From tag is not known."""

LONGEST_CALL_ID = 300

MESSAGES = "sip_message"
"""The channel of messages that come as SIP requests, each named by Call-ID and CSeq."""


@dataclass(slots=True)
class Opening:
    """A call that a request may belong to.

    Attributes:
        from_tag: as the call was opened with, or as the first request that joined had; None: not known yet.
        over: the call has ended.
    """

    incident: str
    channel_id: str
    trunk: str
    at: float
    from_tag: str | None = None
    over: bool = False


@dataclass(slots=True)
class _Waiting:
    identifier: str
    capture: Capture
    reading: Reading
    told: bool = False


class References(Protocol):
    """Has references fetched."""

    def refusals(self, urls: Sequence[str]) -> Mapping[str, str]:
        """Of those that one request names, why each is not fetched; empty: it is."""

    def ask(self, call: Named, urls: Sequence[str], is_over: Callable[[], bool], identifier: str) -> None:
        """Fetch these; ``identifier`` tells later that all is done."""


@dataclass
class Joining:
    """Used by one thread.

    Attributes:
        fits: whether a source's address may belong to a call over this trunk.
        known_device: takes in whose incident a telephone is the caller's: IMEI, incident, when.
    """

    journal: Journal
    cells: Table
    fits: Callable[[str, str], bool]
    references: References
    known_device: Callable[[str, str, float], None] = lambda _imei, _incident, _at: None
    done: list[str] = field(default_factory=list)
    """Ids of requests of which all is told."""
    _openings: dict[str, list[Opening]] = field(default_factory=dict)
    _calls: dict[str, Opening] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)

    def captured(self, identifier: str, data: Mapping[str, object]) -> None:
        """A request came. Never raises."""
        try:
            capture = Capture.of(data)
            waiting = _Waiting(identifier, capture, read(capture, self.cells))
        except EvidenceRefused as refused:
            log.warning("a copied request cannot be read", where=refused.where, why=refused.why)
            self.done.append(identifier)
        except Exception:
            log.exception("a copied request could not be looked at")
            self.done.append(identifier)
        else:
            if not waiting.reading.found or not waiting.reading.call_id:
                self.done.append(identifier)
            elif not self._join(waiting):
                self._waiting.append(waiting)

    def happened(self, entry: Entry) -> None:
        """Something happened to a contact."""
        data = entry.data
        if entry.kind is Kind.OPENED and data.get("call_id"):
            tag = str(data.get("from_tag") or "") or None
            self._opened(str(data["call_id"]), _opening(entry, str(data.get("trunk", "")), tag))
        elif entry.kind is Kind.MESSAGE and data.get("channel") == MESSAGES:
            trunk = str(data.get("connector", ""))
            named = str(data.get("message", "")).removeprefix(f"{MESSAGES}:{trunk}:")
            self._opened(named.rpartition("-")[0], _opening(entry, trunk, None))
        elif entry.kind in (Kind.ENDED, Kind.ABANDONED) and entry.channel_id in self._calls:
            self._calls[entry.channel_id].over = True

    def look(self, now: float) -> None:
        """Tell of requests that nobody's call came for, and let go of what is old."""
        for waiting in self._waiting:
            if not waiting.told and now - waiting.capture.at > TOLD_AFTER_S:
                waiting.told = True
                self.journal.add([unjoined(waiting.capture, now)])
        kept = [waiting for waiting in self._waiting if now - waiting.capture.at <= KEPT_S]
        size = sum(len(waiting.capture.request) for waiting in kept)
        while size > MOST_BYTES:
            size -= len(kept.pop(0).capture.request)
        left = {waiting.identifier for waiting in kept}
        self.done += [waiting.identifier for waiting in self._waiting if waiting.identifier not in left]
        self._waiting = kept
        self._forget(now)

    def _opened(self, call_id: str, opening: Opening) -> None:
        name = clean_for_display(call_id, LONGEST_CALL_ID)
        known = self._openings.setdefault(name, [])
        if any(other.channel_id == opening.channel_id for other in known):
            return
        known.append(opening)
        self._calls[opening.channel_id] = opening
        self._waiting = [w for w in self._waiting if name not in _names(w.reading.call_id) or not self._join(w)]

    def _join(self, waiting: _Waiting) -> bool:
        reading, capture = waiting.reading, waiting.capture
        known = chain.from_iterable(self._openings.get(name, ()) for name in _names(reading.call_id))
        for opening in known:
            if self.fits(opening.trunk, capture.source) and self._is_of(opening, reading, capture):
                try:
                    self._tell(opening, waiting)
                except Exception:
                    log.exception("a copied request could not be told", incident=opening.incident)
                    self.done.append(waiting.identifier)
                return True
        return False

    def _is_of(self, opening: Opening, reading: Reading, capture: Capture) -> bool:
        if opening.from_tag is None:
            opening.from_tag = joined_before(self.journal.timeline(opening.incident) or (), reading.call_id)
        if opening.from_tag is not None:
            return opening.from_tag in (reading.from_tag, mark(reading.from_tag))
        return not reading.is_within_dialog and opening.at - BEFORE_S <= capture.at <= opening.at + AFTER_S

    def _tell(self, opening: Opening, waiting: _Waiting) -> None:
        reading, capture = waiting.reading, waiting.capture
        opening.from_tag = opening.from_tag or reading.from_tag
        call = Named(opening.incident, opening.channel_id, reading.call_id, mark(reading.from_tag))
        known = self.journal.timeline(opening.incident) or ()
        refusals = self.references.refusals([one.url for one in reading.found if isinstance(one, Reference)])
        self.journal.add(entries(call, reading.found, capture.at, refusals, known))
        for imei in reading.imeis:
            with suppress(StoreAway):
                self.known_device(imei, opening.incident, capture.at)
        if fetched := [url for url, why in refusals.items() if not why]:
            # The request's id comes back with what was fetched.
            self.references.ask(call, fetched, lambda: opening.over, waiting.identifier)
        else:
            self.done.append(waiting.identifier)

    def _forget(self, now: float) -> None:
        # Kept as they came: the first is the oldest, but for some that were spooled.
        oldest = next(iter(self._calls.values()), None)
        if oldest is None or (len(self._calls) <= MOST_OPENINGS and now - oldest.at <= OPENINGS_KEPT_S):
            return
        kept = sorted(self._calls.values(), key=lambda opening: opening.at)[-MOST_OPENINGS:]
        kept = [opening for opening in kept if now - opening.at <= OPENINGS_KEPT_S]
        self._calls = {opening.channel_id: opening for opening in kept}
        openings = {name: [o for o in known if o.channel_id in self._calls] for name, known in self._openings.items()}
        self._openings = {name: known for name, known in openings.items() if known}


def _opening(entry: Entry, trunk: str, from_tag: str | None) -> Opening:
    return Opening(entry.incident, entry.channel_id, trunk, entry.at, from_tag)


def _names(call_id: str) -> tuple[str, str]:
    """What the dialplan may hand on as this Call-ID: itself, or, of a long one, its digest."""
    digest = md5(call_id.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return clean_for_display(call_id, LONGEST_CALL_ID), f"md5-{digest}"
