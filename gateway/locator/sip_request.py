"""A raw SIP request read (RFC 3261 section 7): folded and compact headers, lists, any line end. Hostile as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.incident.errors import EvidenceRefused

LARGEST = 300_000
MOST_LINES = 5_000

COMPACT = {
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "l": "content-length",
    "m": "contact",
    "t": "to",
}
"""Short names of headers that are read here (RFC 3261 section 7.3.3)."""

Headers = Sequence[tuple[str, str]]

_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(r";\s*tag\s*=\s*([^\s;,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SipRequest:
    """
    Attributes:
        headers: names in lower case and in full, values unfolded; in their order.
    """

    method: str
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        """Every value of a header that may be a list, in the order they stand."""
        return [value for text in self.texts(name) for value in split(text, ",") if value]

    def texts(self, name: str) -> list[str]:
        """What stands after each header of this name."""
        return [text for known, text in self.headers if known == name]

    def first(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    @property
    def call_id(self) -> str:
        return self.first("call-id")

    @property
    def from_tag(self) -> str:
        """The caller's mark of the dialog, with Call-ID the same in all of its requests."""
        return _tag(self.first("from"))

    @property
    def is_within_dialog(self) -> bool:
        return bool(_tag(self.first("to")))


def read(raw: bytes) -> SipRequest:
    """A request, also one that lost its first line, or was indented as a whole by whoever wrote it down.

    Raises:
        EvidenceRefused: it is no SIP request, or is larger than LARGEST.
    """
    if len(raw) > LARGEST:
        raise EvidenceRefused("SIP request", f"it is larger than {LARGEST} bytes")
    head, body = cut(_outdented(raw.lstrip(b"\r\n")))
    start, _, rest = head.partition(b"\n")
    words = start.decode("utf-8", "replace").split()
    is_request = len(words) > 2 and words[-1].upper() == "SIP/2.0"
    if not is_request and not _HEADER.match(start):
        raise EvidenceRefused("SIP request", "its first line is none of a request")
    request = SipRequest(words[0].upper() if is_request else "", headers(rest if is_request else head), body)
    return SipRequest(request.method, request.headers, _as_long_as_told(request))


def _outdented(text: bytes) -> bytes:
    """Without the blanks that its first line begins with, on every line."""
    blanks = len(text) - len(text.lstrip(b" \t"))
    return re.sub(rb"(?m)^[ \t]{1,%d}" % min(blanks, 80), b"", text) if blanks else text


def cut(text: bytes) -> tuple[bytes, bytes]:
    """Headers and what follows the empty line after them."""
    end = _END_OF_HEAD.search(text)
    return (text[: end.start()], text[end.end() :]) if end else (text, b"")


def headers(block: bytes) -> Headers:
    """Lines of ``name: value``; what is no header is passed over."""
    return [(name, value) for name, value in map(_named, _unfolded(block)) if name]


def _unfolded(block: bytes) -> list[str]:
    lines: list[list[str]] = []
    for line in block.decode("utf-8", "replace").split("\n", MOST_LINES)[:MOST_LINES]:
        if line[:1] in (" ", "\t") and lines:
            lines[-1].append(line.strip())
        else:
            lines.append([line.strip()])
    return [" ".join(line) for line in lines]


def _named(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name = name.strip().lower() if colon else ""
    return COMPACT.get(name, name), value.strip()


def _as_long_as_told(request: SipRequest) -> bytes:
    """A document without what follows it; a length that ends within a document, or among parts, is wrong."""
    told = request.first("content-length")
    length = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
    document = request.body[:length].rstrip()
    ends = document.endswith(b">") and not request.first("content-type").lower().startswith("multipart/")
    return document if ends else request.body


def _tag(text: str) -> str:
    match = _TAG.search(text.rpartition(">")[2])
    return match[1] if match else ""


def split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand neither in quotes nor in angle brackets."""
    return [part.strip() for part in _parts(text, separator)]


def _parts(text: str, separator: str) -> Iterator[str]:
    start, closing, escaped = 0, "", False
    for place, letter in enumerate(text):
        if escaped:
            escaped = False
        elif closing:
            escaped = closing == '"' and letter == "\\"
            closing = "" if letter == closing else closing
        elif letter in '"<':
            closing = '"' if letter == '"' else ">"
        elif letter == separator:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first ``;``, and the parameters after it, names in lower case, without quotes."""
    first, *rest = split(text, ";")
    pairs = (part.partition("=") for part in rest)
    return first, {name.strip().lower(): unquoted(value.strip()) for name, _, value in pairs}


def unquoted(text: str) -> str:
    if len(text) < 2 or not text.startswith('"') or not text.endswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1])
