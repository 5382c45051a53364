"""PIDF-LO documents read: RFC 4119 and 5491, civic addresses of RFC 5139, confidence of RFC 7459, moving of RFC 5962.

Each shape and each address in each location-info, of every tuple, device and person, becomes one claim or one refusal
that names its place in the document; a shape and an address of one location-info are one claim with both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from xml.etree.ElementTree import Element

from gateway import xml_document
from gateway.evidence import civic, gml, pidf_details
from gateway.evidence.civic import Elements
from gateway.evidence.unended import whole
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.location import Evidence
from gateway.incident.shape import Civic, Shape
from gateway.xml_document import Unfinished, name_of

SOURCE = "pidf_lo"
LARGEST = 256 * 1024
"""Bytes of a document that is read, or kept of one that is not."""

MOST_DOCUMENTS = 8
"""That follow the first one in one body."""

MOST_CLAIMS = 64
MOST_KEPT = 512 * 1024
"""Bytes of originals that one document may come to: every claim of it holds the whole of it, as far as that goes."""

HOLDERS = frozenset({"tuple", "device", "person"})
RELATIVE = ("relative-location", "relativeLocation")
BASELINE = ("baseline", "reference")


def parse(
    document: bytes, received_at: float, source: str = SOURCE, reference: str = ""
) -> list[Evidence | EvidenceRefused]:
    """What a PIDF-LO document claims, or a part of one (geopriv, location-info, shape, civicAddress); never raises.

    Args:
        reference: the URL that the document was fetched from.
    """
    found, rest = _parse_one(document, received_at, source, reference)
    for _ in range(MOST_DOCUMENTS):
        if not rest.startswith("<"):
            break
        # One document after another: what the last one says against XML was said of the next one alone.
        more, following = _parse_one(rest, received_at, source, reference)
        if not any(isinstance(one, Evidence) for one in more):
            break
        found, rest = [*found[:-1], *more], following
    return _kept(found, source, document[:LARGEST])


def _parse_one(
    document: bytes | str, received_at: float, source: str, reference: str
) -> tuple[list[Evidence | EvidenceRefused], str]:
    """What the first document claims, and what follows it; then the last of the list refuses that."""
    original = document if isinstance(document, bytes) else document.encode("utf-8", "replace")
    broken: list[EvidenceRefused] = []
    unended: Sequence[Element] = ()
    rest = ""
    try:
        element = xml_document.root(document, LARGEST, "PIDF-LO")
    except Refused as refused:
        broken = [EvidenceRefused(refused.where, refused.why, source, original[:LARGEST])]
        if not isinstance(refused, Unfinished) or refused.root is None:
            return list(broken), ""
        element, unended, rest = refused.root, refused.open, refused.rest
    found = _found(element, Evidence(source, _NOWHERE, received_at, reference=reference), original, unended)
    if broken:
        # What stood before the break is as good as ever; that there is nothing else is no news.
        return [*(one for one in found if isinstance(one, Evidence) or one.where != "PIDF-LO"), *broken], rest
    return found, ""


def parse_element(
    element: Element, received_at: float, original: bytes, source: str = SOURCE, reference: str = ""
) -> list[Evidence | EvidenceRefused]:
    """What a PIDF-LO element within another document claims, as ``parse``."""
    return _found(element, Evidence(source, _NOWHERE, received_at, reference=reference), original, ())


def root(document: bytes, where: str = "PIDF-LO") -> Element:
    """The root element of a document.

    Raises:
        EvidenceRefused: it is too large, broken, or has a document type or entities.
    """
    try:
        return xml_document.root(document, LARGEST, where)
    except Refused as refused:
        raise EvidenceRefused(refused.where, refused.why, SOURCE, document[:LARGEST]) from None


@dataclass(frozen=True, slots=True)
class _Place:
    """One location-info, what it stands in, and a claim with all that this tells besides the place."""

    where: str
    geopriv: Element
    info: Element
    common: Evidence


_NOWHERE = Civic("")


def _found(
    element: Element, blank: Evidence, document: bytes, unended: Sequence[Element]
) -> list[Evidence | EvidenceRefused]:
    found: list[Evidence | EvidenceRefused] = []
    for place in islice(_places(element, blank), MOST_CLAIMS + 1):
        found += islice(_claims(place, unended), MOST_CLAIMS + 1)
    if len(found) > MOST_CLAIMS:
        found = [*found[:MOST_CLAIMS], EvidenceRefused("PIDF-LO", f"it has more than {MOST_CLAIMS} locations")]
    found = found or [EvidenceRefused("PIDF-LO", "it has no geopriv element")]
    return _kept(found, blank.source, document)


def _kept(
    found: Sequence[Evidence | EvidenceRefused], source: str, document: bytes
) -> list[Evidence | EvidenceRefused]:
    """The same, each with the document it was read from, as far as the bounds go."""
    most = max(1, MOST_KEPT // max(1, len(document)))
    return [_with_original(each, source, document if at < most else b"") for at, each in enumerate(found)]


def _with_original(each: Evidence | EvidenceRefused, source: str, original: bytes) -> Evidence | EvidenceRefused:
    if isinstance(each, Evidence):
        return replace(each, original=original)
    return EvidenceRefused(each.where, each.why, source, original)


def _places(element: Element, blank: Evidence) -> Iterator[_Place]:
    for position, holder in enumerate(_holders(element), 1):
        where = f"PIDF-LO {name_of(holder)}[{position}] "
        geoprivs = list(pidf_details.parts(holder, "geopriv"))
        if not geoprivs and holder is element:
            geoprivs = [holder]
        for geopriv in geoprivs:
            infos = list(pidf_details.parts(geopriv, "location-info"))
            if not infos and geopriv is element and name_of(geopriv) != "geopriv":
                infos = _fragment(geopriv)
            common = _common(holder, geopriv, blank)
            yield from (_Place(where, geopriv, info, common) for info in infos or [Element("none")])


def _common(holder: Element, geopriv: Element, blank: Evidence) -> Evidence:
    # A part of a document is held by nobody.
    named = f"{name_of(holder)} {' '.join(holder.get('id', '').split())}" if name_of(holder) in HOLDERS else ""
    return replace(
        blank,
        observed_at=pidf_details.timestamp(holder, geopriv),
        method=pidf_details.method(geopriv),
        holder=named.strip()[:100],
        provided_by=pidf_details.provided_by(geopriv),
    )


def _holders(element: Element) -> list[Element]:
    """Tuples, devices and persons; or the element itself where it is but a part of a document."""
    presences = list(pidf_details.parts(element, "presence"))
    return [holder for presence in presences for holder in presence] if presences else [element]


def _fragment(element: Element) -> list[Element]:
    """A shape or an address that stands alone, as if in a location-info."""
    if not (gml.is_shape(element) or name_of(element) == "civicAddress"):
        return []
    info = Element("location-info")
    info.append(element)
    return [info]


def _claims(place: _Place, unended: Sequence[Element]) -> Iterator[Evidence | EvidenceRefused]:
    """The claims of one location-info: its shapes, the first with the address; further addresses for themselves."""
    sure, pdf = pidf_details.stated_confidence(place.info, place.geopriv)
    common = replace(place.common, confidence=sure, pdf=pdf)
    told = pidf_details.motion(place.info)
    addresses = [each for each in _addresses(place.info, unended) if each]
    is_empty = True
    for shape, note in _shapes(place.info, unended):
        is_empty = False
        if isinstance(shape, EvidenceRefused):
            yield EvidenceRefused(place.where + shape.where, shape.why)
            continue
        address = addresses.pop(0) if addresses else ()
        yield replace(common, shape=shape, civic=address, label=_label(address, told, note))
    for address in addresses:
        is_empty = False
        try:
            yield replace(common, shape=civic.shape_of(address), civic=address, label=_label(address, told))
        except EvidenceRefused as refused:
            yield EvidenceRefused(place.where + refused.where, refused.why)
    if is_empty and not unended:
        why = "there is none" if name_of(place.info) == "none" else _nothing(place.info)
        yield EvidenceRefused(f"{place.where}location-info", why)


def _nothing(info: Element) -> str:
    unknown = ", ".join(sorted({name_of(part)[:40] for part in info})[:5])
    return f"it has neither a shape nor a civic address that is understood{': ' + unknown if unknown else ''}"


def _label(address: Elements, *told: str) -> str:
    texts = civic.label_of(civic.texts_of(address)), *told
    return ", ".join(text for text in texts if text)[: civic.LONGEST_LABEL]


def _shapes(info: Element, unended: Sequence[Element]) -> Iterator[tuple[Shape | EvidenceRefused, str]]:
    """Each shape of a location-info, with what a desk is told of how it was read."""
    for part in whole(info, unended):
        if name_of(part) in RELATIVE:
            for baseline in (each for each in part if name_of(each) in BASELINE):
                yield from ((shape, "titik acuan / reference point") for shape, _ in _shapes(baseline, unended))
            yield EvidenceRefused(name_of(part), "an offset (RFC 7035) is not read; what it starts from is"), ""
        elif name_of(part) in gml.PARTS or name_of(part) in gml.WRAPPERS:
            yield from _of(part)


def _of(part: Element) -> Iterator[tuple[Shape | EvidenceRefused, str]]:
    try:
        inner = list(gml.shapes_in(part))
    except EvidenceRefused as refused:
        yield refused, ""
        return
    if not inner:
        yield EvidenceRefused(name_of(part), "its shape is unknown"), ""
    for element, system in inner:
        try:
            told = gml.read(element, system)
        except EvidenceRefused as refused:
            yield refused, ""
            continue
        yield told.shape, told.note
        if told.flaw:
            yield EvidenceRefused(told.flaw.where, f"{told.flaw.why}; its position is used"), ""


def _addresses(info: Element, unended: Sequence[Element]) -> Iterable[Elements]:
    for part in whole(info, unended):
        if name_of(part) == "civicAddress":
            yield civic.elements_of(part)
        elif name_of(part) in (*RELATIVE, *BASELINE) or name_of(part) in gml.WRAPPERS:
            yield from _addresses(part, unended)
