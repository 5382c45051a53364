"""AML as data: packed septets and letters, plain, in hexadecimal and in base64, with and without a header."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import aml, aml_data
from gateway.incident.shape import Circle, Point
from sms import gsm7

NOW = 1_772_338_795.0
TEXT = 'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;ei=350000000000006;mcc=510;mnc=10;ml=123'
SECOND = 'A"ML=2;en=112;et=1772338755;lo=-6.24370,106.89250,18.0;lt=20;lc=68;ls=W;nc=51010;hc=51010;lg=id-ID'
PLACE = Circle(-6.2437, 106.8925, 18.0)
PORT = bytes.fromhex("06 05 04 0b84 0b84")
"""A user data header of a port: seven bytes, after which septets begin at once."""
LONG_PORT = bytes.fromhex("0b 05 04 0b84 0b84 00 03 2a 01 01")
"""The same with concatenation: 12 bytes, after which two bits are filled."""


def packed(text, fill=0):
    bits = sum(septet << 7 * place for place, septet in enumerate(gsm7.encode(text))) << fill
    return bits.to_bytes((7 * len(text) + fill + 7) // 8, "little")


COATS = {
    "letters": TEXT.encode(),
    "septets": packed(TEXT),
    "second version in septets": packed(SECOND),
    "header and septets": PORT + packed(TEXT),
    "longer header and septets": LONG_PORT + packed(TEXT, fill=2),
    "header and letters": PORT + TEXT.encode(),
    "septets without their header but its fill": packed(TEXT, fill=1),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "byte order mark": TEXT.encode("utf-8-sig"),
}
WRITTEN = {
    "as bytes": lambda data: data,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode() + b"\n",
    "0x": lambda data: b"0x" + data.hex().encode(),
    "hex with blanks": lambda data: data.hex(" ").encode(),
    "hex in lines": lambda data: b"\n".join(data.hex().encode()[at : at + 40] for at in range(0, 2 * len(data), 40)),
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 without its end": lambda data: base64.b64encode(data).rstrip(b"="),
    "base64 for addresses": base64.urlsafe_b64encode,
}


@pytest.mark.parametrize("coat", COATS)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_message_is_found_in_every_coat(coat, written):
    [claim] = aml.read_any(WRITTEN[written](COATS[coat]), NOW)
    assert claim.shape == PLACE


def test_data_that_ends_in_the_middle_tells_no_radius():
    [claim] = aml.read_any(packed(TEXT[: TEXT.index("8;top")]).hex().encode(), NOW)
    assert claim.shape == Point(PLACE.lat, PLACE.lon)


def test_data_in_lines_is_told_from_a_message_in_each_line():
    data = COATS["septets"]
    assert aml_data.is_wrapped(base64.encodebytes(data).decode().split())
    assert aml_data.is_wrapped([data.hex()[at : at + 64] for at in range(0, 2 * len(data), 64)])
    assert not aml_data.is_wrapped([data.hex(), data.hex()])
    assert not aml_data.is_wrapped([data.hex()])
    assert not aml_data.is_wrapped([TEXT, TEXT])
    assert not aml_data.is_wrapped([])


def test_a_channel_s_data_is_read_and_a_person_s_text_is_not():
    assert aml.text_of(COATS["letters"], "binary") == TEXT
    assert aml.text_of(COATS["septets"], "binary").startswith(TEXT)
    assert aml.text_of(b"\x00\xff tolong", "binary") == ""
    assert aml.text_of(COATS["letters"], "utf-8") == ""
    assert aml.text_of(COATS["septets"].hex().encode(), "utf-8").startswith(TEXT)


@pytest.mark.parametrize(
    "body",
    [b"", b"tolong saya", b"415193", b"deadbeef" * 20, base64.b64encode(b"tolong saya di sini"), PORT, b"\x06\x05"],
)
def test_what_is_no_aml_is_none(body):
    assert aml.read_any(body, NOW) is None
    assert aml.text_of(body, "binary") == ""


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789;=,.+-", max_size=120), st.integers(0, 6))
def test_septets_come_back_as_they_were_packed(rest, fill):
    text = f'A"ML=1;{rest}'
    assert aml.text_of(packed(text, fill), "binary").startswith(text.rstrip("@"))


@given(st.binary(max_size=300))
def test_any_data_is_looked_at(body):
    for form in (body, body.hex().encode(), base64.b64encode(body)):
        aml.read_any(form, NOW)
        aml.text_of(form, "binary")


def test_much_data_is_looked_at_in_bounds():
    for body in (b"a" * 10_000_000, b"4" * 10_000_000, bytes(10_000_000), b'A"ML=1;' * 1_000_000):
        aml.read_any(body, NOW)
