"""Which contact a telephone's own location belongs to: by its number, or its IMEI, and the time.

Anybody can write any IMEI into a text. So the number goes first, and the IMEI counts only where the network told no
number, of the location or of the contact: two numbers that differ are two telephones, whatever they say of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind
from gateway.store import Store

BEFORE_S, AFTER_S = 30.0, 600.0
"""A location belongs to a contact that came at most so long after it, or before it."""

CONTACTS = (Kind.OPENED, Kind.MESSAGE)

MOST_ENTRIES = 400
"""Entries of a timeline that are looked at for its contacts; a flood must not keep others waiting."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """Whose location it is, and when it came."""

    number: str | None
    imei: str
    at: float


@dataclass(frozen=True, slots=True)
class Joined:
    """The incident of a telephone's contact.

    Attributes:
        closed: it was closed meanwhile; a new contact may still come.
    """

    incident: str
    closed: bool


def belongs(contact_at: float, located_at: float) -> bool:
    """Whether a location that came then may be that contact's."""
    return contact_at - BEFORE_S <= located_at <= contact_at + AFTER_S


def contacts(told: Sequence[Entry]) -> Iterator[float]:
    """When an incident's contacts came."""
    return (entry.at for entry in told if entry.kind in CONTACTS)


def join(store: Store, telephones: Sequence[Telephone]) -> list[Joined | None]:
    """For each telephone the incident of its contact: an open one before a closed one, then the latest contact's.

    Raises:
        StoreAway
    """
    found = store.joins.of_telephones([(one.number, one.imei) for one in telephones])
    names = list(dict.fromkeys(name for both in found for incidents in both for name in incidents))
    told = dict(zip(names, store.timelines(names, MOST_ENTRIES), strict=True)) if names else {}
    closed = store.joins.closed(names)
    joined = []
    for one, (of_number, of_imei) in zip(telephones, found, strict=True):
        same = [incident for incident in of_imei if _may_be_of(one.number, told[incident])]
        joined.append(_best(one, of_number, told, closed) or _best(one, same, told, closed))
    return joined


def _may_be_of(number: str | None, told: Sequence[Entry]) -> bool:
    """Whether no contact of an incident contradicts that it is of this number."""
    known = {str(entry.data["number"]) for entry in told if entry.kind in CONTACTS and entry.data.get("number")}
    return number is None or not known or number in known


def _best(one: Telephone, incidents: Sequence[str], told: dict[str, list[Entry]], closed: set[str]) -> Joined | None:
    fitting = (
        (incident not in closed, at, incident)
        for incident in incidents
        for at in contacts(told[incident])
        if belongs(at, one.at)
    )
    best = max(fitting, default=None)
    return Joined(best[2], not best[0]) if best else None
