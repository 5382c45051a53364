"""Texts as tokens in one spelling: elongation, digits for letters, shortened words, dropped vowels, slips of a letter.

A token keeps where it stands in the text as written, for a desk is shown the writer's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sms.morphology import bases

Span = tuple[int, int]

LONGEST_WORD = 40
"""Letters. What is longer is no word, and is not looked up."""

SHORTEST_TYPO = 6
"""Letters. In shorter words one letter more or less makes another word."""

_WORD = re.compile(r"[a-z0-9]+|[.,;:!?\n]|[\u2190-\U0001faff]")
_REPEATED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1\1+")
_DIGITS = str.maketrans("0134567895", "oieasgtb9s")
_VOWELS = str.maketrans("", "", "aiueo")
JOINED = frozenset({"di", "kena"})
"""What makes a passive of the word that follows it, also written apart."""

_VOWEL_SET = frozenset("aiueo")
_PAUSES = frozenset(".,;:!?\n")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes:
        word: in the one spelling that the lexicon uses.
        base: without a clitic (napasnya: napas); the word itself where there is none.
        raw: as written, in small letters.
        start, end: where it stands in the text.
        clause: 0 for what stands before the first pause, and so on.
    """

    word: str
    base: str
    raw: str
    start: int
    end: int
    clause: int


class Spelling:
    """How words are brought into one spelling.

    Args:
        shorthand: a short or foreign word → the word it is read as.
        words: every word with a meaning here.
        firm: the words that dropped vowels and slips of a letter may be read as.
        plain: everyday words, which are never read as another.
    """

    def __init__(
        self, shorthand: Mapping[str, str], words: Collection[str], firm: Iterable[str], plain: Collection[str]
    ):
        self.shorthand = dict(shorthand)
        self.words = frozenset(words) | frozenset(shorthand.values())
        self.plain = frozenset(plain)
        self.skeletons: dict[str, list[str]] = defaultdict(list)
        self.slips: dict[str, str] = {}
        self.firm = frozenset(firm) - self.plain
        for word in sorted(self.firm, key=lambda word: (len(word), word)):
            self.skeletons[word[0] + word[1:].translate(_VOWELS)].append(word)
            if len(word) >= SHORTEST_TYPO:
                for less in _less_a_letter(word):
                    self.slips.setdefault(less, word)
        self.spell = lru_cache(maxsize=8192)(self._spell)

    def _spell(self, raw: str) -> tuple[str, str]:
        """The word and its base."""
        word = self._known(raw) or self._near(raw) or raw
        if word.isdecimal():
            return word, word
        base = next((found for base in bases(word) if (found := self._listed(base))), word)
        return (word, base) if word in self.words or base == word else (base, base)

    def _listed(self, word: str) -> str | None:
        if word in self.shorthand:
            return self.shorthand[word]
        return word if word in self.words or word in self.plain else None

    def knows(self, token: Token) -> bool:
        """The word, or what is left of it without a clitic, has a meaning here or is an everyday one."""
        return (
            token.word in self.words or token.base in self.words or token.word in self.plain or token.base in self.plain
        )

    def _known(self, raw: str) -> str | None:
        """As it stands, without doubling marks, with letters for digits, unstretched."""
        for form in _readings(raw):
            if found := self._listed(form):
                return found
        return next((form for form in _readings(raw) for base in bases(form) if self._listed(base)), None)

    def _near(self, raw: str) -> str | None:
        """With vowels put back, or one slip of a letter mended."""
        if not 4 <= len(raw) <= LONGEST_WORD or not raw.isalpha():
            return None
        skeleton = raw[0] + raw[1:].translate(_VOWELS)
        if len(skeleton) >= 4 or (len(skeleton) == 3 and len(raw) > 3):
            for word in self.skeletons.get(skeleton, ()):
                if len(word) > len(raw) and _is_within(raw, word):
                    return word
        if len(raw) < SHORTEST_TYPO:
            return None
        if raw in self.slips and len(raw) > SHORTEST_TYPO:
            return self.slips[raw]
        for less in _less_a_letter(raw):
            mended = self.slips.get(less)
            if mended is not None and _is_slip(raw, mended):
                return mended
            if len(less) > SHORTEST_TYPO and less in self.firm:
                return less
        return None

    def tokens(self, text: str, covered: Sequence[Span] = ()) -> list[Token]:
        """A text's tokens; what lies within ``covered`` is a pause in speech, and no word."""
        folded, places = fold(text)
        found: list[Token] = []
        clause = 0
        spans = sorted(covered)
        next_span = 0
        for match in _WORD.finditer(folded):
            raw, start, end = match[0], places[match.start()], places[match.end() - 1] + 1
            while next_span < len(spans) and spans[next_span][1] <= start:
                next_span += 1
            if raw in _PAUSES:
                clause += 1
            elif next_span < len(spans) and spans[next_span][0] < end:
                continue
            else:
                word, base = self.spell(raw[:LONGEST_WORD])
                found.append(Token(word, base, raw, start, end, clause))
        return _joined(found, self)


def fold(text: str) -> tuple[str, Sequence[int]]:
    """The text in small plain letters, and for each of its letters where that stands in the text."""
    if text.isascii() and "'" not in text and "`" not in text:
        return text.lower(), range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if ord(letter) in _APOSTROPHES:
            continue
        plain = letter if letter.isascii() else _plain(letter)
        letters.extend(plain)
        places.extend([place] * len(plain))
    return "".join(letters).lower(), places


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """One letter without accents, width or case; nothing for marks that are not seen."""
    if unicodedata.category(letter) in ("Cf", "Mn", "Me", "Cc"):
        return ""
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)).lower()


def _readings(raw: str) -> Iterable[str]:
    yield raw
    if raw.isdecimal():
        return
    if "2" in raw[2:]:
        yield raw.replace("2", "")
    if not raw.isalpha():
        yield raw.translate(_DIGITS)
    if _REPEATED.search(raw):
        yield _STRETCHED.sub(r"\1\1", raw)
        yield _REPEATED.sub(r"\1", raw)


def _less_a_letter(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_slip(raw: str, word: str) -> bool:
    """Of equal length, with two letters swapped or one vowel for another: any other letter makes another word."""
    wrong = [(one, other) for one, other in zip(raw, word, strict=False) if one != other]
    if len(wrong) == 1:
        return len(raw) > SHORTEST_TYPO and set(wrong[0]) <= _VOWEL_SET
    return len(wrong) == 2 and wrong[0] == wrong[1][::-1]


def _is_within(short: str, word: str) -> bool:
    """The letters of the one stand in the other in their order."""
    letters = iter(word)
    return all(letter in letters for letter in short)


def _joined(tokens: list[Token], spelling: Spelling) -> list[Token]:
    """Words written apart that are one: di pukul, t o l o n g."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        last = at
        if len(token.raw) == 1 and token.raw.isalpha():
            while last + 1 < len(tokens) and len(tokens[last + 1].raw) == 1 and tokens[last + 1].raw.isalpha():
                last += 1
            if last - at < 3:
                last = at
        if last == at and token.word in JOINED and at + 1 < len(tokens):
            follows = tokens[at + 1]
            if token.word + follows.raw in spelling.words and follows.end - token.start < LONGEST_WORD:
                last = at + 1
        if last > at:
            raw = "".join(token.raw for token in tokens[at : last + 1])
            raw = token.word + tokens[last].raw if token.word in JOINED and last == at + 1 else raw
            word, base = spelling.spell(raw[:LONGEST_WORD])
            token = Token(word, base, raw, token.start, tokens[last].end, token.clause)
        found.append(token)
        at = last + 1
    return found
