"""The reader takes anything: no exception, and a time that grows with the text alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.reading import knowledge
from sms.normal import fold
from sms.reader import read

BYTES = 100_000

PIECES = st.sampled_from(
    ["suami", "dipukul", "mukul", "ga", "saya", "dia", "2", "di", "jl", "kel", ",", ".", "\n", "rt 5",
     '"', "(", "🔥", "\u202e", "\u200f",
     "é", "a" * 50, "112", "takut", "tidak", "\x00", "\ud800", "İ", "ﬁ", "½", "1/2", "'", "…", "?!"]
)  # fmt: skip

LONG = {
    "one letter": "a" * BYTES,
    "one word": "suami " * (BYTES // 6),
    "attacks": "dipukul suami " * (BYTES // 14),
    "attacks in clauses": "suami mukul saya, " * (BYTES // 18),
    "falls": "bapak ambruk " * (BYTES // 13),
    "negations": "tidak " * (BYTES // 6),
    "letters apart": "d i p u " * (BYTES // 8),
    "emoji": "🔥" * (BYTES // 4),
    "marks of direction": "\u202e\u200f" * (BYTES // 6),
    "nested quotes": '"' * (BYTES // 2) + "tolong" + '"' * (BYTES // 2),
    "nested brackets": "(" * (BYTES // 2) + ")" * (BYTES // 2),
    "digits": "112 " * (BYTES // 4),
    "lines": "\n" * BYTES,
    "accents": "a\u0301" * (BYTES // 3),
    "misspelt": "kebakkaran " * (BYTES // 11),
}


@given(st.lists(st.text(max_size=300), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(thread):
    reading = read(thread, knowledge())
    assert reading.as_dict()


@given(st.lists(PIECES, max_size=60).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_words_in_any_order_are_read_and_findings_are_the_writers_words(text):
    for found in read([text], knowledge()).findings:
        assert all(words in text for words in found.words.split(" … "))


@given(st.text(max_size=200))
def test_each_letter_that_is_read_stands_where_it_is_said_to_stand(text):
    folded, places = fold(text)
    assert len(folded) == len(places)
    assert all(0 <= place < len(text) for place in places)
    assert list(places) == sorted(places)


@pytest.mark.parametrize("name", LONG)
def test_a_very_long_text_is_read(name):
    assert read([LONG[name]], knowledge()).as_dict()


def test_violence_behind_a_hundred_thousand_letters_is_found():
    assert read(["bla " * (BYTES // 4) + "suami mukulin saya"], knowledge()).nature == "violence"
