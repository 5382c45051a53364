"""The desk's page: its words are whole in both languages and the gateway's; its pure modules keep their word."""

import json
import re
import subprocess

import pytest

from gateway.desk import words
from gateway.incident.timeline import Kind
from gateway.language import LANGUAGES
from gateway.setup.page import NODE, SOURCES

TABLES = {
    "nature": words.NATURES,
    "finding": words.FINDINGS,
    "warning": words.WARNINGS,
    "outcome": words.OUTCOMES,
    "fault_of": words.FAULTS,
    "risk": words.LINK_RISKS,
}
ID, EN = (json.loads((SOURCES / f"src/words.{name}.json").read_text(encoding="utf-8")) for name in LANGUAGES)
SCRIPTS = sorted((SOURCES / "src").glob("*.js"))


def test_every_word_is_there_in_both_languages_with_the_same_places():
    assert ID.keys() == EN.keys()
    for name, word in ID.items():
        assert word.strip(), name
        assert EN[name].strip(), name
        assert set(re.findall(r"\{(\w+)\}", word)) == set(re.findall(r"\{(\w+)\}", EN[name])), name


@pytest.mark.parametrize("table", TABLES)
def test_what_the_gateway_names_is_said_with_the_same_words_as_in_a_terminal(table):
    for name, (indonesian, english) in TABLES[table].items():
        assert (ID.get(f"{table}.{name}"), EN.get(f"{table}.{name}")) == (indonesian, english), name


def test_every_state_of_a_reply_and_every_kind_of_entry_has_a_word():
    assert not [name for name in words.STATUSES if name and f"status.{name}" not in ID]
    assert not [kind.value for kind in Kind if f"kind.{kind.value}" not in ID]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_word_that_a_script_says_is_there(script):
    text = script.read_text(encoding="utf-8")
    spoken = re.findall(r'(?:\bsay|speak|labelled)\((?:\w+, )?"([\w.]+)"', text)
    spoken += re.findall(r'\b(?:say|hint|title|yes|label): "([a-z_]+\.[\w.]+)"', text)
    spoken += re.findall(r'\bbutton\("([\w.]+)"', text)
    assert not sorted(word for word in set(spoken) if word not in ID)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_text(script):
    text = script.read_text(encoding="utf-8")
    for way in (
        "insertAdjacentHTML",
        "outerHTML",
        "document.write",
        "eval(",
        "new Function",
        "createContextualFragment",
    ):
        assert way not in text
    assert not re.findall(r"\.innerHTML\s*\+?=", text)


def test_the_pages_template_has_no_script_or_style_of_its_own():
    text = (SOURCES.parent / "pages/templates/shell.html").read_text(encoding="utf-8")
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_the_pure_modules_keep_their_word():
    files = sorted(str(file) for file in (SOURCES / "tests").glob("*.test.js"))
    done = subprocess.run(
        [NODE / "bin/node", "--test", *files], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
