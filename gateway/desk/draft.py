"""What a desk is about to write, and what speaks against it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.desk.answer import is_answer
from gateway.desk.care import needs_consent
from gateway.gazetteer.place_names import place_names
from gateway.incident.link import why_no_link
from gateway.incident.report import Nature
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from sms.gsm7 import segments
from sms.linter import Fault, lint
from sms.naming import number_in, persons_in, places_in

_WHY = {
    "place": "another person may read it: do not say where the caller is, or where to go",
    "name": "another person may read it: do not name whoever wrote",
    "number": "another person may read it: do not tell the caller's number",
}


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


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text goes to, and what it must therefore not tell.

    Attributes:
        said: what the writer wrote.
        accepted: a desk has the thread, so that it may say that help comes.
        in_danger: it is violence, may be, or somebody hides: neither help, nor a place, nor a name may be read there.
        number: the caller's, E.164.
        areas: codes of the areas in which the caller is.
        places: the street, the landmark, or the like.
    """

    said: Sequence[str] = ()
    accepted: bool = False
    in_danger: bool = False
    number: str = ""
    areas: Sequence[str] = ()
    places: Sequence[str] = ()


def reader_of(known: Incident, entries: Sequence[Entry]) -> Reader:
    """Whoever reads what is written in this case."""
    told = [entry.data for entry in entries if entry.kind in (Kind.FILED, Kind.HANDED_OFF)]
    read = [place for data in told if isinstance(place := data.get("place"), Mapping)]
    named = [
        area for place in read for level in ("kelurahan", "kecamatan") if isinstance(area := place.get(level), Mapping)
    ]
    labels = [claim.get("label") for claim in known.evidence]
    places = [place.get(name) for place in read for name in ("street", "landmark")]
    return Reader(
        said=[str(entry.data.get("text", "")) for entry in entries if entry.kind is Kind.MESSAGE],
        accepted=bool(known.desk),
        in_danger=needs_consent(known) or known.nature == Nature.UNKNOWN,
        number=known.number or "",
        areas=[
            code
            for code in (*(str(area.get("code", "")) for area in named), *(str(data.get("area", "")) for data in told))
            if code
        ],
        places=[str(place) for place in (*places, *labels) if place],
    )


def draft(
    incident: str, entries: Sequence[Entry], text: str, language: str, phrase: str = "", *, link: bool = False
) -> Draft:
    """A draft for an incident with this timeline."""
    known = add_up(incident, entries)
    reader = reader_of(known, entries)
    # Of a link of ours nothing more can be said than that it is one.
    faults = (Fault("link", "", "another person may follow it"),) if link else faults_of(text, reader)
    own = f"{incident}:desk:{secrets.token_hex(8)}"
    risk = why_no_link(known) if link or not reader.said else ""
    return Draft(incident, own, text, phrase, language, segments(text), faults, known.muted, link, risk)


def faults_of(text: str, reader: Reader) -> tuple[Fault, ...]:
    """What speaks against sending this; ``answer``: it looks like the answer to a question that this screen asked."""
    found = list(lint(text, promises=reader.accepted and not reader.in_danger, said=reader.said))
    if reader.in_danger:
        found += _named(text, reader)
    if is_answer(text):
        found.append(Fault("answer", text, "a yes or no alone may be meant for a question of the desk's"))
    return tuple(found)


def _named(text: str, reader: Reader) -> list[Fault]:
    names = place_names()
    named = {
        "place": ", ".join(places_in(text, names, reader.areas, reader.places)),
        "name": ", ".join(persons_in(text, names, reader.said)),
        "number": number_in(text, reader.number),
    }
    return [Fault(what, words, _WHY[what]) for what, words in named.items() if words]
