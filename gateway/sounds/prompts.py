"""The prompts' words, from ivr/prompts/, one file per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.rules.form import Faults, Form
from gateway.settings import ROOT
from gateway.yaml_file import Node, read
from ivr.flow import CALL
from ivr.steps import FIRST_LANGUAGE, Ask, Flow, HandOff
from ivr.steps import languages as dialogue_languages

WAITING = "stay_on_the_line"
"""The one prompt that no step of the dialogue plays, but Asterisk's queues."""

FOLDER = ROOT / "ivr" / "prompts"


@dataclass(frozen=True, slots=True)
class Breath:
    """Words said in one go. ``language`` is that of the words, which may be another than the prompt's."""

    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language's prompts.

    Attributes:
        voice: name of espeak-ng's voice.
        pace: words per minute.
        prompts: breaths by the prompt's name.
    """

    code: str
    voice: str
    pace: int
    prompts: dict[str, tuple[Breath, ...]]

    def text(self, name: str) -> str:
        """The prompt as one text, for whoever speaks it in a voice of their own.

        Raises:
            KeyError: there is no prompt of this name.
        """
        return " ".join(breath.words for breath in self.prompts[name])


def load_languages(folder: Path = FOLDER) -> dict[str, Language]:
    """Every language there is a file for, by its code; a caller's first language comes first.

    Raises:
        Refused: a file is faulty; the first fault, with file and line.
    """
    files = sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != FIRST_LANGUAGE, path.stem))
    return {path.stem: _language(path) for path in files}


def unspoken(languages: Mapping[str, Language], flow: Flow = CALL) -> Iterator[str]:
    """What callers would be played and has no words: one sentence each."""
    played = {step.prompt for step in flow.values() if isinstance(step, Ask | HandOff) and step.prompt}
    played.add(WAITING)
    for code in sorted(dialogue_languages(flow)):
        if code not in languages:
            yield f"a key leads to language {code!r}: add ivr/prompts/{code}.yaml"
            continue
        for name in sorted(played):
            if not languages[code].prompts.get(name):
                yield f"ivr/prompts/{code}.yaml has no prompt {name!r}, which callers are played: add it"


def _language(path: Path) -> Language:
    faults: Faults = []
    with Form(read(path), faults, "the file") as form:
        language = Language(
            code=path.stem,
            voice=form.text("voice", pattern="[A-Za-z0-9+_-]{2,40}", hint="a voice of espeak-ng"),
            pace=form.number("words_per_minute", low=120, high=180),
            prompts=_prompts(form.form("prompts"), path.stem),
        )
    if faults:
        raise Refused(faults[0].where, faults[0].why)
    return language


def _prompts(form: Form, language: str) -> dict[str, tuple[Breath, ...]]:
    with form:
        return {name: tuple(_breath(node, form, language) for node in form.nodes(name)) for name in form.names}


def _breath(node: Node, form: Form, language: str) -> Breath:
    """A text in the prompt's own language, or one entry ``{language: text}`` in another."""
    entries = [(language, node)] if not isinstance(node.value, dict) else list(node.value.items())
    if len(entries) == 1 and isinstance(entries[0][1].value, str):
        return Breath(entries[0][0], entries[0][1].value)
    form.fault("a breath is a text, or {language: text}", node)
    return Breath(language, "")
