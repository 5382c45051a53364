"""What the model is told of a text besides its letters: the entries of the lexicon that rules found in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from sms.findings import may_be_violence, weigh
from sms.model import runs
from sms.text import Text

MARK = "§"
"""No word begins with it, so that a mark is no run of letters."""

MOST_MARKS = 40
"""Of a text that says everything at once, so many are enough."""


def features(text: Text) -> set[str]:
    """The runs of letters in a text's words, in the lexicon's spelling; neighbouring words; its marks, and each two of
    them together, for a husband and a locked door say more than either."""
    words = [token.word for token in text.tokens]
    found = {" ".join(pair) for pair in pairwise(words)}
    for word in set(words):
        found.update(runs(f" {word} "))
    marks = sorted(set(_marks(text)))[:MOST_MARKS]
    found.update(marks)
    found.update(one + other for one, other in combinations(marks, 2))
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
