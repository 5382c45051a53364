"""Telephone numbers as networks give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.numbers import clean_for_display, e164, is_emergency_code, number_key
from gateway.settings import Settings, SettingsRefused

MOBILE, JAKARTA = "+6281200000001", "+622100000001"


@pytest.mark.parametrize(
    ("given_as", "number"),
    [
        ("+62 812-0000-0001", MOBILE),
        ("0812 0000 0001", MOBILE),
        ("(0812) 0000.0001", MOBILE),
        ("62 812 0000 0001", MOBILE),
        ("+62 (0)812 0000 0001", MOBILE),
        ("021 0000 0001", JAKARTA),
        ("62 21 0000 0001", JAKARTA),  # without the plus the library finds a number of another city
        ("62 21 4244118", "+62214244118"),
        ("00 62 812 0000 0001", MOBILE),
        ("00162 812 0000 0001", MOBILE),  # 001, 007, 008, 009: Indonesian carriers' prefixes
        ("0044 20 7946 0018", "+442079460018"),
        ("sip:+6281200000001@192.0.2.7;user=phone", MOBILE),
        ("sips:%2B6281200000001@gateway.test", MOBILE),
        ("sip:081200000001;npdi=yes@gateway.test", MOBILE),
        ("tel:+62-812-0000-0001;phone-context=+62", MOBILE),
        ('"Ibu" <sip:+6281200000001@192.0.2.7>;tag=1', MOBILE),
        ('"<sip:+6281200000009@192.0.2.7>" <sip:+6281200000001@192.0.2.7>', MOBILE),
        ("  +6281200000001\r\n", MOBILE),
    ],
)
def test_what_networks_send_becomes_e164(given_as, number):
    assert e164(given_as) == number


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "+",
        "+62",
        "0",
        "112",
        "+112",
        "+62112",
        "112#",
        "*123#",
        "1131",
        "99877",
        "9" * 300,
        "+62812" + "0" * 300,
        "sip:" + "9" * 300 + "@192.0.2.7",
        "<" * 5000,
        "anonymous",
        "unknown",
        "Restricted",
        "BNI-OTP",
        "081200000001x",
        "0812\n0000\n0001",
        "٠٨١٢٠٠٠٠٠٠٠١",  # Arabic-Indic digits: the library would take them
        "０８１２００００００１",  # full-width digits
        "²³¹⁰⁰⁰⁰⁰⁰⁰⁰⁰",
        "++6281200000001",
        "+62812+00000001",
        "0000000000",
        "+999 12345678",
        "sip:anonymous@anonymous.invalid",
        '"+6281200000001" <sip:anonymous@anonymous.invalid>',
        "<>",
        "sip:@",
        "sip:%00%0a@h",
    ],
)
def test_what_is_no_number_to_call_back_is_none(text):
    assert e164(text) is None


def test_a_foreign_trunk_reads_its_own_national_numbers():
    assert e164("020 7946 0018", trunk_region="GB") == "+442079460018"


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading_of_numbers(text):
    number = e164(text)
    assert number is None or (number.startswith("+") and number[1:].isascii() and number[1:].isdigit())


@given(st.from_regex(r"\A\+?[0-9 ().\-]{1,40}\Z"))
def test_no_row_of_digits_breaks_the_reading_of_numbers(text):
    number = e164(text)
    assert number is None or e164(number) == number


@pytest.mark.parametrize("code", ["110", "112", "113", "115", "117", "118", "119", "123", "129"])
def test_short_codes_of_emergency_services_are_known_exactly(code):
    assert is_emergency_code(code)
    assert not is_emergency_code(code + "1")
    assert e164(code) is None


def test_the_key_of_a_number_depends_on_the_secret_and_holds_no_number():
    one, other = (number_key(Settings({"number_key": secret}), MOBILE) for secret in ("a", "b"))
    assert one != other
    assert len(one) == 64
    assert "81200000001" not in one


def test_without_its_secret_no_key_is_made():
    with pytest.raises(SettingsRefused, match="number_key"):
        number_key(Settings({"number_key": ""}), MOBILE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Ibu "Ani"\r\nX-Evil: 1', "Ibu Ani X-Evil: 1"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("abc\u202egpj.exe\u2066", "abcgpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("<sip:x@y>\\", "sip:x@y"),
        ("line\u2028paragraph\u2029end", "line paragraph end"),
        ("  many   spaces\t ", "many spaces"),
        ("Ny. Sri Wahyuni 安", "Ny. Sri Wahyuni 安"),
        (None, ""),
    ],
)
def test_a_name_is_shown_without_what_could_break_out(text, shown):
    assert clean_for_display(text) == shown


@given(st.text(max_size=2000))
def test_every_name_is_one_short_printable_line(text):
    shown = clean_for_display(text)
    assert len(shown) <= 64
    assert shown.isprintable()
    assert not set(shown) & set("\"'<>\\\r\n")
