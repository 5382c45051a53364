"""Whole threads, read by the project's own reader and answered by its own rules: what a telephone would show."""

import pytest

from gateway.reading import knowledge
from gateway.rules import load
from gateway.rules.phrases import phrases
from gateway.settings import ROOT
from sms.conversation import answer
from sms.linter import lint
from sms.reader import read
from sms.thread import Author, Line, Thread

POLICIES = load(ROOT / "routing_rules.yaml").policies.messages
EVERY = 20.0
"""Seconds between a writer's texts: each of them follows our answer to the one before."""


def talk(*texts):
    """What each of the texts is answered with, or why with nothing; nobody accepts meanwhile."""
    lines, told, muted = [], [], ""
    for number, text in enumerate(texts):
        at = EVERY * number
        lines.append(Line(at, Author.WRITER, text))
        reading = read([line.text for line in lines if line.author is Author.WRITER], knowledge())
        found = answer(Thread(tuple(lines), at, muted=muted), reading, POLICIES, at + 1)
        muted = muted or found.mute
        told.append(found.phrase or f"({found.silence})")
        if found.phrase:
            lines.append(Line(at + 1, Author.GATEWAY, phrases()["id"][found.phrase].text, found.phrase))
    return told


@pytest.mark.parametrize(
    ("texts", "answers"),
    [
        (("tolong", "rumah saya kebakaran", "di kel kalibata gg mawar"), ["safe", "where", "(nothing_missing)"]),
        (("tolong", "ini siapa"), ["safe", "(takeover)"]),
        (
            ("suami saya mukulin saya lagi", "ya aman", "di cipinang melayu", "makasih"),
            ["safe", "where", "(nothing_missing)"],
        ),
        (("suami saya mukulin saya lagi", "ga", "halo"), ["safe", "(not_safe)", "(muted)"]),
        (("suami saya mukulin saya lagi", "ini siapa"), ["safe", "(takeover)"]),
        (("suami saya mukulin saya lagi", "maaf salah nomor"), ["safe", "(takeover)"]),
        (("jangan telepon ya, dia ada di sini, saya dipukul suami",), ["(silent_wish)"]),
        (("bapak sesak nafas di kelurahan marunda", "tolong cepat"), ["hello", "(nothing_missing)"]),
        (("my husband is hitting me", "yes"), ["safe", "where"]),
        (("STOP",), ["(opt_out)"]),
    ],
)
def test_a_thread_is_answered_as_policy_has_it(texts, answers):
    assert talk(*texts)[: len(answers)] == answers


HARDEST = (
    "suami saya mukulin saya di kamar", "rumah kebakaran", "ada orang kena begal", "tolong", "banjir seleher",
    "saya diperkosa paman", "tabrakan di flyover", "help me please my boyfriend has a knife",
)  # fmt: skip


@pytest.mark.parametrize("first", HARDEST)
def test_nothing_that_is_answered_tells_what_was_written_or_to_whom(first):
    for name in talk(first, "ya", "di situ"):
        if not name.startswith("("):
            for language in phrases().values():
                assert lint(language[name].text, said=[first, "ya", "di situ"]) == ()


@pytest.mark.parametrize("first", HARDEST)
def test_nothing_is_asked_twice_and_three_answers_are_the_most_while_nobody_comes(first):
    told = [name for name in talk(*[first, "halo"] * 6) if not name.startswith("(")]
    assert len(told) == len(set(told)) <= 3
