"""What the model is told of a text: its words, their stems, their letters, and what the lexicon found in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from gateway.incident.report import Nature
from sms.findings import may_be_violence, weigh
from sms.model import runs
from sms.morphology import stem
from sms.text import Text

MARK, STEM = "§", "~"
"""No word begins with these, so that a mark or a stem is no run of letters."""

SIGNS = ("?", "!", "%", "...", '"', "😭")
"""Signs whose mere presence tells something of the tone."""

STORY, LONGEST_STORY = 8, 4
"""Tokens of a step of length, and the highest step that is told from others."""


def features(text: Text) -> set[str]:
    """Words and neighbouring words in the lexicon's spelling, their stems, the runs of their letters, and marks."""
    words = [token.word for token in text.tokens]
    stems = [STEM + stem(token.base) for token in text.tokens]
    found = {*words, *stems}
    found.update(" ".join(pair) for pair in pairwise(words))
    found.update(" ".join(pair) for pair in pairwise(stems))
    for word in set(words):
        found.update(runs(f" {word} "))
    found.update(MARK + sign for sign in SIGNS if sign in text.written)
    found.update(_marks(text))
    found.update(_neighbours(text, stems))
    found.update(_pairs(text))
    return found


def _marks(text: Text) -> Iterator[str]:
    for hit in text.hits:
        entry = hit.entry
        yield MARK + entry.name
        if entry.kind:
            yield f"{MARK}kind {entry.kind}"
        if entry.act:
            yield f"{MARK}act {entry.act} {hit.voice}"
        if entry.nature:
            yield f"{MARK}nature {entry.nature.value}"
    for person in text.people:
        yield f"{MARK}person {person.tie} {'own' if person.own else ''}"
    nature, _ = weigh([text])
    yield f"{MARK}rules {nature.value}"
    for found in may_be_violence([text]):
        yield f"{MARK}perhaps"
        yield f"{MARK}perhaps {found.rule}"


def _neighbours(text: Text, stems: Sequence[str]) -> Iterator[str]:
    """What was found, with the word before and the word after it."""
    for hit in text.hits:
        if hit.first > 0:
            yield f"{stems[hit.first - 1]} {MARK}{hit.entry.name}"
        if hit.last + 1 < len(stems):
            yield f"{MARK}{hit.entry.name} {stems[hit.last + 1]}"


def _pairs(text: Text) -> Iterator[str]:
    """What means something only together: who is there, what points to violence, and whether anything else is told."""
    natures = {hit.entry.nature for hit in text.hits if hit.entry.nature and not hit.entry.result}
    about = "other" if natures - {Nature.NOT_EMERGENCY} else "none" if natures else "nothing"
    ties = sorted({person.tie for person in text.people})
    signs = sorted({hit.entry.name for hit in text.hits if hit.entry.sign})
    yield f"{MARK}about {about} {min(len(text.tokens) // STORY, LONGEST_STORY)}"
    yield from (f"{MARK}{tie} about {about}" for tie in ties)
    yield from (f"{MARK}{sign} about {about}" for sign in signs)
    yield from (f"{MARK}{tie} with {sign}" for tie in ties for sign in signs)
    yield from (f"{MARK}{one} with {other}" for one, other in combinations(signs, 2))
