"""What speaks against a text that a desk is about to write, by whom it goes to."""

import pytest

from gateway.desk.described import faults_in_words, why_not
from gateway.desk.draft import draft
from gateway.desk.words import FAULT_WHYS, FAULTS
from gateway.incident.timeline import Entry, Kind

AT = 1_760_000_000.0
PLACE = {
    "kelurahan": {"code": "31.75.08.1005", "name": "Cipinang Melayu"}, "kecamatan": None, "city": None,
    "street": "Jl. Haji Naman", "landmark": "",
}  # fmt: skip


def case_of(nature, text="tolong nama saya Rina di cipinang melayu jl haji naman"):
    told = [
        (Kind.OPENED, {"medium": "message", "number": "+6281200000001"}),
        (Kind.MESSAGE, {"text": text, "message": "m1"}),
        (Kind.FILED, {"medium": "message", "nature": nature, "place": PLACE}),
        (Kind.HANDED_OFF, {"medium": "message", "queue": "110", "priority": 1, "area": "31.75.08.1005"}),
        (Kind.ACCEPTED, {"medium": "message", "queue": "110", "desk": "110-1"}),
    ]
    return [Entry("i1", kind, AT + place, data) for place, (kind, data) in enumerate(told)]


def faults(text, nature="violence"):
    return {fault.what: fault.words for fault in draft("i1", case_of(nature), text, "id").faults}


def test_in_a_case_of_violence_each_word_that_could_betray_is_named():
    named = faults("Polisi sedang menuju ke Cipinang Melayu, sabar ya bu Rina")
    assert named == {
        "agency": "Polisi",
        "promise": "menuju",
        "place": "menuju ke Cipinang Melayu",
        "name": "bu Rina",
    }
    assert faults("Visum dan lapor KDRT, pelapor 081200000001, naman") == {
        "emergency": "pelapor",
        "nature": "Visum, KDRT",
        "digits": "081200000001",
        "place": "naman",
        "number": "081200000001",
    }


@pytest.mark.parametrize("text", ["Masih di ruang tengah?", "Aman untuk membalas?", "Bisa bicara sekarang?"])
def test_an_ordinary_sentence_to_a_victim_is_not_asked_about(text):
    assert faults(text) == {}


def test_where_nobody_is_in_danger_the_place_may_be_asked_and_help_announced():
    assert faults("Cipinang Melayu ya, mobil menuju ke sana", "fire") == {}
    assert set(faults("Cipinang Melayu ya, mobil menuju ke sana")) == {"promise", "place"}
    assert set(faults("Cipinang Melayu ya?", "unknown")) == {"place"}


def test_why_is_told_in_both_languages_for_every_fault():
    assert set(FAULTS) - {"empty"} == set(FAULT_WHYS)
    written = draft("i1", case_of("violence"), "Polisi ke Cipinang Melayu", "id")
    for language in ("id", "en"):
        words = faults_in_words(written, language)
        assert all(why_not(fault, language) in words for fault in written.faults)
