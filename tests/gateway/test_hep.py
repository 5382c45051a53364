"""The edge's copies: HEP version 3, read from hostile datagrams."""

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.locator.hep import HepRefused, read
from tests.hep_copy import chunk, hep

NOW = 1_750_000_000.0
REQUEST = b"INVITE sip:112@example.invalid SIP/2.0\r\n\r\n"


def of(*chunks):
    body = b"".join(chunks)
    return b"HEP3" + struct.pack("!H", 6 + len(body)) + body


@pytest.mark.parametrize("source", ["192.0.2.7", "2001:db8::7"])
def test_a_copy_tells_the_request_its_source_and_its_time(source):
    capture = read(hep(REQUEST, source, NOW - 0.25), NOW)
    assert (capture.source, capture.request) == (source, REQUEST)
    assert capture.at == pytest.approx(NOW - 0.25, abs=1e-5)


def test_a_clock_that_is_far_off_is_not_believed():
    assert read(hep(REQUEST, at=NOW - 3600), NOW).at == NOW
    assert read(hep(REQUEST, at=NOW + 3600), NOW).at == NOW


def test_a_compressed_copy_is_read_and_a_bomb_is_cut():
    parts = chunk(3, b"\xc0\x00\x02\x07"), chunk(11, b"\x01")
    assert read(of(*parts, chunk(16, gzip.compress(REQUEST))), NOW).request == REQUEST
    bomb = gzip.compress(b"x" * 50_000_000)
    assert len(read(of(*parts, chunk(16, bomb)), NOW).request) <= 65_535


def test_chunks_of_other_vendors_and_unknown_ones_are_passed_over():
    whole = of(
        chunk(15, b"evil", vendor=7), chunk(3, b"\x7f\0\0\1"), chunk(11, b"\x01"), chunk(99, b"?"), chunk(15, b"A")
    )
    assert read(whole, NOW).request == b"A"


@pytest.mark.parametrize(
    ("datagram", "why"),
    [
        (b"", "not HEP"),
        (b"HEP3", "not HEP"),
        (b"\x02\x10\x02\x11 an older version", "not HEP"),
        (hep(REQUEST)[:-1], "cut"),
        (b"HEP3\x00\x03", "cut"),
        (of(struct.pack("!HHH", 0, 15, 5)), "length is wrong"),
        (of(struct.pack("!HHH", 0, 15, 60_000)), "length is wrong"),
        (of(b"\0\0\0"), "chunk is cut"),
        (hep(REQUEST, protocol=5), "no SIP"),
        (of(chunk(3, b"\x7f\0\0\1"), chunk(11, b"\x01")), "nothing"),
        (of(chunk(3, b"\x7f"), chunk(11, b"\x01"), chunk(15, b"A")), "who sent"),
        (of(chunk(3, b"\x7f\0\0\1"), chunk(11, b"\x01"), chunk(16, b"AAAA")), "damaged"),
    ],
)
def test_what_is_no_copy_is_refused_with_its_reason(datagram, why):
    with pytest.raises(HepRefused, match=why):
        read(datagram, NOW)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_datagram_raises_anything_else(noise, place):
    good = hep(REQUEST, at=NOW)
    for datagram in (noise, b"HEP3" + noise, good[:place] + noise + good[place:]):
        try:
            read(datagram, NOW)
        except HepRefused as refused:
            assert "INVITE" not in str(refused)  # noqa: PT017 - most datagrams are read, and that is as well
