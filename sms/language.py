"""Which language a thread is written in, told by its everyday words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sms.normal import Token

DEFAULT = "id"


def language(tokens: Sequence[Token], markers: Mapping[str, frozenset[str]]) -> tuple[str, list[Token]]:
    """ISO 639-1 of the language with most marks, Indonesian if in doubt, and the words that tell it."""
    marks = {name: [token for token in tokens if token.raw in words] for name, words in markers.items()}
    best = max(marks, key=lambda name: len(marks[name]), default=DEFAULT)
    told = marks.get(best, [])
    if best == DEFAULT or not told or len(told) <= len(marks.get(DEFAULT, [])):
        return DEFAULT, []
    return best, told
