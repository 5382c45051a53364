"""Greetings, thanks, laughter, tests and links to a map hide nothing of what a text tells."""

from functools import cache

import pytest

from gateway.incident.report import Nature
from gateway.incident.routing import Rules
from gateway.reading import knowledge
from gateway.reading.training import CORPUS, read_corpus
from gateway.rules import load
from gateway.settings import ROOT
from sms.reader import read
from sms.reading import Reading

BEFORE = ("halo pak, ", "assalamualaikum ", "selamat pagi, ", "mau tanya, ", "haha ", "wkwk ", "test ", "permisi ")
AFTER = (" makasih", " terima kasih ya", " lol", " 😂", " https://maps.app.goo.gl/Xy12ab", "\nhehe makasih ya")
CALLED_OFF = ("\nmaaf salah kirim haha", "\nhehe ga ada apa2 makasih ya", "\nudah aman makasih", "\niseng doang lol")

EVERY = 19
"""Of the corpus every so many texts: some 240 that tell of an emergency."""


@cache
def lines() -> list[tuple[str, Reading]]:
    """Texts of emergencies as people write them, that are read as some emergency."""
    samples = read_corpus(CORPUS)[::EVERY]
    told = [sample.text for sample in samples if sample.nature not in (Nature.NOT_EMERGENCY, Nature.UNKNOWN)]
    readings = [(text, read([text], knowledge())) for text in told]
    return [(text, reading) for text, reading in readings if reading.nature is not Nature.NOT_EMERGENCY]


@cache
def rules() -> Rules:
    return load(ROOT / "routing_rules.yaml").rules


def priority(reading: Reading) -> int:
    return rules().choose(reading.report()).route.priority


def lost(texts: list[tuple[str, Reading]], before: str = "", after: str = "") -> list[str]:
    """The texts that are read as less once these words stand beside them."""
    found = []
    for text, plain in texts:
        reading = read([before + text + after], knowledge())
        missed = plain.nature is Nature.VIOLENCE is not reading.nature
        if missed or priority(reading) > priority(plain):
            found.append(before + text + after)
    return found


def test_there_are_some_hundred_texts():
    assert len(lines()) > 200


@pytest.mark.parametrize("words", BEFORE)
def test_courtesy_before_a_text_hides_nothing(words):
    assert lost(lines(), before=words) == []


@pytest.mark.parametrize("words", AFTER)
def test_courtesy_after_a_text_hides_nothing(words):
    assert lost(lines(), after=words) == []


@pytest.mark.parametrize("words", CALLED_OFF)
def test_a_later_line_that_calls_it_off_takes_nothing_away_and_is_a_takeover(words):
    assert lost(lines(), after=words) == []
    assert read(["suami mukulin saya" + words], knowledge()).takeover


@pytest.mark.parametrize(
    "text",
    [
        "halo pak, selamat siang, mau tanya, kalau suami suka mukul lapornya kemana ya? makasih",
        "selamat pagi, saya guru bk, mau konsultasi murid yang dihajar ayahnya",
        "mau tanya, gue diperkosa temen kantor",
        "bisik2 ya. mantan saya dobrak pintu, saya ngumpet di bawah kasur terima kasih",
        "haha lucu ya, dia ngunci aku lagi di kamar",
        "promo pijat plus2 di ruko sebelah, isinya anak smp semua dipaksa",
        "om2 di krl buka celana",
    ],
)
def test_violence_told_politely_is_violence(text):
    assert read([text], knowledge()).nature is Nature.VIOLENCE


@pytest.mark.parametrize("text", ["makasih ya", "wkwkwk", "halo pak selamat siang", "test 123", "assalamualaikum"])
def test_a_text_of_courtesy_alone_is_no_emergency(text):
    assert read([text], knowledge()).nature is Nature.NOT_EMERGENCY


def test_the_operator_greeted_is_nobody_in_the_case_and_a_father_named_is():
    assert read(["halo bapak, motor saya dirampok"], knowledge()).nature is Nature.CRIME
    assert read(["halo bapak saya mukul ibu"], knowledge()).nature is Nature.VIOLENCE
