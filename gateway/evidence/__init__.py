"""Ways to learn where somebody is, one file each, asked in the order of ``Sources``; and how a desk is told.

A source is a function from a call (and its own table) to claims and refusals. It knows nothing of the other sources;
what they amount to together is decided by gateway.incident.location.fuse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.evidence import keyed_code, network_cell, registered_number, trunk_area
from gateway.evidence.registered_number import Registry
from gateway.evidence.table import Table
from gateway.evidence.whisper import whisper
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.gazetteer.current import names
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence, Location, Names
from gateway.log import get_logger
from gateway.settings import Settings, SettingsRefused

if TYPE_CHECKING:
    from gateway.contact import IncomingCall
    from gateway.rules.rulebook import Rulebook

Found = Sequence[Evidence | EvidenceRefused]

log = get_logger("evidence")


class Sources:
    """Every source with its table, as they are in one process.

    Attributes:
        names: the gazetteer, by whatever boundaries are in force.
    """

    def __init__(self, settings: Settings, rulebook: Callable[[], Rulebook]):
        self.names = names(settings)
        self._rulebook = rulebook
        self._cells = Table(settings.state / network_cell.FILE)
        self._codes = Table(settings.state / keyed_code.FILE)
        self._registry = _registry(settings)

    def gather(self, call: IncomingCall) -> list[Evidence | EvidenceRefused]:
        """All claims of where the caller is, in the order asked, garbled ones as refusals. Never raises."""
        asked: tuple[tuple[str, Callable[[], Found]], ...] = (
            ("network_cell", lambda: network_cell.find(call, self._cells)),
            ("registered_number", lambda: self._registered(call)),
            ("trunk_area", lambda: trunk_area.find(call, self._rulebook().trunks.get(call.caller.trunk))),
        )
        found: list[Evidence | EvidenceRefused] = []
        for source, find in asked:
            try:
                found.extend(find())
            except Exception as fault:  # a fault of one source must not cost the caller the others
                log.exception("a source failed", source=source)
                found.append(EvidenceRefused(source, f"our own fault: {type(fault).__name__}", source))
        return found

    def keyed(self, code: str, at: float) -> Evidence | EvidenceRefused:
        """The place of the post or stop whose code was keyed. Never raises."""
        try:
            return keyed_code.find(code, at, self._codes)
        except Exception as fault:
            log.exception("a source failed", source=keyed_code.SOURCE)
            return EvidenceRefused(keyed_code.WHERE, f"our own fault: {type(fault).__name__}", keyed_code.SOURCE)

    def _registered(self, call: IncomingCall) -> Found:
        return registered_number.find(call, self._registry) if self._registry else []


def _registry(settings: Settings) -> Registry | None:
    """The registered numbers; None where their key is missing, for calls come in without it."""
    try:
        return Registry(settings)
    except SettingsRefused as refused:
        log.warning("registered numbers are not used", source="registered_number", why=str(refused))
        return None


def describe(location: Location, now: float, language: str = "id", names: Names | None = None) -> tuple[str, list[str]]:
    """A location in words and in sounds, named by the gazetteer where it is not yet."""
    location = with_place(location, names)
    return words(location, language, now), whisper(location)


def with_place(location: Location, names: Names | None = None) -> Location:
    """The location with its place's name, as far as the gazetteer knows one."""
    if location.place is not None or location.shape is None:
        return location
    return replace(location, place=(names or gazetteer()).name(location.shape))
