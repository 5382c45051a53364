"""The model adds to what rules tell: it raises, and never lowers what is told plainly."""

from dataclasses import replace

import pytest

from gateway.incident.report import Nature
from gateway.reading import knowledge
from gateway.reading.training import LABELS
from sms.model import Model, lead
from sms.reader import read

SURE, NEVER = 20.0, -20.0


def model(*likely: str) -> Model:
    """One that finds these labels in every text, and no other."""
    intercepts = tuple(SURE if label in likely else NEVER for label in LABELS)
    return Model(LABELS, intercepts, dict.fromkeys(LABELS, 0.5), {})


def reading(texts: list[str], *likely: str):
    return read(texts, replace(knowledge(), model=model(*likely)))


def test_violence_that_rules_find_stays_whatever_the_model_says():
    assert reading(["suami mukulin saya"], "not_emergency").nature is Nature.VIOLENCE


def test_violence_that_rules_do_not_find_is_raised_and_says_that_the_model_found_it():
    found = reading(["gelasnya habis semua, tinggal piring"], "violence")
    assert found.nature is Nature.VIOLENCE
    assert any(finding.what == "violence" and finding.rule.startswith("model") for finding in found.findings)


@pytest.mark.parametrize("text", ["rumah kebakaran", "bapak pingsan", "motor dicuri", "banjir selutut"])
def test_what_tells_a_need_is_never_taken_for_no_emergency(text):
    assert reading([text], "not_emergency").nature is not Nature.NOT_EMERGENCY


def test_what_is_told_plainly_needs_no_second_opinion():
    text = "kebakaran besar, bau gas, damkar tolong"
    assert reading([text], "crime").nature is Nature.FIRE


def test_what_an_entry_tells_alone_is_never_lowered():
    assert reading(["anak tetangga diculik orang naik mobil putih"], "other").nature is Nature.CRIME


def test_a_word_or_two_are_like_nothing():
    assert reading(["dia"], "violence").nature is not Nature.VIOLENCE


def test_a_later_text_that_means_nothing_takes_nothing_away():
    assert reading(["suami mukulin saya", "makasih"], "not_emergency").nature is Nature.VIOLENCE


def test_flags_are_raised_where_there_is_a_need_and_only_there():
    assert reading(["bapak saya jatuh"], "medical", "life_threat").life_threat
    assert not reading(["halo"], "not_emergency", "life_threat").life_threat


def test_another_agency_than_the_police_takes_a_word():
    assert not reading(["suami mukulin saya"], "injured").injured
    assert not reading(["banjir selutut"], "disaster", "rescue").rescue


def test_who_says_that_nobody_is_hurt_is_believed():
    assert not reading(["tabrakan mobil, ga ada yang luka"], "accident", "injured").injured


def test_a_lead_is_over_the_likeliest_rival():
    scores = {"a": 0.9, "b": 0.6, "c": 0.1}
    assert lead(scores, "a", ["b", "c"]) == pytest.approx(0.3)
    assert lead(scores, "c", ["a", "b"]) == -1.0
