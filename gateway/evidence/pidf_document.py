"""PIDF-LO written (RFC 4119, 5139, 5491, 7459): our own location, a whole ledger of claims, and Asterisk's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from gateway.evidence import civic, gml, rfc3339
from gateway.evidence.civic import CIVIC, Elements, address_of
from gateway.evidence.gml import GML, SHAPES, WGS84_2D
from gateway.evidence.words import plain, words
from gateway.gazetteer import gazetteer
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location
from gateway.incident.shape import Area, Civic, Shape

__all__ = ["CIVIC", "GML", "LANGUAGE", "MEDIA_TYPE", "WGS84_2D", "asterisk_fields", "document", "ledger"]

PIDF = "urn:ietf:params:xml:ns:pidf"
MODEL = "urn:ietf:params:xml:ns:pidf:data-model"
GEOPRIV = "urn:ietf:params:xml:ns:pidf:geopriv10"
POLICY = "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy"
CONFIDENCE = "urn:ietf:params:xml:ns:geopriv:conf"
LANGUAGE = civic.XML_LANGUAGE

MEDIA_TYPE = "application/pidf+xml"

PREFIXES = {
    "": PIDF, "dm": MODEL, "gp": GEOPRIV, "gbp": POLICY, "ca": CIVIC, "cae": civic.EXTENSION, "con": CONFIDENCE,
    "gml": GML, "gs": SHAPES,
}  # fmt: skip
for _prefix, _namespace in PREFIXES.items():
    register_namespace(_prefix, _namespace)

HOLDERS = {"tuple": PIDF, "device": MODEL, "person": MODEL}
NO_LETTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""

NAME = re.compile(r"(\{[^{}\s]{1,200}\})?[A-Za-z_][\w.-]{0,60}|xml:lang", re.ASCII)
LEVELS = ((2, "A1", ""), (5, "A2", ""), (8, "A3", "Kecamatan "), (13, "A4", "Kelurahan "))
"""Digits of an area's code, its element, and the word without which some names are two places."""


def document(location: Location, incident: str, now: float) -> bytes:
    """The location as XML; without a known place only a note that says so and what is known instead."""
    presence = _presence(incident)
    if location.is_known:
        # A name that may be the neighbour's is told in the note with "about", never as an address.
        named = tuple(address_of(location.place).items()) if location.place else ()
        geopriv = _geopriv(location.shape, location.civic or named, location.confidence, location.pdf, location.method)
        holder = SubElement(presence, f"{{{PIDF}}}tuple", {"id": "caller"})
        SubElement(holder, f"{{{PIDF}}}status").append(geopriv)
        _timestamp(holder, PIDF, location.observed_at)
    _note(presence, words(location, "id", now))
    return _text(presence)


def ledger(evidence: Iterable[Evidence], incident: str) -> bytes:
    """Every claim as it was made: one tuple, device or person each, in their order, with all digits.

    Read with ``pidf_lo.parse`` it gives the same shapes, times, methods, providers, confidences and addresses.
    """
    presence = _presence(incident)
    claims = enumerate(evidence, 1)
    for (_, holder, _), group in groupby(
        claims, key=lambda each: (each[1].source, each[1].holder, each[1].observed_at)
    ):
        together = list(group)
        number, first = together[0]
        kind, _, name = holder.partition(" ")
        kind = kind if kind in HOLDERS else "tuple"
        space = HOLDERS[kind]
        element = SubElement(presence, f"{{{space}}}{kind}", {"id": _clean(name) or f"claim{number}"})
        for _, claim in together:
            parent = SubElement(element, f"{{{PIDF}}}status") if kind == "tuple" else element
            parent.append(_claim(claim))
        _note(element, first.source, space)
        _timestamp(element, space, first.observed_at)
    return _text(presence)


def asterisk_fields(location: Location) -> str:
    """``lat lon radius_m confidence observed``, for the dialplan to make a PIDF-LO by value of: a circle that holds it.

    Empty unless a position is known; ``-`` for a radius, confidence or time that is unknown.
    """
    if not location.is_known or location.lat is None or location.lon is None:
        return ""
    radius = "-" if location.radius_m is None else f"{location.radius_m:.1f}"
    confidence = "-" if location.confidence is None else f"{location.confidence:g}"
    observed = "-" if location.observed_at is None else rfc3339.written(int(location.observed_at))
    return f"{location.lat:.7f} {location.lon:.7f} {radius} {confidence} {observed}"


def _presence(incident: str) -> Element:
    return Element(f"{{{PIDF}}}presence", {"entity": f"pres:{plain(incident)}@gateway112.invalid"})


def _claim(claim: Evidence) -> Element:
    return _geopriv(claim.shape, claim.civic, claim.confidence, claim.pdf, claim.method, claim.provided_by)


def _geopriv(
    shape: Shape | None, address: Elements, confidence: float | None, pdf: str, method: str, provider: str = ""
) -> Element:
    geopriv = Element(f"{{{GEOPRIV}}}geopriv")
    info = SubElement(geopriv, f"{{{GEOPRIV}}}location-info")
    if shape is not None and not isinstance(shape, Area | Civic):
        info.append(gml.element_of(shape))
    named = tuple((name, _clean(text)) for name, text in address if NAME.fullmatch(name)) or _address(shape)
    if named:
        info.append(civic.element_of(named))
    if pdf or not isinstance(shape, Area | Civic):
        stated = SubElement(info, f"{{{CONFIDENCE}}}confidence", {"pdf": pdf} if pdf else {})
        stated.text = "unknown" if confidence is None else repr(confidence)
    rules = SubElement(geopriv, f"{{{GEOPRIV}}}usage-rules")
    SubElement(rules, f"{{{POLICY}}}retransmission-allowed").text = "false"
    for token in method.split():
        SubElement(geopriv, f"{{{GEOPRIV}}}method").text = _clean(token)
    if provider:
        SubElement(geopriv, f"{{{GEOPRIV}}}provided-by").text = _clean(provider)
    return geopriv


def _address(shape: Shape | None) -> Elements:
    """The elements of an area that came by its code, or of words that came without elements."""
    if isinstance(shape, Civic):
        return (("LOC", _clean(shape.words)),)
    if not isinstance(shape, Area):
        return ()
    names = gazetteer().names
    codes = [(shape.code[:digits], element, word) for digits, element, word in LEVELS if len(shape.code) >= digits]
    found = tuple((element, word + names[code]) for code, element, word in codes if code in names)
    return (("country", "ID"), *(found or (("LOC", _clean(shape.name or shape.code)),)))


def _timestamp(holder: Element, space: str, at: float | None) -> None:
    if at is None:
        return
    try:
        SubElement(holder, f"{{{space}}}timestamp").text = rfc3339.written(at)
    except (ValueError, OverflowError):
        holder.remove(holder[-1])


def _note(parent: Element, text: str, space: str = PIDF) -> None:
    SubElement(parent, f"{{{space}}}note", {LANGUAGE: "id"} if parent.tag == f"{{{PIDF}}}presence" else {}).text = text


def _clean(text: str) -> str:
    return NO_LETTER.sub(" ", text)


def _text(presence: Element) -> bytes:
    indent(presence)
    text: bytes = tostring(presence, encoding="utf-8", xml_declaration=True)
    return text
