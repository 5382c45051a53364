"""Our own location as the answer to a HELD request for it (RFC 5985, RFC 6753)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from gateway import xml_document
from gateway.evidence import pidf_document
from gateway.incident.errors import Refused
from gateway.incident.location import Location

MEDIA_TYPE = "application/held+xml"
REQUEST = "locationRequest"

HELD = "urn:ietf:params:xml:ns:geopriv:held"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def document(location: Location, incident: str, now: float) -> bytes:
    """A ``locationResponse`` with the PIDF-LO in it; without a known place the error ``locationUnknown``."""
    if not location.is_known:
        return error("locationUnknown", "the place is not known yet; ask again")
    presence = pidf_document.document(location, incident, now).split(b"?>", 1)[1]
    return b"<?xml version='1.0' encoding='utf-8'?>\n<locationResponse xmlns=\"%b\">%b</locationResponse>" % (
        HELD.encode(),
        presence,
    )


def refusal(request: bytes) -> bytes:
    """The error that answers a request which is none for a location; empty: it is one."""
    try:
        element = xml_document.root(request, where="HELD")
    except Refused:
        return error("xmlError", "this cannot be read as XML")
    return b"" if xml_document.name_of(element) == REQUEST else error("unsupportedMessage", f"send a {REQUEST}")


def error(code: str, why: str) -> bytes:
    """An error of RFC 5985 section 8.3."""
    element = Element("error", {"xmlns": HELD, "code": code})
    SubElement(element, "message", {LANGUAGE: "en"}).text = why
    text: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return text
