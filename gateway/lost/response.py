"""Answers of RFC 5222 written as XML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from gateway.evidence.pidf_document import CIVIC as CIVIC_NAMESPACE
from gateway.evidence.pidf_document import GML, LANGUAGE, WGS84_2D
from gateway.incident import service_urn
from gateway.incident.shape import Polygon
from gateway.lost import CIVIC, GEODETIC, NAMESPACE, LostFault
from gateway.lost import mapping as mappings
from gateway.lost.boundary import Borders, address_of, key_of
from gateway.lost.validation import Validation

VALIDITY_S = 3600.0
"""How long a client may keep an answer. Rules change within a second; a wrong answer must not outlive them for long."""

QUALIFIED = "civ"
"""Prefix of the names of civic elements in lists of them."""

register_namespace("gml", GML)


class Answer:
    """One answer in the making.

    Args:
        kind: its root element.
        source: what this server is called.
    """

    def __init__(self, kind: str, source: str):
        # A default namespace, which what writes XML here does not offer: some clients know elements by name alone.
        self.root = Element(kind, {"xmlns": NAMESPACE})
        self._source = source

    def mapping(self, found: mappings.Mapping, now: float, updated: float, boundary: Element | None) -> None:
        """
        Args:
            boundary: as ``reference`` or ``value`` below make it; None: none is told.
        """
        told = repr((found.service, found.uris, found.area))
        attributes = {
            "expires": _iso(now + VALIDITY_S),
            "lastUpdated": _iso(updated),
            "source": self._source,
            "sourceId": hashlib.sha256(told.encode()).hexdigest()[:32],
        }
        element = SubElement(self.root, "mapping", attributes)
        for language, name in found.names:
            SubElement(element, "displayName", {LANGUAGE: language}).text = name
        SubElement(element, "service").text = service_urn.urn(found.service)
        if boundary is not None:
            element.extend(boundary)
        for uri in found.uris:
            SubElement(element, "uri").text = uri
        SubElement(element, "serviceNumber").text = found.number

    def validation(self, verdicts: Validation) -> None:
        self.root.set(f"xmlns:{QUALIFIED}", CIVIC_NAMESPACE)
        element = SubElement(self.root, "locationValidation")
        for name in ("valid", "invalid", "unchecked"):
            if names := getattr(verdicts, name):
                SubElement(element, name).text = " ".join(f"{QUALIFIED}:{each}" for each in names)

    def boundary(self, code: str, borders: Borders) -> None:
        self.root.extend(value(code, borders))

    def services(self, names: Iterable[str]) -> None:
        SubElement(self.root, "serviceList").text = " ".join(map(service_urn.urn, names))

    def warnings(self, warnings: Sequence[tuple[str, str]]) -> None:
        if warnings:
            element = SubElement(self.root, "warnings", {"source": self._source})
            for kind, why in warnings:
                SubElement(element, kind, {"message": why, LANGUAGE: "en"})

    def path(self, passed: Iterable[str]) -> None:
        element = SubElement(self.root, "path")
        for source in (*passed, self._source):
            SubElement(element, "via", {"source": source})

    def location_used(self, identifier: str) -> None:
        SubElement(self.root, "locationUsed", {"id": identifier})

    def written(self) -> bytes:
        text: bytes = tostring(self.root, encoding="utf-8", xml_declaration=True)
        return text


def errors(fault: LostFault, source: str) -> bytes:
    """An error as the whole answer."""
    answer = Answer("errors", source)
    answer.root.set("source", source)
    attributes = {"message": fault.why, LANGUAGE: "en"}
    if fault.profiles:
        attributes["unsupportedProfiles"] = " ".join(fault.profiles)
    SubElement(answer.root, fault.kind, attributes)
    return answer.written()


def reference(code: str, borders: Borders, source: str) -> Element:
    """What holds a boundary by reference."""
    holder = Element("boundary")
    SubElement(holder, "serviceBoundaryReference", {"source": source, "key": key_of(code, borders)})
    return holder


def value(code: str, borders: Borders) -> Element:
    """What holds the boundaries of an area, in each profile in which it is known."""
    holder = Element("boundary")
    if border := borders.of(code):
        element = SubElement(holder, "serviceBoundary", {"profile": GEODETIC})
        for polygon in border:
            _polygon(element, polygon)
    _civic(SubElement(holder, "serviceBoundary", {"profile": CIVIC}), address_of(code))
    return holder


def _polygon(parent: Element, polygon: Polygon) -> None:
    element = SubElement(parent, f"{{{GML}}}Polygon", {"srsName": WGS84_2D})
    ring = SubElement(SubElement(element, f"{{{GML}}}exterior"), f"{{{GML}}}LinearRing")
    corners = (*polygon.corners, polygon.corners[0])
    SubElement(ring, f"{{{GML}}}posList").text = " ".join(f"{lat:.7f} {lon:.7f}" for lat, lon in corners)


def _civic(parent: Element, address: Mapping[str, str]) -> None:
    element = SubElement(parent, f"{{{CIVIC_NAMESPACE}}}civicAddress")
    for name, text in address.items():
        SubElement(element, f"{{{CIVIC_NAMESPACE}}}{name}").text = text


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
