"""Our own location as the answer to a HELD request for it (RFC 5985, RFC 6753)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from gateway.evidence import pidf_document
from gateway.incident.location import Location

MEDIA_TYPE = "application/held+xml"

HELD = "urn:ietf:params:xml:ns:geopriv:held"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def document(location: Location, incident: str, now: float) -> bytes:
    """A ``locationResponse`` with the PIDF-LO in it; without a known place the error ``locationUnknown``."""
    if not location.is_known:
        return _unknown()
    presence = pidf_document.document(location, incident, now).split(b"?>", 1)[1]
    return b"<?xml version='1.0' encoding='utf-8'?>\n<locationResponse xmlns=\"%b\">%b</locationResponse>" % (
        HELD.encode(),
        presence,
    )


def _unknown() -> bytes:
    error = Element("error", {"xmlns": HELD, "code": "locationUnknown"})
    SubElement(error, "message", {LANGUAGE: "en"}).text = "the place is not known yet; ask again"
    text: bytes = tostring(error, encoding="utf-8", xml_declaration=True)
    return text
