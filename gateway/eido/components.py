"""The data components of NENA-STA-021.1 chapter 2, each with its prologue (§2.2)."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.desk.case import Case
from gateway.desk.happened import NEUTRAL
from gateway.desk.thread import Written
from gateway.desk.words import NATURES, OUTCOMES
from gateway.eido import registries
from gateway.evidence import pidf_document
from gateway.evidence.words import words
from gateway.incident import service_urn
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location
from gateway.incident.shape import centre, radius_m
from gateway.incident.timeline import Entry, Kind
from gateway.language import said
from gateway.rules.rulebook import OPERATORS, Agency, Rulebook

Component = dict[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """What components are called.

    Attributes:
        incident: our identifier.
        element: the domain of this gateway.
    """

    incident: str
    element: str

    @property
    def tracking(self) -> str:
        """The incident tracking identifier (NENA-STA-010.3 §3.1.5)."""
        return f"urn:emergency:uid:incidentid:{self.incident}:{self.element}"

    def call(self, channel_id: str) -> str:
        # What a channel calls a contact may hold a number.
        digest = hashlib.sha256(channel_id.encode()).hexdigest()[:24]
        return f"urn:emergency:uid:callid:{digest}:{self.element}"

    def agency(self, name: str) -> str:
        return f"{name}.{self.element}"

    def part(self, kind: str, number: int | str) -> str:
        return f"{self.element}:{self.incident}:{kind}:{number}"

    def prologue(self, name: str, at: float, agent: str = "") -> Component:
        component: Component = {
            "$id": name,
            "lastUpdateTimeStamp": stamp(at),
            "updatedByAgencyReference": reference(self.agency(OPERATORS)),
        }
        return component | ({"updatedByAgentReference": reference(agent)} if agent else {})


def reference(name: str) -> dict[str, str]:
    return {"$ref": name}


def stamp(at: float) -> str:
    """RFC 3339 with the offset that is in force in Jakarta's own time zone: none of it is asked, so UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def incident(
    names: Names, case: Case, at: float, places: Sequence[str], person: str, notes: Sequence[str]
) -> Component:
    component = names.prologue(names.tracking, at) | {
        "incidentTypeCommonRegistryText": registries.INCIDENT_TYPES.get(case.nature, registries.TROUBLE),
        "incidentTypeInternalCode": case.nature,
        "incidentTypeInternalText": said(NATURES, case.nature, "id"),
        "incidentStatusCommonRegistryText": ["Closed" if case.closed else "Active"],
        "internalIncidentId": names.incident,
        "incidentPriorityInternalText": str(case.priority),
        "incidentCommonPriorityNumber": registries.common_priority(case.priority),
        "locationReference": [reference(place) for place in places],
        "personReference": [reference(person)],
        "notesReference": [reference(note) for note in notes],
    }
    return {name: value for name, value in component.items() if value != []}


def is_news(entry: Entry, *, discreet: bool) -> bool:
    """That a system was told of it is nothing new of the incident; nor, where more is withheld, what is not told."""
    return entry.kind in NEUTRAL if discreet else entry.kind is not Kind.NOTIFIED


def calls(names: Names, entries: Sequence[Entry], case: Case) -> Iterator[Component]:
    """Each contact of the incident, by telephone or in writing."""
    for opened in (entry for entry in entries if entry.kind is Kind.OPENED):
        own = [entry for entry in entries if entry.channel_id == opened.channel_id]
        answered = next((entry for entry in own if entry.kind in (Kind.ANSWERED, Kind.ACCEPTED)), None)
        over = any(entry.kind in (Kind.ENDED, Kind.ABANDONED) for entry in own)
        state = registries.ENDED if over else registries.ANSWERED if answered else registries.BEGUN
        last = next(entry for entry in reversed(own) if entry is opened or is_news(entry, discreet=case.discreet))
        component = names.prologue(names.call(opened.channel_id), last.at) | {
            "standardPrimaryCallType": "emergency",
            "localCallType": str(opened.data.get("medium", "call")),
            "direction": "incoming",
            "callStartTimestamp": stamp(opened.at),
            "callStateRegistryText": state,
            "personReference": [reference(names.part("person", "caller"))],
        }
        if answered:
            component["answerDate"] = stamp(answered.at)
        if case.number:
            component["callBackReference"] = reference(names.part("callback", "caller"))
        if not case.discreet and case.queue:
            component["queueIdentifier"] = names.agency(case.queue)
        yield component


def callback(names: Names, case: Case) -> list[Component]:
    if not case.number:
        return []
    name = names.part("callback", "caller")
    return [names.prologue(name, case.opened_at) | {"callBackInformationUri": [f"tel:{case.number}"]}]


