"""Queries of RFC 5222 §8 to §11 read from XML; all of it comes from strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from gateway import xml_document
from gateway.evidence.gml import shape_of_element
from gateway.incident import service_urn
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.shape import Shape
from gateway.lost import CIVIC, GEODETIC, NAMESPACE, PROFILES, LostFault
from gateway.xml_document import name_of, text_of

FIND, LIST, LIST_BY_LOCATION, BOUNDARY = (
    "findService", "listServices", "listServicesByLocation", "getServiceBoundary",
)  # fmt: skip
QUERIES = (FIND, LIST, LIST_BY_LOCATION, BOUNDARY)

LONGEST = 200
"""Characters of an identifier that is given back."""

MOST_ELEMENTS = 60
"""Elements of a civic address; RFC 5139 and its registry have fewer."""

_TOKEN = re.compile(r"[\w.:\-]{1,60}")


@dataclass(frozen=True, slots=True)
class Place:
    """The first location of a query whose profile is understood.

    Attributes:
        id: what the client calls it.
        shape: of ``geodetic-2d``.
        address: of ``civic``: elements of RFC 5139 by name.
    """

    id: str
    profile: str
    shape: Shape | None = None
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """
    Attributes:
        kind: one of QUERIES.
        service: a service's name without ``urn:service:``; empty if the query has none.
        place: None where the query has none.
        by_value: the boundary itself is wanted, not a reference.
        validate: the address is to be validated.
        key: of the boundary that is asked for.
        path: the servers it passed.
    """

    kind: str
    service: str = ""
    place: Place | None = None
    by_value: bool = False
    validate: bool = False
    key: str = ""
    path: tuple[str, ...] = ()


def read(document: bytes) -> Query:
    """The query in a document.

    Raises:
        LostFault: what is wrong with it.
    """
    try:
        root = xml_document.root(document, where="LoST")
    except Refused as refused:
        raise LostFault("badRequest", f"{refused.where}: {refused.why}") from None
    space, _, kind = str(root.tag).rpartition("}")
    if space != f"{{{NAMESPACE}" or kind not in QUERIES:
        raise LostFault("badRequest", f"the query must be one of {', '.join(QUERIES)} in {NAMESPACE}")
    if kind == BOUNDARY:
        return Query(kind, key=_key(root), path=tuple(_path(root)))
    return Query(
        kind=kind,
        service=_service(root, required=kind == FIND),
        place=_place(root) if kind in (FIND, LIST_BY_LOCATION) else None,
        by_value=root.get("serviceBoundary", "reference").strip() == "value",
        validate=root.get("validateLocation", "false").strip() in ("true", "1"),
        path=tuple(_path(root)),
    )


def _children(parent: Element, name: str) -> Iterator[Element]:
    return parent.iterfind(f"{{{NAMESPACE}}}{name}")


def _path(root: Element) -> Iterator[str]:
    for path in _children(root, "path"):
        for via in list(_children(path, "via"))[:20]:
            yield via.get("source", "")[:LONGEST]


def _key(root: Element) -> str:
    key = root.get("key", "").strip()
    if not key:
        raise LostFault("badRequest", "getServiceBoundary needs a key")
    return key[:LONGEST]


def _service(root: Element, *, required: bool) -> str:
    element = next(_children(root, "service"), None)
    text = text_of(element) if element is not None else ""
    if not text and not required:
        return ""
    if not text.lower().startswith("urn:"):
        raise LostFault("badRequest", "the query needs a service, a URN such as urn:service:sos")
    name = service_urn.name(text)
    if not text.lower().startswith(service_urn.PREFIX) or not name:
        raise LostFault("serviceNotImplemented", "only services of urn:service are known here")
    return name


def _place(root: Element) -> Place:
    offered = list(_children(root, "location"))
    if not offered:
        raise LostFault("badRequest", "the query needs a location")
    known = next((location for location in offered if location.get("profile") in PROFILES), None)
    if known is None:
        profiles = tuple(name for location in offered[:10] if _TOKEN.fullmatch(name := location.get("profile", "")))
        raise LostFault("locationProfileUnrecognized", f"the profiles known here are {', '.join(PROFILES)}", profiles)
    profile, name = known.get("profile", ""), known.get("id", "")[:LONGEST]
    if profile == GEODETIC:
        return Place(name, profile, shape=_shape(known))
    return Place(name, CIVIC, address=_address(known))


def _shape(location: Element) -> Shape:
    shape = next(iter(location), None)
    if shape is None:
        raise LostFault("locationInvalid", "the location has no shape in it")
    try:
        return shape_of_element(shape)
    except EvidenceRefused as refused:
        kind = "SRSInvalid" if "coordinate system" in refused.why else "locationInvalid"
        raise LostFault(kind, f"{refused.where}: {refused.why}") from None


def _address(location: Element) -> dict[str, str]:
    civic = next((element for element in location.iter() if name_of(element) == "civicAddress"), None)
    if civic is None:
        raise LostFault("locationInvalid", "the location has no civicAddress in it")
    found = {name_of(part): text_of(part)[:LONGEST] for part in list(civic)[:MOST_ELEMENTS]}
    return {name: text for name, text in found.items() if text and _TOKEN.fullmatch(name)}
