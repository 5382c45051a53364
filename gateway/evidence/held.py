"""HELD, HTTP-Enabled Location Delivery: the question (RFC 5985, RFC 6753) and what an answer says.

An answer of HTTP 200 may be an error, a location, references to it, or both of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from gateway.evidence import pidf_lo
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.evidence import Evidence
from gateway.xml_document import name_of, root, text_of

HELD = "urn:ietf:params:xml:ns:geopriv:held"
MEDIA_TYPE = "application/held+xml"
ACCEPT = f"application/pidf+xml, {MEDIA_TYPE};q=0.9"
WHERE = "HELD"

MOST_REFERENCES = 4
LONGEST_TEXT = 200

PASSING = frozenset({"timeout", "generalLisError", "locationUnknown"})
"""Errors (RFC 5985 §6.3) that may have passed when it is asked again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    Attributes:
        found: claims and refusals.
        references: URIs that tell the location (locationUriSet).
        expires: when those end, seconds since the epoch; None: not said.
        error: code of an error that came without a location; empty if there is one, or no error.
    """

    found: Sequence[Evidence | EvidenceRefused] = ()
    references: Sequence[str] = ()
    expires: float | None = None
    error: str = ""


def question(exact: bool = False, response_ms: int = 2000) -> bytes:
    """A location request to a location URI (RFC 6753 §3).

    Args:
        exact: the location itself or an error, never a reference.
        response_ms: how long the server may take to find a better answer.
    """
    request = Element("locationRequest", {"xmlns": HELD, "responseTime": str(response_ms)})
    SubElement(request, "locationType", {"exact": "true" if exact else "false"}).text = (
        "geodetic civic" if exact else "any"
    )
    document: bytes = tostring(request, encoding="utf-8", xml_declaration=True)
    return document


def read(document: bytes, received_at: float, reference: str) -> Answer:
    """What an answer says, be it HELD's or a bare PIDF-LO. Never raises."""
    try:
        top = root(document, where=WHERE)
    except Refused:
        # It may be broken in a way that a location survives.
        return Answer(pidf_lo.parse(document, received_at, reference=reference))
    match name_of(top):
        case "error":
            code = str(top.get("code", "unknown"))[:40]
            said = next((text_of(child) for child in top if name_of(child) == "message"), "") or top.get("message", "")
            why = f"error {code}" + (f": {said[:LONGEST_TEXT]}" if said else "")
            found = [one for each in _presences(top) for one in _claims(each, received_at, document, reference)]
            return Answer([*found, EvidenceRefused(WHERE, why, pidf_lo.SOURCE, document)], error="" if found else code)
        case "locationResponse":
            return _response(top, document, received_at, reference)
        case _:
            return Answer(pidf_lo.parse(document, received_at, reference=reference))


def _response(top: Element, document: bytes, received_at: float, reference: str) -> Answer:
    found: list[Evidence | EvidenceRefused] = []
    references: list[str] = []
    expires = None
    for child in top:
        if name_of(child) == "presence":
            found += _claims(child, received_at, document, reference)
        elif name_of(child) == "locationUriSet":
            expires = _time(child.get("expires", ""))
            references += [text_of(uri) for uri in child if name_of(uri) == "locationURI" and text_of(uri)]
    if not found and not references:
        found.append(EvidenceRefused(WHERE, "the answer has no location and no reference", pidf_lo.SOURCE, document))
    return Answer(found, references[:MOST_REFERENCES], expires)


def _presences(top: Element) -> list[Element]:
    return [child for child in top if name_of(child) == "presence"]


def _claims(presence: Element, received_at: float, document: bytes, reference: str) -> list[Evidence | EvidenceRefused]:
    return pidf_lo.parse_element(presence, received_at, document, pidf_lo.SOURCE, reference)


def _time(text: str) -> float | None:
    try:
        when = datetime.fromisoformat(text)
        return when.timestamp() if when.tzinfo else None
    except (ValueError, OverflowError):
        return None
