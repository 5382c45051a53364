"""All that is known of a place and how: every claim, refusal and reference as it came, and what was made of it.

For whoever may know what a case is; or discreetly, for an agency that may not know of violence: then nothing is told
but places, times and how sure they are, in whatever case. Originals may name the caller, hold a writer's words, or tell
which desk has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gateway.evidence import discreet as told_discreetly
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.timeline import Entry, Kind
from gateway.proposals import NEIGHBOUR

Row = dict[str, object]

KINDS: Mapping[str, Kind] = {
    "evidence": Kind.EVIDENCE,
    "refused": Kind.EVIDENCE_REFUSED,
    "references": Kind.REFERENCE,
    "additional": Kind.ADDITIONAL,
    "located": Kind.LOCATED,
    "proposed": Kind.PROPOSED,
}
"""The ledger's lists, and the entries of which each is made."""

WITHHELD = ("original", "provided_by", "holder", "reference", "url", "why", "evidence", "key", "place", "place_en")
"""Fields that are empty in a discreet ledger."""


def ledger(entries: Iterable[Entry], *, discreet: bool = False) -> dict[str, list[Row]]:
    """The lists of KINDS, each in the order in which things happened."""
    told = list(entries)
    lists = {name: [_row(entry) for entry in told if entry.kind is kind] for name, kind in KINDS.items()}
    return _discreetly(lists) if discreet else lists


def _row(entry: Entry) -> Row:
    return {**entry.data, "at": entry.at, "key": entry.key}


def _discreetly(lists: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    shown = {name: [_without(row) for row in rows] for name, rows in lists.items()}
    shown["evidence"] = [_claim(row) for row in shown["evidence"]]
    shown["located"] = [{**row, "location": _answer(row.get("location"))} for row in shown["located"]]
    shown["proposed"] = [row for row in shown["proposed"] if row.get("what") == NEIGHBOUR]
    return {**shown, "additional": []}


def _without(row: Row) -> Row:
    return {name: "" if name in WITHHELD else value for name, value in row.items()}


def _claim(row: Row) -> Row:
    """A claim's row; what of it is not understood may be anything."""
    own = {name: value for name, value in row.items() if name not in ("at", "key")}
    try:
        return {**row, **told_discreetly.claim(Evidence.from_dict(own)).as_dict()}
    except EvidenceRefused:
        return {name: row[name] for name in ("source", "received_at", "at", "key") if name in row}


def _answer(location: object) -> Row:
    """An earlier answer: where it was."""
    if not isinstance(location, Mapping):
        return {}
    shape = location.get("shape")
    is_words = isinstance(shape, Mapping) and shape.get("kind") == "civic"
    last = {"last": _answer(location["last"])} if location.get("last") else {}
    return {**location, "label": "", "civic": [], "shape": None if is_words else shape, "word": None, **last}
