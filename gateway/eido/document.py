"""The whole EIDO of an incident, as one agency may know it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gateway.desk.case import Case, case, need_and_place
from gateway.eido import OURS, VERSION, components
from gateway.eido.components import Component, Names
from gateway.evidence import discreet
from gateway.evidence.ledger import ledger
from gateway.evidence.words import words
from gateway.hand_off import evidence_of
from gateway.incident import location as fusing
from gateway.incident.location import Evidence, Location
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry
from gateway.rules.rulebook import Agency, Rulebook


def document(
    identifier: str,
    entries: Sequence[Entry],
    reader: Agency,
    book: Rulebook,
    *,
    element: str,
    location_url: str,
    gazetteer: fusing.Names | None,
    now: float,
) -> Component:
    """The incident that these entries, in their order, amount to, for the systems of the agency ``reader``.

    Args:
        element: the domain of this gateway.
        location_url: where that agency fetches the location.
    """
    names, shown = Names(identifier, element), case(identifier, entries, reader, gazetteer, now)
    incident = add_up(identifier, entries)
    found = evidence_of(incident)
    fused = fusing.fuse(found, now, known={"trunk": incident.trunk} if incident.trunk else {}, names=gazetteer)
    withheld = not reader.sees_violence
    if withheld:
        shown, fused, found = need_and_place(shown), discreet.location(fused), [discreet.claim(each) for each in found]
    at = max((entry.at for entry in entries if components.is_news(entry, discreet=withheld)), default=now)
    lists = ledger(entries, discreet=withheld)
    parts: Component = {
        "callComponent": (contacts := list(components.calls(names, entries, shown))),
        "callbackComponent": components.callback(names, shown),
        "agencyComponent": components.agencies(names, shown, book, at, reader),
        "agentComponent": components.agents(names, shown, entries),
        "additionalDataComponent": list(components.additional(names, lists["additional"])),
        "locationComponent": (places := _places(names, fused, found, location_url, now)),
        "personComponent": [(person := components.caller(names, shown, contacts))],
        "notesComponent": (notes := list(components.notes(names, shown, at))),
    }
    whole = components.incident(names, shown, at, _ids(places), str(person["$id"]), _ids(notes))
    eido = names.prologue(names.tracking, at) | {
        "eidoVersion": VERSION,
        "issuingElementIdentification": element,
        "incidentComponent": whole,
        **{name: value for name, value in parts.items() if value},
        OURS: _ours(shown, fused, lists, reader, now),
    }
    return {name: _sendable(value) for name, value in eido.items()}


def _sendable(value: object) -> object:
    """What JSON and UTF-8 can carry: a timeline may hold half a letter, or a number that is none."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return None
        case Mapping():
            return {str(name): _sendable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_sendable(inner) for inner in value]
        case _:
            return value


def _ids(parts: Sequence[Component]) -> list[str]:
    return [str(part["$id"]) for part in parts]


def _places(names: Names, fused: Location, found: Sequence[Evidence], url: str, now: float) -> list[Component]:
    return [components.place(names, fused, url, now), *components.claims(names, found, now)]


def _ours(shown: Case, fused: Location, lists: object, reader: Agency, now: float) -> Component:
    """What the standard has no place for."""
    before = shown.before.as_dict() if shown.before else None
    return {
        "agency": reader.id,
        "view": "need and place" if shown.discreet else "whole",
        "made_at": components.stamp(now),
        "silent": shown.silent,
        "life_threat": shown.life_threat,
        "language": shown.language,
        "warnings": list(shown.warnings),
        "found": [{"what": found.what, "words": found.words} for found in shown.found],
        "place": {language: words(fused, language, now) for language in ("id", "en")},
        "location": fused.as_dict(),
        "named": dict(shown.named),
        "ledger": lists,
        "before": before,
    }
