"""AML messages: what telephones really send, and what anybody may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import aml
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle, Point
from sms import gsm7

NOW = 1_772_338_795.0
TEXT = 'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=510101234567890;ei=35;mcc=510;ml=128'


def packed(septets: bytes) -> bytes:
    bits = sum(septet << 7 * place for place, septet in enumerate(septets))
    return bits.to_bytes((7 * len(septets) + 7) // 8, "little")


def test_a_telephone_s_fix_is_read_with_all_that_it_says():
    claim = aml.read(TEXT, NOW)
    assert claim == Evidence(
        "aml", Circle(-6.2437, 106.8925, 18.0), NOW, 1_772_338_775.0, 68.0, "GPS", original=TEXT.encode()
    )
    assert Evidence.from_dict(claim.as_dict()) == claim
    assert claim.is_usable(NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("top=20260301041935", "top=20261301041935"),
        ("top=20260301041935", "top="),
        ("ml=128", "ml=9"),
        ("ml=128", "ml=;zz=7;;=;x"),
        ("lc=68", "lc=high"),
        ("pm=G", "pm=?"),
        ("si=510101234567890;ei=35;", ""),
        ('A"ML=1', "a'ml=01"),
        ('A"ML=1', " A”ML = 1"),
        ("lg=+106.89250", "LG= 106.89250 "),
    ],
)
def test_what_is_odd_besides_does_not_spoil_a_good_position(before, after):
    text = TEXT.replace(before, after)
    assert aml.is_aml(text)
    assert aml.read(text, NOW).shape == Circle(-6.2437, 106.8925, 18.0)


def test_a_bad_date_is_an_unknown_time():
    assert aml.read(TEXT.replace("20260301041935", "20260230000000"), NOW).observed_at is None


@pytest.mark.parametrize("radius", ["N", "", "0", "-5", "1e9"])
def test_a_position_without_a_radius_has_an_unknown_one(radius):
    assert aml.read(TEXT.replace("rd=18", f"rd={radius}"), NOW).shape == Point(-6.2437, 106.8925)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20260301041935;lc=0;pm=N', "no fix"),
        (TEXT.replace("-6.24370", "-96.24370"), "no place on earth"),
        (TEXT.replace("-6.24370", "nan"), "no position"),
        ('A"ML=1;', "no position"),
        ('A"ML=2;en=112;lt=1;lg=id-ID', "no fix"),
        (TEXT.replace("ML=1", "ML=3"), "version 3"),
        ("tolong", "is none"),
    ],
)
def test_what_is_no_place_is_refused_and_kept(text, why):
    with pytest.raises(EvidenceRefused, match=why) as refused:
        aml.read(text, NOW)
    assert (refused.value.source, refused.value.original) == ("aml", text.encode())


@pytest.mark.parametrize("text", ["tolong", "", "AML=1", "saya di A ML 1", 'kata dia A"ML=1;lt=1', "a ml=satu;"])
def test_what_people_write_is_no_aml(text):
    assert not aml.is_aml(text)


def test_as_data_it_is_found_as_letters_and_as_septets():
    assert aml.text_of(TEXT.encode(), "binary") == TEXT
    assert aml.text_of(packed(gsm7.encode(TEXT)), "binary").startswith(TEXT)
    shifted = (int.from_bytes(packed(gsm7.encode(TEXT)), "little") << 1).to_bytes(len(TEXT), "little")
    assert aml.text_of(shifted, "binary").startswith(TEXT)
    assert aml.text_of(b"\x00\xff tolong", "binary") == ""
    assert aml.text_of(TEXT.encode(), "utf-8") == ""


@given(st.one_of(st.text(max_size=200), st.text('A"ML=12;ltgrdopc+-.0123456789N', max_size=200).map('A"ML=1;'.__add__)))
def test_anything_is_read_or_refused(text):
    aml.is_aml(text)
    try:
        aml.read(text, NOW)
    except EvidenceRefused as refused:
        refused.as_dict()


@given(st.binary(max_size=200))
def test_any_data_is_looked_at(body):
    aml.text_of(body, "binary")
