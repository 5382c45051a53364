"""What an edge sends to the capture port: HEP version 3 datagrams, and SIP requests to put into them."""

from __future__ import annotations

import struct
import time
from ipaddress import ip_address


def chunk(kind: int, value: bytes, vendor: int = 0) -> bytes:
    return struct.pack("!HHH", vendor, kind, 6 + len(value)) + value


def hep(request: bytes, source: str = "127.0.0.1", at: float | None = None, protocol: int = 1) -> bytes:
    at = time.time() if at is None else at
    packed = ip_address(source).packed
    body = b"".join(
        (
            chunk(1, b"\x02" if len(packed) == 4 else b"\x0a"),
            chunk(2, b"\x11"),
            chunk(3 if len(packed) == 4 else 5, packed),
            chunk(7, struct.pack("!H", 5060)),
            chunk(9, struct.pack("!I", int(at))),
            chunk(10, struct.pack("!I", int(at % 1 * 1e6))),
            chunk(11, bytes([protocol])),
            chunk(12, struct.pack("!I", 2001)),
            chunk(0x11, b"a correlation id"),
            chunk(15, request),
        )
    )
    return b"HEP3" + struct.pack("!H", 6 + len(body)) + body


def sip(
    call_id: str, *headers: str, body: bytes = b"", from_tag: str = "tag1", to_tag: str = "", end: str = "\r\n"
) -> bytes:
    """An INVITE with these headers besides those that every request has."""
    lines = [
        "INVITE urn:service:sos SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
        f'From: "A, B" <sip:+6281200000001@example.invalid>;tag={from_tag}',
        "To: <urn:service:sos>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id}",
        "CSeq: 1 INVITE",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return (end.join(lines) + 2 * end).encode() + body


def pidf(lat: float = -6.2, lon: float = 106.8, radius: float = 30.0, at: str = "2026-01-02T03:04:05Z") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
 xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:a@example.invalid">
<tuple id="t1"><status><gp:geopriv><gp:location-info>
<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{lat} {lon}</gml:pos>
<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{radius}</gs:radius></gs:Circle>
</gp:location-info><gp:usage-rules/><gp:method>GPS</gp:method></gp:geopriv></status>
<timestamp>{at}</timestamp></tuple></presence>""".encode()


def multipart(*parts: bytes, boundary: str = "b1", end: str = "\r\n") -> bytes:
    """Parts, each with its own headers, between a boundary's lines."""
    mark = f"{end}--{boundary}".encode()
    return b"".join(mark + end.encode() + part for part in parts) + mark + b"--" + end.encode()


def part(body: bytes, *headers: str, end: str = "\r\n") -> bytes:
    return "".join(header + end for header in headers).encode() + end.encode() + body
