"""A SIP request as people keep it in a file, put right: indented, without its first line, or a body alone."""

from __future__ import annotations

import re

FIRST_LINE = re.compile(rb"[A-Z]{2,20} .{1,4000} SIP/2\.0", re.ASCII)
ANSWER = re.compile(rb"SIP/2\.0 \d{3}( .*)?", re.ASCII)
HEADER = re.compile(
    rb"(via|from|to|call-id|cseq|contact|max-forwards|route|record-route|supported|allow|user-agent|accept|priority|"
    rb"geolocation(-routing)?|p-[a-z-]+|cellular-network-info|call-info|mime-version|content-[a-z-]+|[vftimcle])\s*:",
    re.IGNORECASE,
)
BOUNDARY = re.compile(rb"--([^\s-][^\r\n]{0,69})")
END_OF_HEAD = re.compile(rb"\n[ \t]*\r?\n")

LINE = b"MESSAGE sip:112 SIP/2.0"
"""Stands where a request has lost its own."""


def as_request(body: bytes) -> bytes:
    """The request in these bytes; empty if they are none."""
    body = body.lstrip(b"\r\n")
    end = END_OF_HEAD.search(body)
    head, rest = (body[: end.start()], body[end.end() :]) if end else (body, b"")
    lines = [line for line in head.splitlines() if line.strip()]
    first = lines[0].strip() if lines else b""
    if boundary := BOUNDARY.fullmatch(first):
        return b'%b\r\nContent-Type: multipart/mixed; boundary="%b"\r\n\r\n%b' % (LINE, boundary[1].strip(), body)
    if not (FIRST_LINE.fullmatch(first) or ANSWER.fullmatch(first) or HEADER.match(first)):
        return b""
    if all(line[:1] in (b" ", b"\t") for line in lines[1:] or lines):
        # Indented as a whole, not folded.
        lines = [line.strip() for line in lines]
        rest = b"\r\n".join(line.strip() for line in rest.splitlines())
    if ANSWER.fullmatch(first):
        lines = lines[1:]
    if not FIRST_LINE.fullmatch(first):
        lines = [LINE, *lines]
    return b"\r\n".join(line.rstrip(b"\r") for line in lines) + b"\r\n\r\n" + rest
