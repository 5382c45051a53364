"""Whatever is sent, places are read without an error and in bounded time."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.gazetteer.place_names import place_names
from sms.places import read_places
from sms.spelling import distance, letters, skeleton

NAMES = place_names()

# What addresses, positions and misspelt names are made of, so that chance comes near them.
PIECES = st.sampled_from(
    ["kel", "kec", "jl.", "gg", "rt", "rw", "05/02", "cipinang", "mlayu", "kebon", "jeruk", "tj", "duren", "sel",
     "-6.2", ",106.8", "6°", "12'", '31"', "S", "E", "https://maps.google.com/?q=", "geo:", "%2C", "di", "ke", "bukan",
     "eh", "dekat", "stasiun", "depok", "jakarta", "timur", "no", "blok", "\u202e", "😀", "(", '"', "!", "\n"]
)  # fmt: skip


@given(st.lists(st.one_of(st.text(max_size=40), PIECES, st.lists(PIECES, max_size=30).map(" ".join)), max_size=4))
@settings(max_examples=300, deadline=timedelta(seconds=2))
def test_any_thread_is_read(thread):
    read, spans = read_places(thread, NAMES)
    assert len(spans) == len(thread)
    for text, found in zip(thread, spans, strict=True):
        assert all(0 <= start < end <= len(text) for start, end in found)
    for area in (read.kelurahan, read.kecamatan, read.city):
        assert area is None or NAMES.areas[area.code] == area.name
    assert all(finding.words in "".join(thread) for finding in read.findings)


@pytest.mark.parametrize(
    "unit",
    ["a", "a ", "😀", "\u202e", '"(', "1.1 ", "1", "-6.2,", "https://maps.google.com/?q=", "geo:%25", "6°12", "rt 0",
     "cipinang mlayu ", "jl ", "dekat ", "cawang ", "kbnjrk ", "\n", "6P58QVQ3+"],
)  # fmt: skip
@settings(max_examples=1, deadline=timedelta(seconds=2))
@given(st.just(100_000))
def test_a_text_of_100_kb_is_read(unit, size):
    read_places([unit * (size // len(unit))], NAMES)


@given(st.text(alphabet="abcdehijklnoru", max_size=12), st.text(alphabet="abcdehijklnoru", max_size=12))
def test_the_distance_of_two_spellings_is_none_only_for_the_same(written, meant):
    off = distance(written, meant, 99.0)
    assert (off == 0) == (written == meant)
    assert distance(written, meant, off) == off


@given(st.text(alphabet="abdehjnotu", max_size=12))
def test_what_sounds_alike_is_spelt_alike(word):
    assert letters(letters(word)) == letters(word)
    assert skeleton(letters(word)) == skeleton(letters(letters(word)))
