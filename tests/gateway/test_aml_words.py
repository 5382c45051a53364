"""What a person wrote behind a telephone's own location."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import aml
from gateway.incident.evidence import Evidence

FIRST = 'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=510101234567890;ei=;mcc=510;mnc=10'
SECOND = (
    'A"ML=2;en=112;et=1772338755;lo=-6.24370,106.89250,18.0;lt=20;lc=68;lz=31.0,4.0;ls=G;nc=51010;hc=51010;lg=id-ID'
)
HELP = "tolong suami saya memukul saya"


@pytest.mark.parametrize(
    "end",
    [*(f";{last}{HELP}" for last in ("ml=128 ", "ml=128", "ml=128; ", "ml=128\n", "ml=", "ml=128;mcc=510 ", "", " ")),
     f" {HELP}", f"\r\n{HELP}"],
)  # fmt: skip
def test_words_behind_a_text_are_told_and_spoil_no_position(end):
    assert aml.words(FIRST + end) == HELP
    claim = aml.read(FIRST + end, 0.0)
    assert (claim.shape.lat, claim.shape.lon, claim.shape.radius_m) == (-6.2437, 106.8925, 18.0)
    assert b"suami" not in claim.original


@pytest.mark.parametrize("said", ["api", "110", "🆘", "SOS", "ꦠꦸꦭꦸꦁ", "jl. Mawar; no=5; cepat", "A=B"])
def test_nothing_of_what_stands_behind_the_last_field_is_lost(said):
    assert aml.words(f"{FIRST};ml=128 {said}") == said
    assert aml.words(f"{SECOND} {said}") == said


def test_words_behind_a_message_of_the_second_version_and_behind_each_of_several_are_told():
    assert aml.words(f"{SECOND} {HELP}") == HELP
    assert aml.words(f"{FIRST};ml=128 tolong {FIRST};ml=128 cepat") == "tolong cepat"
    assert aml.words(f"{FIRST};ml=128 {'tolong ' * 1000}").count("tolong") == 1000


@pytest.mark.parametrize("cut", ["lg=+106.89250", "rd=18", "pm=G", "mnc=10"])
def test_words_end_the_value_before_them(cut):
    text = FIRST[: FIRST.index(cut) + len(cut)]
    assert aml.words(f"{text} {HELP}") == HELP
    assert aml.read(f"{text} {HELP}", 0.0).shape.lon == 106.8925


ALONE = [
    *(FIRST + end for end in ("", ";ml=128", ";ml=128;", ";ml=128@@@\r\n", ';ml=128"', ";ml=128;mcc=510")),
    f"{FIRST};ml=", f"{FIRST};ml", f"{FIRST};ml=128 […] ", FIRST + FIRST,
    FIRST.replace(";", "; "), FIRST.replace("rd=18", "rd=N"),
    FIRST.replace("rd=18", "rd=18 meter"), FIRST.replace("20260301041935", "2026-03-01 04:19:35 UTC"),
    SECOND, SECOND + ";", SECOND.replace("id-ID", "en"), 'A"ML=9;xx=y', "tolong",
]  # fmt: skip


@pytest.mark.parametrize("text", ALONE)
def test_a_telephones_message_alone_has_no_words(text):
    assert aml.words(text) == ""


@given(st.integers(6, len(FIRST)), st.sampled_from([FIRST, SECOND]))
def test_a_message_that_was_cut_off_anywhere_has_no_words(length, text):
    assert aml.words(text[:length]) == ""


@given(st.text())
def test_whatever_is_written_behind_it_is_read_and_refuses_no_position(said):
    text = f"{FIRST};ml=128 {said}"
    assert isinstance(aml.words(text), str)
    assert isinstance(aml.read(text, 0.0), Evidence)
