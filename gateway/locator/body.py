"""The parts of a request's body (RFC 2045, 2046, 5621), nested as deep and in whatever order they come.

Read leniently, for a caller's place is in it, and bounded, for anybody may have sent it.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.incident.errors import EvidenceRefused
from gateway.locator.sip_request import Headers, SipRequest, cut, headers, parameters

DEEPEST = 8
MOST_PARTS = 64
LARGEST = 300_000

MESSAGES = frozenset({"message/sip", "message/sipfrag", "message/rfc822", "message/global"})
"""A part that is a whole request, or mail, with headers of its own before its body (RFC 3261 §27.5, RFC 3420)."""

_BOUNDARY_LINE = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """
    Attributes:
        type: media type in lower case; empty if it does not say.
        charset: as stated; empty if not.
        content_id: without angle brackets; empty if it has none.
        body: decoded from its transfer encoding.
    """

    type: str
    body: bytes
    content_id: str = ""
    charset: str = ""


def parts(request: SipRequest) -> list[Part | EvidenceRefused]:
    """Every part that is no container, in their order; what is too much or damaged as a refusal. Never raises."""
    return list(_until_enough(_leaves(request.headers, request.body, _Budget())))


def _until_enough(found: Iterator[Part | EvidenceRefused]) -> Iterator[Part | EvidenceRefused]:
    try:
        yield from found
    except _Enough as enough:
        yield enough


class _Enough(EvidenceRefused):
    """What one request may cost is used up."""


@dataclass
class _Budget:
    """What one request may cost."""

    parts: int = MOST_PARTS
    bytes: int = LARGEST
    depth: int = field(default=0)

    def take(self, size: int) -> None:
        self.parts -= 1
        self.bytes -= size
        if self.parts < 0:
            raise _Enough("body", f"it has more than {MOST_PARTS} parts: the rest is not read")
        if self.bytes < 0:
            raise _Enough("body", f"its parts are larger than {LARGEST} bytes: the rest is not read")


def _leaves(known: Headers, body: bytes, budget: _Budget) -> Iterator[Part | EvidenceRefused]:
    names = dict(reversed(known))
    kind, stated = parameters(names.get("content-type", ""))
    kind = kind.lower()
    if not body.strip():
        return
    try:
        body = _decoded(names, body)
    except EvidenceRefused as refused:
        yield refused
        return
    if kind not in MESSAGES and not kind.startswith("multipart/"):
        budget.take(len(body))
        content_id = names.get("content-id", "").strip().removeprefix("<").removesuffix(">").strip()
        yield Part(kind, body, content_id, stated.get("charset", ""))
        return
    budget.take(0)
    if budget.depth >= DEEPEST:
        raise _Enough("body", f"its parts are nested deeper than {DEEPEST}: the rest is not read")
    budget.depth += 1
    for block in [body] if kind in MESSAGES else _blocks(body, stated.get("boundary", "").rstrip()):
        yield from _leaves(*_block(block), budget)
    budget.depth -= 1


def _block(block: bytes) -> tuple[Headers, bytes]:
    if block.lstrip().startswith(b"<"):
        # A document without any header, not even the empty line before it.
        return [], block
    head, body = cut(block)
    return headers(head), body


def _blocks(body: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the boundary's lines; what comes before the first and after the last of them is nobody's.
    A body without any such line is one block.
    """
    mark = boundary.encode("utf-8", "replace")
    if not re.search(rb"(?:\A|\n)--" + re.escape(mark) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", body):
        # Not stated, or wrongly.
        guessed = _BOUNDARY_LINE.search(body)
        mark = guessed[1] if guessed else b""
    if not mark:
        yield body
        return
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(mark) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    start = None
    for match in line.finditer(body):
        if start is not None:
            yield body[start : match.start()]
        start = match.end()
        if match[1]:
            return
    # The last boundary was cut off, or forgotten.
    yield body[start or 0 :]


def _decoded(names: dict[str, str], body: bytes) -> bytes:
    encoding = names.get("content-transfer-encoding", "").lower()
    try:
        if encoding == "base64":
            body = base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body))
        elif encoding == "quoted-printable":
            body = quopri.decodestring(body)
    except binascii.Error:
        raise EvidenceRefused("body", "a part's base64 is damaged") from None
    if names.get("content-encoding", "").lower() in ("gzip", "deflate"):
        try:
            return zlib.decompressobj(wbits=47).decompress(body, LARGEST)
        except zlib.error:
            raise EvidenceRefused("body", "a part's compression is damaged") from None
    return body