def caller(names: Names, case: Case, contacts: Iterable[Component]) -> Component:
    component = names.prologue(names.part("person", "caller"), case.opened_at)
    component["personIncidentRoleRegistryText"] = [registries.CALLER]
    if known := [contact["$id"] for contact in contacts]:
        component["callIdentifier"] = known
    return component | ({"callBackReference": reference(names.part("callback", "caller"))} if case.number else {})


def agencies(names: Names, case: Case, book: Rulebook, at: float, reader: Agency) -> list[Component]:
    """Who received the call, who has it, who is told. To who may not know what it is: nobody but themselves."""
    roles: dict[str, list[str]] = {OPERATORS: [registries.RECEIVING]}
    # A discreet reader's role would tell whose case it was first.
    for name in () if case.discreet else (case.queue,):
        roles.setdefault(name, []).append(registries.TRANSFERRED)
    for name in (reader.id,) if case.discreet else case.informed:
        roles.setdefault(name, []).append(registries.INFORMATIONAL)
    return [
        names.prologue(names.agency(name), at)
        | {"agencyRoleDescriptionRegistryText": told, "agencyType": [_responder(name, book)]}
        for name, told in roles.items()
        if name in book.agencies
    ]


def _responder(name: str, book: Rulebook) -> str:
    if name == OPERATORS:
        return registries.PSAP
    for service, responder in registries.RESPONDERS.items():
        if book.rules.choose(service_urn.report(service)).route.queue == name:
            return responder
    return registries.OTHER


def agents(names: Names, case: Case, entries: Sequence[Entry]) -> list[Component]:
    """The desks that answered; not for who may not know whose case it is."""
    found: dict[str, Component] = {}
    for entry in entries if not case.discreet else ():
        desk, queue = str(entry.data.get("desk", "")), str(entry.data.get("queue", ""))
        if entry.kind in (Kind.ANSWERED, Kind.ACCEPTED) and desk and queue:
            found[desk] = names.prologue(names.part("desk", desk), entry.at) | {
                "agentRoleRegistryText": [registries.CALL_TAKING],
                "agentWorkstationPositionIdentification": desk,
                "agencyReference": reference(names.agency(queue)),
            }
    return list(found.values())


def notes(names: Names, case: Case, at: float) -> Iterator[Component]:
    """What was written, by whom, and how the case ended."""
    for number, line in enumerate(case.lines, 1):
        comments = {"notesActionComments": _note(line)}
        yield names.prologue(names.part("note", number), line.at) | comments
    if case.task and case.task.outcome:
        text = f"{case.task.queue}: {said(OUTCOMES, case.task.outcome, 'id')}"
        yield names.prologue(names.part("note", "task"), at) | {"notesActionComments": html.escape(text)}


def _note(line: Written) -> str:
    """HTML5, as the standard has it (§2.15)."""
    who = line.who or line.author.value
    return f"<p><b>{html.escape(who)}:</b> {html.escape(line.text)}</p>"


def place(names: Names, location: Location, url: str, now: float) -> Component:
    """What all claims amount to."""
    return names.prologue(names.part("location", "fused"), location.received_at or now) | {
        "locationTypeDescriptionRegistryText": registries.CURRENT_INCIDENT,
        "locationByValue": pidf_document.document(location, names.incident, now).decode(),
        "locationByReferenceUrl": url,
        "locationDescriptionText": words(location, "id", now),
    }


def claims(names: Names, found: Sequence[Evidence], now: float) -> Iterator[Component]:
    """Each claim by itself, without loss."""
    for number, claim in enumerate(found, 1):
        yield names.prologue(names.part("location", number), claim.received_at) | {
            "locationTypeDescriptionRegistryText": registries.LOCATION_TYPES.get(claim.source, registries.CALLER),
            "locationByValue": pidf_document.ledger([claim], names.incident).decode(),
            "locationDescriptionText": words(_alone(claim), "id", now),
        }


def _alone(claim: Evidence) -> Location:
    middle = centre(claim.shape)
    return Location(
        shape=claim.shape,
        lat=middle[0] if middle else None,
        lon=middle[1] if middle else None,
        radius_m=radius_m(claim.shape),
        source=claim.source,
        method=claim.method,
        label=claim.label,
        confidence=claim.confidence,
        observed_at=None if claim.has_wrong_clock else claim.observed_at,
        received_at=claim.received_at,
        trust=int(claim.counted_confidence),
    )


def _text(original: bytes) -> str:
    try:
        return original.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def additional(names: Names, rows: Iterable[Mapping[str, object]]) -> Iterator[Component]:
    """What the caller's device and networks told besides (RFC 7852), by value or by reference."""
    for number, row in enumerate(rows, 1):
        component = names.prologue(names.part("additional", number), float(str(row.get("at", 0.0))))
        if url := str(row.get("url", "")):
            yield component | {"additionalDataByReferenceUrl": url, "urlPurpose": str(row.get("what", ""))}
        elif value := _text(base64.b64decode(str(row.get("original", "")))):
            yield component | {"additionalDataByValue": value}
