"""What some bytes tell of a place, in whatever of the known forms they are: the form is recognised, not stated.

PIDF-LO or a part of one, HELD and LoST; a raw SIP request, or its body; AML in every form; headers that name a cell or
point to a location; texts that name a place, give a position or link to a map. Several to a file, a line each, unless
their form has lines of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from xml.etree.ElementTree import Element

from gateway import xml_document
from gateway.evidence import aml, aml_data, cell_name, gml, held, message_place, network_cell, pidf_lo
from gateway.evidence.table import Table
from gateway.gazetteer.place_names import place_names
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.evidence import Evidence
from gateway.locate.pasted_request import as_request
from gateway.locator import reading
from gateway.locator.capture import Capture
from gateway.locator.reading import Reference
from gateway.xml_document import name_of
from sms.places import read_places

LARGEST = 1024 * 1024
MOST_LINES = 10_000
LONGEST_LINE = 4_000

Found = Evidence | EvidenceRefused | Reference

DOCUMENTS = re.compile(r"(?=<\?xml[\s?])")
HEADER = re.compile(r"\s*geolocation\s*:", re.IGNORECASE)

HTTP_HEAD = re.compile(
    r"(?:HTTP/\d\.\d \d{3}|[A-Z]{3,7} \S{1,2000} HTTP/\d\.\d)[^\n]{0,200}\n(?:[^\s:]{1,80}:[^\n]*\n)*\r?\n"
)
QUESTION = "locationRequest"
"""HELD's, which may have positions in it: of access points that a telephone heard (RFC 7105), of nobody who calls."""

OPENING = re.compile(rf"<((?:[A-Za-z_][\w.-]{{0,30}}:)?(?:presence|geopriv|location-info|{QUESTION}))[\s>]")
MOST_EMBEDDED = 16
DOCUMENT_TYPE = re.compile("<!DOCTYPE", re.IGNORECASE)
"""What declares one is refused unread, also in pieces."""

PROSE_LINES, PROSE_SHARE = 20, 10
"""From so many lines on a text is prose, unless one in so many tells something: in a list of messages more do."""

PROSE_NAMED = 5

HOLDERS = frozenset({"presence", "geopriv"})

NOTHING = "nothing in it tells a place in a form that is known"


def found(body: bytes, at: float, cells: Table) -> list[Found]:
    """The claims in these bytes, garbled ones as refusals; never nothing, never raises.

    Args:
        at: when they came. Claims that tell no time of their own are of that moment.
        cells: the operator's table of cells.
    """
    if len(body) > LARGEST:
        return [EvidenceRefused("file", f"it is larger than {LARGEST} bytes")]
    if not body.strip(b"\0 \t\r\n"):
        return [EvidenceRefused("file", "it is empty")]
    text = xml_document.decoded(body).lstrip("\ufeff\0 \t\r\n")
    if head := HTTP_HEAD.match(text):
        text = text[head.end() :].lstrip()
        body = text.encode("utf-8", "replace")
    told = _of_form(body, text, at, cells)
    if any(isinstance(one, Evidence) for one in told) or DOCUMENT_TYPE.search(text):
        return told
    # Whatever surrounds a document, it may be whole.
    embedded = [one for document in _embedded(text) for one in pidf_lo.parse(document, at)]
    if not any(isinstance(one, Evidence) for one in embedded):
        return told
    return [*embedded, *(one for one in told if isinstance(one, Reference))]


def _says_nothing(one: Found) -> bool:
    return isinstance(one, EvidenceRefused) and one.why == NOTHING


def _of_form(body: bytes, text: str, at: float, cells: Table) -> list[Found]:
    if text.startswith("--") and (told := aml.read_any(body, at)):
        return list(told)
    if request := as_request(body):
        return _of_request(request, at, cells)
    if text.startswith("<"):
        documents = [part.encode("utf-8", "replace") for part in DOCUMENTS.split(text) if part.strip()]
        return [one for part in (documents if len(documents) > 1 else [body]) for one in _of_xml(part, at)]
    numbered = {number: line for number, line in enumerate(text.splitlines(), 1) if line.strip()}
    lines = [*numbered.values()]
    if len(lines) < 2 or aml_data.is_wrapped(lines) or not any(_is_known(line) for line in lines):
        told = aml.read_any(body, at)
        if told is not None:
            return list(told)
    if "\0" in text or text.count("\ufffd") > len(text) // 10:
        return [EvidenceRefused("file", f"it is binary, and {NOTHING}")]
    return [EvidenceRefused("text", NOTHING)] if OPENING.search(text) else _of_lines(numbered, at, cells)


