"""All that is known of a place and how: every claim, refusal and reference as it came, and what was made of it.

For whoever may know what a case is; or discreetly, for an agency that may not know of violence: then of such a case
nothing is told but places, times and how sure they are. Originals may name the caller, hold a writer's words, or tell
which desk has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gateway.incident.evidence import Evidence
from gateway.incident.report import Nature
from gateway.incident.timeline import Entry, Incident, Kind
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

WITHHELD = ("original", "provided_by", "holder", "evidence", "key")
"""Fields that are empty in a discreet ledger."""


def ledger(entries: Iterable[Entry], *, discreet: bool = False) -> dict[str, list[Row]]:
    """The lists of KINDS, each in the order in which things happened."""
    told = list(entries)
    lists = {name: [_row(entry) for entry in told if entry.kind is kind] for name, kind in KINDS.items()}
    return _discreetly(lists) if discreet else lists


def discreet_claim(claim: Evidence) -> Evidence:
    """A claim as it stands in a discreet ledger."""
    return replace(claim, original=b"", provided_by="", holder="")


def is_withheld(incident: Incident) -> bool:
    """Whether who may not know of violence sees a discreet ledger only: it is violence, or may be its going on."""
    return incident.nature == Nature.VIOLENCE or bool(incident.before and incident.before.may_be_violence)


def _row(entry: Entry) -> Row:
    return {**entry.data, "at": entry.at, "key": entry.key}


def _discreetly(lists: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    shown = {name: [_without(row) for row in rows] for name, rows in lists.items()}
    shown["proposed"] = [row for row in shown["proposed"] if row.get("what") == NEIGHBOUR]
    return {**shown, "additional": []}


def _without(row: Row) -> Row:
    return {name: "" if name in WITHHELD else value for name, value in row.items()}
