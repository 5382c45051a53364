"""What a desk is about to write, and what speaks against it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.desk.answer import is_answer
from gateway.incident.link import why_no_link
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
        link: it has a link by which the telephone tells its place.
        risk: why nothing of the kind would be sent of itself (gateway/incident/link.py): of a link, or of a text to who
            never wrote. Empty: it would.
        muted: why nothing is answered of itself there, where that is so; a desk is asked before it writes.
    """

    incident: str
    id: str
    text: str
    phrase: str
    language: str
    segments: int
    faults: tuple[Fault, ...]
    muted: str = ""
    link: bool = False
    risk: str = ""


def draft(
    incident: str, entries: Sequence[Entry], text: str, language: str, phrase: str = "", *, link: bool = False
) -> Draft:
    """A draft for an incident with this timeline."""
    said = [str(entry.data.get("text", "")) for entry in entries if entry.kind is Kind.MESSAGE]
    known = add_up(incident, entries)
    faults = faults_of(text, said, promises=bool(known.desk))
    own = f"{incident}:desk:{secrets.token_hex(8)}"
    risk = why_no_link(known) if link or not said else ""
    return Draft(incident, own, text, phrase, language, segments(text), faults, known.muted, link, risk)


def faults_of(text: str, said: Sequence[str], *, promises: bool) -> tuple[Fault, ...]:
    """What speaks against sending this; ``answer``: it looks like the answer to a question that this screen asked."""
    found = tuple(lint(text, promises=promises, said=said))
    return (
        (*found, Fault("answer", text, "a yes or no alone may be meant for a question of the desk's"))
        if is_answer(text)
        else found
    )
