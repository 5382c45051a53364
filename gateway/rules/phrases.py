"""The phrases that are answered, from sms/phrases/, one file per language; none is taken that betrays its writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.rules.form import Faults, Form
from gateway.settings import ROOT
from gateway.yaml_file import read
from sms.conversation import QUESTIONS
from sms.linter import lint

FIRST_LANGUAGE = "id"
"""Also for who writes Javanese, Sundanese, or what we have no phrases in."""

FOLDER = ROOT / "sms" / "phrases"


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    Attributes:
        after_acceptance: it is true only once a desk has the message; the gateway says it at no other time.
        link: it has ``{link}`` in it, which a link takes the place of; nobody sends it without.
    """

    name: str
    language: str
    text: str
    after_acceptance: bool = False
    link: bool = False


@lru_cache
def phrases() -> Mapping[str, Mapping[str, Phrase]]:
    """Every phrase by its name, by language.

    Raises:
        Refused: a file is faulty; the first fault, with file and line.
    """
    return load_phrases(FOLDER)


def phrase_in(language: str, name: str) -> Phrase:
    """A phrase in the language nearest to what somebody writes.

    Raises:
        KeyError: there is no phrase of this name.
    """
    known = phrases()
    return known.get(language, known[FIRST_LANGUAGE])[name]


def load_phrases(folder: Path) -> dict[str, dict[str, Phrase]]:
    """As ``phrases``, from another folder."""
    faults: Faults = []
    found = {path.stem: _language(path, faults) for path in sorted(folder.glob("*.yaml"))}
    if faults:
        raise Refused(faults[0].where, faults[0].why)
    first = found.get(FIRST_LANGUAGE)
    if first is None:
        raise Refused(str(folder.name), f"has no {FIRST_LANGUAGE}.yaml: the first language needs its phrases")
    for language, known in found.items():
        for name in sorted(known.keys() ^ {*first, *QUESTIONS}):
            raise Refused(f"{language}.yaml", f"phrase {name!r} must be in every language, or in none")
    return found


def _language(path: Path, faults: Faults) -> dict[str, Phrase]:
    with Form(read(path), faults, "the file") as form:
        named = form.form("phrases").named_forms("[a-z][a-z_]{1,30}", "lower-case letters and _")
        return {name: _phrase(name, path.stem, part) for name, part in named}


def _phrase(name: str, language: str, form: Form) -> Phrase:
    with form:
        accepted, link = form.flag("after_acceptance", False), form.flag("link", False)
        phrase = Phrase(name, language, form.text("text"), accepted, link)
    if phrase.link != ("{link}" in phrase.text):
        form.fault(f"phrase {name!r} has {{link}} in its text and 'link: yes', or neither")
    for fault in lint(phrase.text, promises=phrase.after_acceptance) if phrase.text else ():
        form.fault(f"phrase {name!r} betrays with {fault.words!r}: {fault.why}")
    return phrase
