"""The GSM alphabet, and how long a text is in segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms import gsm7

LETTERS = sorted(set(gsm7.BASIC) - {"\x1b"} | set(gsm7.EXTENSION.values()))
in_alphabet = st.text(st.sampled_from(LETTERS), max_size=400)


def packed(septets: bytes) -> bytes:
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + 7) // 8, "little")


@given(in_alphabet)
def test_what_is_encoded_is_decoded_again(text):
    assert gsm7.decode(gsm7.encode(text)) == text
    assert gsm7.fits(text)


@given(st.text(max_size=50))
def test_a_text_fits_where_it_can_be_encoded_and_only_there(text):
    try:
        gsm7.encode(text)
    except ValueError:
        assert not gsm7.fits(text)
    else:
        assert gsm7.fits(text)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_text(octets):
    assert isinstance(gsm7.decode(octets), str)


@given(st.lists(st.integers(1, 127), max_size=170).map(bytes), st.integers(0, 6))
def test_packed_septets_are_unpacked_after_any_fill_bits(septets, fill):
    octets = (int.from_bytes(packed(septets), "little") << fill).to_bytes(len(packed(septets)) + 1, "little")
    assert gsm7.unpack(octets, fill)[: len(septets)] == septets


def test_the_letters_of_the_standard_have_its_codes():
    codes = {"@": "00", "Δ": "10", "Ç": "09", "¿": "60", "à": "7f", "€": "1b65", "[": "1b3c", "\n": "0a", " ": "20"}
    assert {letter: gsm7.encode(letter).hex() for letter in codes} == codes


def test_an_unknown_extension_is_its_basic_letter_and_a_doubled_escape_a_space():
    assert (gsm7.decode(b"\x1b\x41"), gsm7.decode(b"\x1b\x1b"), gsm7.decode(b"a\x1b")) == ("A", " ", "a")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        # 153 septets hold 76 letters of two, and one more septet that stays empty.
        ("€" * 152, 2), ("€" * 153, 3), ("ы" * 70, 1), ("ы" * 71, 2), ("ы" * 134, 2), ("ы" * 135, 3), ("😀" * 35, 1),
        # 67 units hold 33 letters of two and half of another, as networks split them.
        ("😀" * 36, 2), ("😀" * 67, 2), ("😀" * 68, 3), ("😀" * 100, 3), ("😀" * 101, 4), ("a" * 159 + "ç", 3),
    ],
)  # fmt: skip
def test_segments_are_counted_as_networks_do(text, parts):
    assert gsm7.segments(text) == parts
