"""What a desk is about to write, and what speaks against it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind, add_up
from sms.gsm7 import segments
from sms.linter import Fault, lint


@dataclass(frozen=True, slots=True)
class Draft:
    """
    Attributes:
        id: the reply's own name: sent twice, it is one reply.
        segments: SMS it takes.
        faults: why it had better not be sent; the desk decides.
    """

    incident: str
    id: str
    text: str
    phrase: str
    language: str
    segments: int
    faults: tuple[Fault, ...]


def draft(incident: str, entries: Sequence[Entry], text: str, language: str, phrase: str = "") -> Draft:
    """A draft for an incident with this timeline."""
    said = [str(entry.data.get("text", "")) for entry in entries if entry.kind is Kind.MESSAGE]
    faults = lint(text, promises=bool(add_up(incident, entries).desk), said=said)
    return Draft(incident, f"{incident}:desk:{secrets.token_hex(8)}", text, phrase, language, segments(text), faults)