def _embedded(text: str) -> Iterator[bytes]:
    """Documents within something else; the last one may be cut off."""
    start = 0
    for _ in range(MOST_EMBEDDED):
        opening = OPENING.search(text, start)
        if opening is None:
            return
        closing = f"</{opening[1]}>"
        end = text.find(closing, opening.end())
        start = len(text) if end < 0 else end + len(closing)
        if not opening[1].endswith(QUESTION):
            yield text[opening.start() : start].encode("utf-8", "replace")


def _of_request(request: bytes, at: float, cells: Table) -> list[Found]:
    try:
        told = reading.read(Capture("", at, request), cells).found
    except EvidenceRefused as refused:
        return [refused]
    places: list[Found] = [one for one in told if isinstance(one, Found)]
    return places or [EvidenceRefused("SIP request", NOTHING)]


def _of_xml(document: bytes, at: float) -> list[Found]:
    try:
        top = xml_document.root(document, pidf_lo.LARGEST)
    except Refused:
        # It may be broken in a way that a location survives.
        return list(pidf_lo.parse(document, at))
    if name_of(top) in ("locationResponse", "error"):
        answer = held.read(document, at, "")
        return [*answer.found, *(Reference(url, "held") for url in answer.references)]
    if name_of(top) == QUESTION:
        why = "it is a question for a location: what it measured is no place of the caller"
        return [EvidenceRefused(held.WHERE, why, pidf_lo.SOURCE, document)]
    if name_of(top) == "locationUriSet":
        return [Reference(text, "held") for text in map(xml_document.text_of, top) if text]
    if any(name_of(part) in HOLDERS for part in top.iter()):
        return list(pidf_lo.parse(document, at))
    pieces = list(_pieces(top))
    told = [one for piece in pieces for one in pidf_lo.parse_element(piece, at, document)]
    return list(told) or [EvidenceRefused(name_of(top)[:40], NOTHING, pidf_lo.SOURCE, document)]


def _pieces(element: Element) -> Iterator[Element]:
    """The outermost parts of another document that tell a place by themselves; a LoST answer's boundary is nobody's."""
    is_piece = name_of(element) in (*gml.PARTS, "civicAddress", "location-info") or gml.is_shape(element)
    if is_piece:
        yield element
        return
    for part in element:
        if name_of(part) != "serviceBoundary":
            yield from _pieces(part)


def _is_known(line: str) -> bool:
    """Whether a line alone is of a form that machines write."""
    return cell_name.is_header(line) or HEADER.match(line) is not None or aml.is_aml(line) or bool(_aml(line))


def _aml(line: str) -> list[Evidence | EvidenceRefused] | None:
    return aml.read_any(line.strip().encode("utf-8", "replace"), 0.0)


def _of_lines(lines: Mapping[int, str], at: float, cells: Table) -> list[Found]:
    """What each line tells; of prose, what stands in it in the form of a machine, and one refusal for the rest."""
    told = {number: _of_numbered(number, line, at, cells) for number, line in islice(lines.items(), MOST_LINES)}
    telling = [number for number, found in told.items() if not all(map(_says_nothing, found))]
    if not telling:
        return [EvidenceRefused("text", NOTHING)]
    if len(lines) >= PROSE_LINES and len(telling) * PROSE_SHARE < len(lines):
        written = [number for number in telling if not _is_known(lines[number])]
        known = [one for number in telling if number not in written for one in told[number]]
        return [*known, _prose(len(lines), written)]
    found = [one for each in told.values() for one in each]
    if len(lines) > MOST_LINES:
        found.append(EvidenceRefused("file", f"it has more than {MOST_LINES} lines"))
    return found


def _prose(count: int, written: list[int]) -> EvidenceRefused:
    why = f"it is a text of {count} lines, not one message on each"
    if written:
        first = ", ".join(map(str, written[:PROSE_NAMED])) + (" …" if len(written) > PROSE_NAMED else "")
        why += f": what sounds like a place in it (line {first}) is no caller's"
    return EvidenceRefused("text", why)


def _of_numbered(number: int, line: str, at: float, cells: Table) -> list[Found]:
    if len(line) > LONGEST_LINE:
        return [EvidenceRefused(f"line {number}", f"it is longer than {LONGEST_LINE} characters")]
    return _of_line(line.strip(), at, cells) or [EvidenceRefused(f"line {number}", NOTHING)]


def _of_line(line: str, at: float, cells: Table) -> list[Found]:
    if cell_name.is_header(line):
        return list(network_cell.from_headers([line], cells, at))
    if HEADER.match(line):
        return _of_request(as_request(line.encode("utf-8", "replace")), at, cells)
    told = aml.read_any(line.encode("utf-8", "replace"), at)
    if told is not None:
        return list(told)
    written, passed_on = aml.quoted(line, at)
    place, _ = read_places([written], place_names())
    return [*passed_on, *(replace(claim, observed_at=None) for claim in message_place.claims(place, at))]
