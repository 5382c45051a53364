"""The prompts' words, and how long a caller has to listen to them as espeak-ng really speaks them."""

import re

import pytest

from gateway.incident.errors import Refused
from gateway.settings import read
from gateway.sounds import speech
from gateway.sounds.prompts import WAITING, load_languages
from ivr.flow import CALL
from ivr.steps import Ask, HandOff, languages

LANGUAGES = load_languages()
NAMES = {step.prompt for step in CALL.values() if isinstance(step, Ask | HandOff) and step.prompt}
BESIDES = {WAITING, "accept_call"}
"""Played by the dialplan beside the dialogue: to who waits, and to the telephone of a desk that is to accept."""
MENUS = ("menu", "police")
"""What may be the first words that a caller hears."""
ESPEAK = read().natives / "bin" / "espeak-ng"

# What somebody beside the telephone must not hear once the menu is over: the case, who answers, that help comes.
BETRAYING = re.compile(
    "keras|violen|polisi|police|perempuan|woman|anak|child|suami|husband|bahaya|danger|tolong|help|bantuan|112|110",
    re.IGNORECASE,
)


def seconds(language, breaths):
    spoken = [(LANGUAGES[b.language].voice, LANGUAGES[b.language].pace, b.words) for b in breaths]
    return len(speech.speak(ESPEAK, spoken)) / speech.RATE


def test_there_are_prompts_in_every_language_that_a_caller_can_choose():
    assert set(LANGUAGES) == languages(CALL)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_prompt_that_is_played_has_words_and_no_other_is_kept(code):
    assert set(LANGUAGES[code].prompts) == NAMES | BESIDES
    assert all(breath.words for breaths in LANGUAGES[code].prompts.values() for breath in breaths)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("menu", MENUS)
def test_a_menu_takes_at_most_eight_seconds(code, menu):
    assert seconds(code, LANGUAGES[code].prompts[menu]) <= 7.9


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("menu", MENUS)
def test_violence_comes_first_and_can_be_acted_on_within_three_seconds(code, menu):
    first = LANGUAGES[code].prompts[menu][0]
    assert re.match("kekerasan .*satu|violence .*one", first.words, re.IGNORECASE)
    assert seconds(code, [first]) <= 3.0


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_whether_one_can_talk_is_asked_in_a_few_seconds(code):
    assert seconds(code, LANGUAGES[code].prompts["can_you_talk"]) <= 4.0


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_menu_is_spoken_at_a_pace_that_a_frightened_person_follows(code):
    assert 140 <= LANGUAGES[code].pace <= 175


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_after_the_menu_no_word_tells_a_listener_what_was_chosen(code):
    language = LANGUAGES[code]
    assert not [name for name in language.prompts if name not in MENUS and BETRAYING.search(language.text(name))]


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize(("menu", "step"), [("menu", "start"), ("police", "police")])
def test_the_keys_said_in_a_menu_lead_where_it_says(code, menu, step):
    numbers = {"id": ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"],
               "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]}  # fmt: skip
    meant = {
        "kekerasan": "can_you_talk", "violence": "can_you_talk", "sakit": "medical", "medical": "medical",
        "kebakaran": "fire", "fire": "fire", "kriminal": "crime", "crime": "crime", "kecelakaan": "accident",
        "accident": "accident", "disaster": "disaster", "lainnya": "other", "other": "other",
        "english": {"start": "english", "police": "police_english"}[step],
    }  # fmt: skip
    for breath in LANGUAGES[code].prompts[menu]:
        words = breath.words.lower().rstrip(".").split()
        key = str(numbers[breath.language].index(words[-1]))
        assert CALL[step].keys[key] == meant[words[0]], breath.words


@pytest.mark.parametrize("menu", MENUS)
def test_a_caller_who_does_not_speak_indonesian_learns_of_english_in_the_first_menu(menu):
    assert ("en", "English nine.") in {(breath.language, breath.words) for breath in LANGUAGES["id"].prompts[menu]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("voice: id\nwords_per_minute: 400\nprompts: {menu: a}\n", 2),
        ("voice: id; rm -rf /\nwords_per_minute: 160\nprompts: {menu: a}\n", 1),
        ("voice: id\nwords_per_minute: 160\nprompts:\n  menu:\n    - {id: a, en: b}\n", 5),
        ("voice: id\nwords_per_minute: 160\nprompt: {menu: a}\n", 3),
    ],
)
def test_a_faulty_file_of_prompts_is_refused_with_its_line(tmp_path, text, line):
    (tmp_path / "id.yaml").write_text(text)
    with pytest.raises(Refused) as refused:
        load_languages(tmp_path)
    assert refused.value.where == f"id.yaml:{line}"
