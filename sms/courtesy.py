"""What a text has beside what it tells: greetings, thanks, laughter, tests, links to a map. It hides nothing of it.

Such words are no part of the story: neither the rules nor the model see them, unless the text has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sms.lexicon import FILLERS, Hit, Lexicon
from sms.normal import Span, Token

COURTESY, VOCATIVE, THANKS = "courtesy", "vocative", "thanks"
"""The entries of such words, of the operator spoken to, and of thanks that say what for."""

_LAUGHTER = re.compile(
    r"(w+k+){1,9}w?|k?(wo?k){1,9}|a?(ha){2,9}h?|(he){2,9}h?|(hi){2,9}h?|(xi){2,9}|lo+l|lmf?ao|rofl|[😂🤣]"
)
_LINK = re.compile(
    r"(https?://|www\.)\S{1,2000}|\b(maps\.app\.goo\.gl|goo\.gl|maps\.google\.\w+|waze\.com|bit\.ly)/\S{0,2000}", re.I
)

_SMALL = FILLERS | {
    "pak", "bu", "bapak", "ibu", "kak", "kakak", "mas", "mbak", "mba", "min", "admin", "bang", "abang", "gan", "banyak",
    "sebelumnya", "sekali", "wr", "wb", "sudah", "atas", "operator", "petugas", "and", "so", "much",
    "you", "aja", "cuma",
}  # fmt: skip
"""Words that tell nothing where they stand beside courtesy alone."""


_TRAILING = frozenset({"ya", "yaa", "pak", "bu", "kak", "min", "mas", "mbak", "admin", "banyak", "sebelumnya"})
MOST_TRAILING = 3
_FAMILY = frozenset({"ayah", "papa", "mama", "bokap", "nyokap", "babe", "mak", "emak", "papah", "mamah"})
"""Read as the words an operator is spoken to with, and never meant so."""


def links(text: str) -> Iterator[Span]:
    """Where a text has links: their letters are no words. What coordinates they hold is read by sms/places.py."""
    if "/" in text or "www" in text:
        yield from (match.span() for match in _LINK.finditer(text))


def story(tokens: Sequence[Token], lexicon: Lexicon, at: int) -> tuple[Sequence[Token], Sequence[Hit]]:
    """The tokens that tell something, and what the lexicon finds in them."""
    hits = lexicon.hits(tokens, at)
    polite = {at for hit in hits if hit.entry.name == COURTESY for at in range(hit.first, hit.last + 1)}
    polite.update(at for at, token in enumerate(tokens) if _LAUGHTER.fullmatch(token.raw))
    polite.difference_update(at for hit in hits if hit.entry.name == THANKS for at in range(hit.first, hit.last + 1))
    if not polite:
        return tokens, hits
    polite.update(_spoken_to(tokens, hits, polite))
    polite.update([after for at in polite for after in _trailing(tokens, at + 1)])
    told = [token for at, token in enumerate(tokens) if at not in polite]
    if all(token.word in _SMALL for token in told):
        return tokens, hits
    return told, lexicon.hits(told, at)


def _trailing(tokens: Sequence[Token], first: int) -> range:
    """What ends a clause of courtesy: "makasih ya pak"."""
    last = first
    while last < len(tokens) and last - first < MOST_TRAILING and tokens[last].raw in _TRAILING:
        last += 1
    ends = last >= len(tokens) or (last > first and tokens[last].clause != tokens[last - 1].clause)
    return range(first, last if ends else first)


def _spoken_to(tokens: Sequence[Token], hits: Sequence[Hit], polite: set[int]) -> Iterator[int]:
    """The operator greeted ("halo bapak, …"), unless the words go on to tell of somebody ("halo bapak saya …")."""
    begun = {hit.first for hit in hits if hit.entry.name == "self" or hit.entry.act}
    for hit in hits:
        if tokens[hit.last].raw in _FAMILY:
            continue
        if hit.entry.name == VOCATIVE and not polite.isdisjoint(range(hit.first, hit.last + 1)):
            after = hit.last + 1
            if after not in begun or tokens[after].clause != tokens[hit.last].clause:
                yield from range(hit.first, after)
