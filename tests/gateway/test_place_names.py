"""The names that texts are searched for: every official one, and a file of spellings and cues that fits them."""

from pathlib import Path

import pytest

from gateway.gazetteer.place_names import FILE, load, place_names
from gateway.incident.errors import Refused
from gateway.incident.place import KELURAHAN
from sms.places import read_places
from sms.spelling import VOWELS, letters_of

NAMES = place_names()
AREAS = {code: name for code, name in NAMES.areas.items() if len(code) == KELURAHAN}


def kelurahan(text: str) -> str:
    area = read_places([text], NAMES)[0].kelurahan
    return area.code if area else ""


def test_there_are_all_267():
    assert len(AREAS) == 267


@pytest.mark.parametrize(
    "write", [str.lower, str.upper, lambda name: name.replace(" ", ""), lambda n: n.replace(" ", "-")]
)
def test_every_kelurahan_is_read_by_its_name(write):
    wrong = {name for code, name in AREAS.items() if kelurahan(f"tolong, kel. {write(name)} ada kebakaran") != code}
    assert not wrong


def test_a_vowel_left_out_never_makes_another_kelurahan_of_it():
    for code, name in AREAS.items():
        for place, letter in enumerate(name):
            if letter in VOWELS:
                read = kelurahan(f"ribut di {name[:place]}{name[place + 1 :]} tlg")
                assert read in ("", code), f"{name} without letter {place + 1}"


def test_a_kelurahan_is_not_read_where_a_kecamatan_is_named_that_is_not_its_own():
    for code, name in AREAS.items():
        other = "31.75.03" if not code.startswith("31.75.03") else "31.71.07"
        assert kelurahan(f"kel {name} kec {NAMES.areas[other]}") == "", name


@pytest.mark.parametrize("grade", ["ordinary", "alone", "cautious"])
def test_only_names_need_a_cue(grade):
    unknown = [name for name in NAMES.words[grade] if letters_of(name) not in NAMES.spelled]
    assert not unknown


def test_no_cue_or_common_word_hides_an_official_name():
    official = {letters_of(name) for name in AREAS.values()}
    assert not official & {letters_of(decoy) for decoy in NAMES.words["decoys"]}
    assert not official & {letters_of(name) for name in NAMES.words["outside"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('aliases:\n  "31.99": [nowhere]\ncommon: [di]\neveryday: [api]\n', "no area 31.99"),
        ("common: di\n", "must be a list of words"),
        ("common: [di, [ke]]\n", "must be a list of words"),
        ("spellings: [a]\n", "must be a mapping"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, why: str):
    file = tmp_path / "words.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=rf"words.yaml:\d+.*{why}"):
        load(file)


def test_the_file_of_the_project_is_the_one_that_is_read():
    assert load(FILE).spelled == NAMES.spelled
