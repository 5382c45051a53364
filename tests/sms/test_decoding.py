"""Bytes as text: what networks and providers really send, and anything else."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms import gsm7
from sms.decoding import GAP, clean, decode, join

CHARSETS = ("utf-8", "utf-16-be", "latin-1", "gsm-7", "binary", "nonsense")
# Letters that a person writes: no control characters, no lone surrogates, none of the marks that UTF-16 begins with.
written = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe"), min_size=1, max_size=80
)


@given(written)
def test_texts_come_through_in_utf_16_and_utf_8(text):
    assert decode(text.encode("utf-16-be"), "utf-16-be") == text
    if not text.isascii():
        assert decode(text.encode(), "utf-8") == text


@given(st.binary(max_size=400), st.sampled_from(CHARSETS))
def test_any_bytes_have_a_text_without_control_characters(body, charset):
    text = decode(body, charset)
    text.encode()
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in text)


@given(written, st.sampled_from(["utf-16-be", "gsm-7", "utf-8"]), st.data())
def test_a_text_cut_anywhere_is_joined_without_a_scratch(text, charset, data):
    if charset == "gsm-7":
        text = "".join(letter for letter in text if gsm7.fits(letter)) + "€{x}"
        body = gsm7.encode(text)
    else:
        body = text.encode(charset)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert join([(piece, charset) for piece in pieces]) == decode(body, charset)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        (b"Tolong", "gsm-7", "Tolong"),
        (b"\x1be\x1b(x\x1b)", "gsm-7", "€{x}"),
        ("anak saya hilang".encode("utf-16-be"), "latin-1", "anak saya hilang"),
        ("anak saya hilang".encode("utf-16-be"), "gsm-7", "anak saya hilang"),
        ("di café".encode("latin-1"), "latin-1", "di café"),
        ("di café".encode("latin-1"), "utf-8", "di café"),
        ("di café".encode(), "latin-1", "di café"),
        (b"\x93tolong\x94 \x80", "latin-1", "“tolong” €"),
        (b"to\0long\0", "utf-8", "tolong"),
        (b"\xfe\xff" + "ayo".encode("utf-16-be"), "utf-16-be", "ayo"),
        (b"\xff\xfe" + "ayo".encode("utf-16-le"), "utf-16-be", "ayo"),
        (b"\x00a\x00", "utf-16-be", "a�"),
        (b"\xd8\x3d", "utf-16-be", "�"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "utf-8", "😀"),
        ("tolong 😀".encode()[:-1], "utf-8", "tolong �"),
        (base64.b64encode(b"tolong ada api"), "utf-8", "tolong ada api"),
        (base64.b64encode("tolong, ada api".encode("utf-16-be")), "utf-8", "tolong, ada api"),
        (b"VG9sb25nIQ==", "utf-8", "Tolong!"),
        (b"tolongsayadipukul", "utf-8", "tolongsayadipukul"),
        (b"tolongsayadibantu123", "utf-8", "tolongsayadibantu123"),
        (b"toloooooooooooooong12345", "utf-8", "toloooooooooooooong12345"),
        (b"a\r\nb\rc", "utf-8", "a\nb\nc"),
        (b"", "binary", ""),
    ],
)
def test_what_networks_and_providers_send(body, charset, text):
    assert decode(body, charset) == text


def test_a_missing_part_is_seen_and_two_in_a_row_once():
    assert join([(b"satu", "gsm-7"), None, None, (b"empat", "utf-8")]) == f"satu{GAP}empat"
    assert (join([None]), join([])) == (GAP, "")


def test_parts_of_several_charsets_are_joined():
    assert join([(b"satu \x1b", "gsm-7"), (b"e ", "gsm-7"), ("😀".encode("utf-16-be"), "utf-16-be")]) == "satu € 😀"


def test_a_lone_surrogate_is_never_passed_on():
    assert clean("a\ud83db") == "a�b"


@pytest.mark.parametrize("unit", [b"a", "😀".encode(), b"\x1b", b"\xff", b"A=", b"\0", "\u202e".encode(), b"%&'\""])
@pytest.mark.parametrize("charset", CHARSETS)
def test_a_hundred_kilobytes_of_anything_are_decoded_at_once(unit, charset):
    start = time.process_time()
    decode(unit * (100_000 // len(unit)), charset)
    assert time.process_time() - start < 1.0
