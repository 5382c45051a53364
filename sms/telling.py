"""The words of a text by which the model took it for something, so that a desk sees why."""

from __future__ import annotations

from sms.marks import MARK, STEM
from sms.model import Model, runs
from sms.morphology import stem
from sms.normal import Token
from sms.text import Text

MOST_WORDS = 4
SHORTEST_WORD = 3
"""Letters; shorter ones join others and tell a person nothing."""


def telling(model: Model, label: str, text: Text) -> str:
    """The words that count most for a label, as written and in their order; empty if none counts for it."""
    weights = [_weight(model, label, *word) for word in zip(text.tokens, _meant(text), strict=True)]
    best = sorted((weight for weight in weights if weight > 0), reverse=True)[:MOST_WORDS]
    chosen = [at for at, weight in enumerate(weights) if best and weight >= best[-1]][:MOST_WORDS]
    return " … ".join(text.words(first, last) for first, last in _together(chosen))


def _meant(text: Text) -> list[set[str]]:
    """The marks of each token, by what the lexicon knows of it."""
    marks: list[set[str]] = [set() for _ in text.tokens]
    for hit in text.hits:
        for of_token in marks[hit.first : hit.last + 1]:
            of_token.add(MARK + hit.entry.name)
    return marks


def _weight(model: Model, label: str, token: Token, meant: set[str]) -> float:
    if len(token.word) < SHORTEST_WORD:
        return 0.0
    own = {token.word, STEM + stem(token.base), *runs(f" {token.word} ")}
    return model.weight(label, own | meant)


def _together(places: list[int]) -> list[tuple[int, int]]:
    """Neighbours as one: the first and last of each."""
    spans: list[tuple[int, int]] = []
    for at in places:
        if spans and spans[-1][1] == at - 1:
            spans[-1] = spans[-1][0], at
        else:
            spans.append((at, at))
    return spans
