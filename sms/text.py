"""One text as far as the lexicon reads it: its tokens, what they mean, and who is spoken of."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from sms.lexicon import Hit
from sms.negation import is_negated
from sms.normal import Token
from sms.persons import Person, persons
from sms.reading import Finding

NEAR = 3
"""Tokens from a person to what he does."""


@dataclass(frozen=True, slots=True)
class Text:
    """Attributes:
    hits: what is meant as it stands; what a negation takes back is left out.
    """

    written: str
    tokens: Sequence[Token]
    hits: Sequence[Hit]
    people: Sequence[Person]

    @classmethod
    def of(cls, written: str, tokens: Sequence[Token], hits: Sequence[Hit]) -> Text:
        people = persons(tokens, hits)
        names = {hit.entry.name for hit in hits}
        meant = [hit for hit in hits if not is_negated(hit, tokens) and _stands(hit, names, people)]
        return cls(written, tokens, meant, people)

    def words(self, first: int, last: int) -> str:
        """As written, from one token to another."""
        return self.written[self.tokens[first].start : self.tokens[last].end]

    def has(self, *names: str) -> bool:
        return any(hit.entry.name in names for hit in self.hits)

    def finding(self, what: str, hit: Hit) -> Finding:
        return Finding(what, self.words(hit.first, hit.last), hit.entry.name)


def _stands(hit: Hit, names: Container[str], people: Sequence[Person]) -> bool:
    """What its entry needs beside it is there."""
    if hit.entry.beside and not any(name in names for name in hit.entry.beside):
        return False
    return not hit.entry.who or any(0 < hit.first - one.last <= NEAR for one in people)
