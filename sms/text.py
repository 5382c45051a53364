"""One text as far as the lexicon reads it: its tokens, what they mean, and who is spoken of."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from sms.lexicon import Entry, Hit
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
    entries: the entries of these hits by name.
    """

    written: str
    tokens: Sequence[Token]
    hits: Sequence[Hit]
    people: Sequence[Person]
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, written: str, tokens: Sequence[Token], hits: Sequence[Hit]) -> Text:
        people = persons(tokens, hits)
        names = {hit.entry.name for hit in hits}
        lasts = {one.last for one in people}
        meant = [hit for hit in hits if not is_negated(hit, tokens) and _stands(hit, names, lasts)]
        return cls(written, tokens, meant, people, {hit.entry.name: hit.entry for hit in meant})

    def words(self, first: int, last: int) -> str:
        """As written, from one token to another."""
        return self.written[self.tokens[first].start : self.tokens[last].end]

    def has(self, *names: str) -> bool:
        return any(name in self.entries for name in names)

    def finding(self, what: str, hit: Hit) -> Finding:
        return Finding(what, self.words(hit.first, hit.last), hit.entry.name)


def _stands(hit: Hit, names: Container[str], persons_end: Container[int]) -> bool:
    """What its entry needs beside it is there."""
    if hit.entry.beside and not any(name in names for name in hit.entry.beside):
        return False
    return not hit.entry.who or any(hit.first - away in persons_end for away in range(1, NEAR + 1))
