"""HEP version 3 (Homer Encapsulation Protocol): how the edge copies a SIP message, as it came, to a UDP port of ours.

A datagram is ``HEP3``, its length, and chunks of vendor, type, length and value. Only what is needed is read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from ipaddress import ip_address

from gateway.locator.capture import Capture

SIP = 1
LARGEST = 65_535
CLOCKS_AGREE_S = 60.0
"""A copy's own time further from ours than this is not believed."""

_SOURCE_4, _SOURCE_6, _SECONDS, _MICROSECONDS, _PROTOCOL, _PAYLOAD, _COMPRESSED = 3, 5, 9, 10, 11, 15, 16


class HepRefused(Exception):
    """The datagram is no copy of a SIP message; the text holds nothing of it."""


def read(datagram: bytes, now: float) -> Capture:
    """The SIP message in a datagram, who sent it to the edge, and when.

    Raises:
        HepRefused: the datagram is something else.
    """
    chunks = dict(_chunks(datagram))
    if _number(chunks, _PROTOCOL) != SIP:
        raise HepRefused("it carries no SIP")
    request = chunks.get(_PAYLOAD) or _decompressed(chunks.get(_COMPRESSED, b""))
    if not request.strip():
        raise HepRefused("it carries nothing")
    at = _number(chunks, _SECONDS) + _number(chunks, _MICROSECONDS) / 1e6
    return Capture(_source(chunks), at if abs(at - now) <= CLOCKS_AGREE_S else now, request)


def _chunks(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    """Types and values of the generic vendor's chunks."""
    if datagram[:4] != b"HEP3" or len(datagram) < 6:
        raise HepRefused("it is not HEP version 3")
    (total,) = struct.unpack_from("!H", datagram, 4)
    if not 6 <= total <= len(datagram):
        raise HepRefused("it is cut")
    at = 6
    while at < total:
        if total - at < 6:
            raise HepRefused("a chunk is cut")
        vendor, kind, length = struct.unpack_from("!HHH", datagram, at)
        if not 6 <= length <= total - at:
            raise HepRefused("a chunk's length is wrong")
        if vendor == 0:
            yield kind, datagram[at + 6 : at + length]
        at += length


def _number(chunks: dict[int, bytes], kind: int) -> int:
    return int.from_bytes(chunks.get(kind, b"")[:4], "big")


def _source(chunks: dict[int, bytes]) -> str:
    packed = chunks.get(_SOURCE_4) or chunks.get(_SOURCE_6) or b""
    try:
        return str(ip_address(packed))
    except ValueError:
        raise HepRefused("it does not say who sent the message") from None


def _decompressed(payload: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=47).decompress(payload, LARGEST) if payload else b""
    except zlib.error:
        raise HepRefused("what is compressed in it is damaged") from None
