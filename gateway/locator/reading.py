"""What a captured request says of where its caller is, and of who and what calls: pure but for the table of cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote

from gateway.evidence import additional, geo_uri, network_cell, pidf_lo
from gateway.evidence.additional import Additional
from gateway.evidence.table import Table
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.locator import body, sip_request
from gateway.locator.body import Part
from gateway.locator.capture import Capture
from gateway.locator.sip_request import SipRequest, parameters, split
from gateway.log import get_logger

log = get_logger("locator")
_T = TypeVar("_T")

MOST = 100
"""Claims of one request; what comes after them is not read."""

MOST_ORIGINAL = 512 * 1024
"""Bytes of originals that the claims of one request keep together."""

MOST_LOCATORS = 20
LONGEST_URL = 2_048

PIDF = ("application/pidf+xml", "application/pidf-diff+xml")
NETWORK_HEADERS = ("p-access-network-info", "cellular-network-info")
DEVICE_HEADERS = ("contact", "feature-caps")
SESSION = ("application/sdp", "text/plain", "application/isup")


@dataclass(frozen=True, slots=True)
class Reference:
    """Somebody else tells the place.

    Attributes:
        url: as it came.
        source: where it stood: ``geolocation`` (a header), ``held`` (an answer).
    """

    url: str
    source: str = "geolocation"


Found = Evidence | EvidenceRefused | Reference | Additional


@dataclass(frozen=True, slots=True)
class Reading:
    """
    Attributes:
        from_tag, is_within_dialog: whose request it is.
        found: what it says, in the order asked: documents, references, cells, the rest.
    """

    call_id: str
    from_tag: str
    is_within_dialog: bool
    found: Sequence[Found] = ()
    imeis: Sequence[str] = field(default=())


def read(capture: Capture, cells: Table) -> Reading:
    """
    Raises:
        EvidenceRefused: it is no SIP request.
    """
    request = sip_request.read(capture.request)
    found = list(islice(_found(request, capture.at, cells), MOST))
    imeis = dict.fromkeys(one.imei for one in found if isinstance(one, Additional) and one.imei)
    return Reading(request.call_id, request.from_tag, request.is_within_dialog, list(_bounded(found)), list(imeis))


def digest(found: Found) -> str:
    """What names a claim by what it says, so that the same said again is the same."""
    if isinstance(found, Reference):
        said: object = found.url
    elif isinstance(found, Evidence):
        said = {name: value for name, value in found.as_dict().items() if name != "received_at"}
    else:
        said = found.as_dict()
    text = json.dumps([type(found).__name__, said], sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _found(request: SipRequest, at: float, cells: Table) -> Iterator[Found]:
    parts = list(_guarded("body", lambda: body.parts(request)))
    locators = list(_guarded("Geolocation", lambda: _locators(request, at)))
    yield from _guarded("body", lambda: _by_value(parts, locators, at))
    yield from (one for one in locators if not isinstance(one, str))
    networks = [text for name in NETWORK_HEADERS for text in request.texts(name)][:MOST_LOCATORS]
    yield from _guarded("network_cell", lambda: network_cell.from_headers(networks, cells, at))
    yield from _guarded("additional data", lambda: _besides(request, parts))


def _guarded(where: str, read: Callable[[], Iterable[_T]]) -> Iterator[_T | EvidenceRefused]:
    """What is read there; a fault of ours costs what follows it there, and nothing else of the request."""
    try:
        yield from read()
    except Exception as fault:
        log.exception("a request could not be read whole", where=where)
        yield EvidenceRefused(where, f"our own fault: {type(fault).__name__}", pidf_lo.SOURCE)


def _locators(request: SipRequest, at: float) -> Iterator[str | Reference | Evidence | EvidenceRefused]:
    """Where Geolocation headers (RFC 6442) point: Content-IDs of parts, references, and what these tell themselves."""
    values = request.values("geolocation")
    for value in values[:MOST_LOCATORS]:
        url = _url(value)
        scheme = url.partition(":")[0].strip().lower()
        if scheme == "cid":
            yield unquote(url[4:])
        elif scheme == geo_uri.SCHEME and len(url) <= LONGEST_URL:
            yield from geo_uri.find(url, at)
            yield Reference(url)
        elif scheme in ("http", "https", "held", "helds", "sip", "sips", "pres") and len(url) <= LONGEST_URL:
            yield Reference(url)
        else:
            why = "it is no cid, geo, http, https, held, sip or pres URI"
            yield EvidenceRefused("Geolocation", why, pidf_lo.SOURCE, value[:LONGEST_URL].encode())
    if len(values) > MOST_LOCATORS:
        why = f"there are more than {MOST_LOCATORS}: the rest is not read"
        yield EvidenceRefused("Geolocation", why, pidf_lo.SOURCE)


def _url(value: str) -> str:
    """The URI of a value with or without angle brackets and parameters."""
    start, end = value.find("<"), value.find(">")
    return (value[start + 1 : end] if 0 <= start < end else parameters(value)[0]).strip()


def _by_value(
    parts: Iterable[Part | EvidenceRefused], locators: Sequence[object], at: float
) -> Iterator[Evidence | EvidenceRefused]:
    """Documents that headers point to, in their order, and then all others."""
    documents = [part for part in parts if isinstance(part, Part) and _tells_a_place(part)]
    for locator in locators:
        if isinstance(locator, str):
            named = [part for part in documents if part.content_id.lower() == locator.lower()]
            if not named and not any(isinstance(p, Part) and p.content_id.lower() == locator.lower() for p in parts):
                yield EvidenceRefused("Geolocation", "the part it points to is not there", pidf_lo.SOURCE)
            for part in named:
                documents.remove(part)
                yield from _document(part, at)
    for part in documents:
        yield from _document(part, at)
    for refused in parts:
        if isinstance(refused, EvidenceRefused):
            yield EvidenceRefused(refused.where, refused.why, pidf_lo.SOURCE)


def _tells_a_place(part: Part) -> bool:
    """By its type, or, since types are stated wrongly, by what stands in it."""
    if part.type in PIDF:
        return True
    told_else = part.type in SESSION or part.type.startswith(additional.MEDIA_TYPE)
    return not told_else and b"geopriv" in part.body.replace(b"\0", b"")


def _document(part: Part, at: float) -> Iterator[Evidence | EvidenceRefused]:
    document = part.body
    if part.charset and not part.body.lstrip().startswith(b"<?xml"):
        try:
            document = part.body.decode(part.charset).encode()
        except (LookupError, UnicodeError):
            document = part.body
    for found in _guarded("PIDF-LO", lambda: pidf_lo.parse(document, at)):
        yield _with_original(found, part.body) if document is not part.body else found


def _with_original(found: Evidence | EvidenceRefused, original: bytes) -> Evidence | EvidenceRefused:
    if isinstance(found, Evidence):
        return replace(found, original=original)
    return EvidenceRefused(found.where, found.why, found.source, original if found.original else b"")


def _besides(request: SipRequest, parts: Iterable[Part | EvidenceRefused]) -> Iterator[Additional]:
    for part in parts:
        if isinstance(part, Part) and part.type.startswith(additional.MEDIA_TYPE):
            yield additional.read(part.type, part.body)
    for value in request.values("call-info")[:MOST_LOCATORS]:
        purpose = next((p[8:].strip() for p in split(value, ";") if p.lower().startswith("purpose=")), "")
        url = _url(value)
        if purpose.lower().startswith("emergencycalldata.") and not url.lower().startswith("cid:"):
            yield Additional(purpose[18:58], url=url[:LONGEST_URL])
    for name in DEVICE_HEADERS:
        if found := additional.imei(" ".join(request.texts(name))):
            yield Additional("DeviceInfo", imei=found)


def _bounded(found: Iterable[Found]) -> Iterator[Found]:
    """The same, without the originals that are too much."""
    left = MOST_ORIGINAL
    for one in found:
        size = 0 if isinstance(one, Reference) else len(one.original)
        left -= size
        if size == 0 or left >= 0:
            yield one
        elif isinstance(one, EvidenceRefused):
            yield EvidenceRefused(one.where, one.why, one.source)
        elif not isinstance(one, Reference):
            yield replace(one, original=b"")
