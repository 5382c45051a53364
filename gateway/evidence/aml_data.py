"""AML that came as data: packed septets or letters, plain or in hexadecimal or base64, with or without a header.

Android sends its texts as data to a port, so that they do not show on the telephone; then a user data header with the
port stands before them (3GPP TS 23.040 §9.2.3.24.4), unless the provider took it off.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from gateway.evidence.aml_text import is_aml
from sms import gsm7

LONGEST_DATA = 4096
"""Bytes that are looked at; a message in one part has 140."""

_HEX = re.compile(rb"(?:0x)?(?:[0-9A-Fa-f]{2}[\s:]?){8,}", re.ASCII)
_WRITTEN = re.compile(r"[A-Za-z0-9+/=_\-]{2,200}", re.ASCII)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-\s]{12,}={0,2}\s*", re.ASCII)


def text_of(body: bytes) -> str:
    """The text of an AML message in these bytes; empty if it is none."""
    body = body[:LONGEST_DATA]
    return next((text for data in _bodies(body) for text in _texts(data) if is_aml(text)), "")


def encoded(body: bytes) -> Iterator[bytes]:
    """The bytes that these letters stand for, by each way to write bytes in letters that they fit."""
    stripped = body.strip()
    if _HEX.fullmatch(stripped):
        yield bytes.fromhex(re.sub(rb"0x|[\s:]", b"", stripped).decode("ascii"))
    if _BASE64.fullmatch(stripped):
        letters = re.sub(rb"\s|=", b"", stripped).translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
        except (binascii.Error, ValueError):
            return


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether these lines are one piece of data, written in lines of the same length, and not a message each."""
    if len(lines) < 2 or any(_WRITTEN.fullmatch(line) is None for line in lines):
        return False
    widths = {len(line) for line in lines[:-1]}
    return len(widths) == 1 and len(lines[-1]) <= widths.pop() and not text_of(lines[-1].encode())


def _bodies(body: bytes) -> Iterator[bytes]:
    """The message's own bytes, as they came or decoded, without a header before them."""
    for data in (body, *encoded(body)):
        yield data
        if data and 2 <= data[0] < len(data) - 1 and _is_header(data[1 : 1 + data[0]]):
            yield data[1 + data[0] :]


def _is_header(elements: bytes) -> bool:
    """Whether a user data header's elements fill it exactly."""
    while len(elements) >= 2 and len(elements) >= 2 + elements[1]:
        elements = elements[2 + elements[1] :]
    return not elements


def _texts(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "replace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace")
    elif data[:1] == b"\0" and len(data) % 2 == 0:
        yield data.decode("utf-16-be", "replace")
    # After a header the first septet begins where the next seven bits do.
    yield from (gsm7.decode(gsm7.unpack(data, skip)) for skip in range(7))
