"""SMS inside SIP: whatever coding and header, and whatever is wrong with them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.short_message import ShortMessageRefused, Text, carried
from sms import gsm7

TO_112 = bytes([3, 0x81, 0x11, 0xF2])
FROM = bytes([13, 0x91, 0x26, 0x18, 0x02, 0x00, 0x00, 0x00, 0xF1])  # +6281200000001
SCTS = bytes(7)


def packed(septets, fill=0):
    """Septets in octets (TS 23.038 section 6.1.2.1), after ``fill`` bits."""
    bits = sum(septet << 7 * place + fill for place, septet in enumerate(septets))
    return bits.to_bytes(-(-(7 * len(septets) + fill) // 8), "little")


def rp_data(tpdu, kind=0, originator=b"", destination=b"\x81\x11\xf2"):
    return (
        bytes([kind, 9, len(originator)])
        + originator
        + bytes([len(destination)])
        + destination
        + bytes([len(tpdu)])
        + tpdu
    )


def submit(coding, length, data, first=0x01, validity=b""):
    return rp_data(bytes([first, 5]) + TO_112 + bytes([0, coding]) + validity + bytes([length]) + data)


def test_a_telephones_text_in_septets():
    septets = gsm7.encode("tolong {di} rumah")
    assert carried(submit(0, len(septets), packed(septets))) == Text(septets, "gsm-7")


@pytest.mark.parametrize(("first", "validity"), [(0x11, b"\xa7"), (0x19, SCTS), (0x09, SCTS)])
def test_how_long_it_is_valid_is_passed_over(first, validity):
    septets = gsm7.encode("tolong")
    assert carried(submit(0, 6, packed(septets), first, validity)).body == septets


def test_letters_beyond_the_alphabet():
    body = "tolong 🌊".encode("utf-16-be")
    assert carried(submit(8, len(body), body)) == Text(body, "utf-16-be")


def test_data_stays_data():
    assert carried(submit(4, 3, b"\x00\xff\x01")) == Text(b"\x00\xff\x01", "binary")


def test_a_part_of_a_long_text_says_which():
    header = bytes([5, 0, 3, 77, 3, 2])
    septets = gsm7.encode("bagian dua")
    data = header + packed(septets, fill=1)
    assert carried(submit(0, 7 + len(septets), data, first=0x41)) == Text(septets, "gsm-7", "", 77, 3, 2)


def test_what_the_network_delivers_says_who_wrote_it():
    tpdu = bytes([0x04]) + FROM + bytes([0, 0]) + SCTS + bytes([2]) + packed(gsm7.encode("hi"))
    assert carried(rp_data(tpdu, kind=1, originator=b"\x91\x26\x18", destination=b"")).source == "+6281200000001"


def test_a_sender_may_be_a_word():
    name = packed(gsm7.encode("BPBD"))
    tpdu = bytes([0x04, 7, 0xD0]) + name + bytes([0, 0]) + SCTS + bytes([0])
    assert carried(rp_data(tpdu, kind=1, destination=b"")).source == "BPBD"


def test_an_acknowledgement_carries_no_message():
    assert carried(bytes([2, 9])) is None
    assert carried(bytes([4, 9, 1, 41])) is None


@pytest.mark.parametrize("octets", [b"", b"\x00", submit(0, 5, b"")[:9], rp_data(b"\x02\x00"), submit(0x20, 1, b"x")])
def test_what_cannot_be_read_is_refused(octets):
    with pytest.raises(ShortMessageRefused):
        carried(octets)


@given(st.binary(max_size=200))
def test_nothing_that_comes_in_breaks_it(octets):
    with contextlib.suppress(ShortMessageRefused):
        carried(octets)
