"""Spelling as it is on the streets: what sounds alike, vowels left out, and how far two spellings are apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, reduce

VOWELS = frozenset("aeiou")

HEARD_ALIKE = frozenset(
    {
        "jy",
        "yj",
        "fp",
        "pf",
        "pv",
        "vp",
        "fv",
        "vf",
        "sz",
        "zs",
        "kq",
        "qk",
        "ck",
        "kc",
        "iy",
        "yi",
        "gk",
        "kg",
        "uw",
        "wu",
    }
)

OLD_SPELLING = ((re.compile("oe"), "u"), (re.compile("dj"), "j"), (re.compile("^tj(?=[aeiou])"), "c"))
"""The spelling before 1972: Tjipinang, Doeren, Djati."""

REPEATED = re.compile(r"(.)\1+")
NO_SKELETON = str.maketrans("", "", "aeiouh")

FIGURE_LETTERS = str.maketrans("0134578", "oieastb")

LEFT_OUT_VOWEL, OTHER_VOWEL, EXTRA_VOWEL, HEARD, LETTER, SWAPPED = 0.3, 0.5, 0.6, 0.5, 1.0, 0.8


def fold(text: str) -> str:
    """The text in lower case and ASCII, every character in its place; what has no letter of ours becomes a space."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(letter) for letter in text)


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[:1].lower()
    return plain if len(plain) == 1 and plain.isascii() else " "


@lru_cache(maxsize=8192)
def letters(word: str) -> str:
    """One spelling for all that sound alike: the old spelling as today's, no letter twice in a row."""
    word = REPEATED.sub(r"\1", word)
    for old, new in OLD_SPELLING:
        word = old.sub(new, word)
    return REPEATED.sub(r"\1", word)


def joined(before: str, word: str) -> str:
    """Two words of ``letters`` written as one."""
    return before + (word[1:] if before.endswith(word[:1]) else word)


def letters_of(name: str) -> str:
    """The letters of a name of several words, as if it were one."""
    return reduce(joined, map(letters, name.split()), "")


def skeleton(plain: str) -> str:
    """What is left of ``letters`` without vowels and h."""
    return REPEATED.sub(r"\1", plain.translate(NO_SKELETON))


def shortened(word: str) -> set[str]:
    """The word, and all that it is with one letter left out: two words one slip apart share one of them."""
    return {word, *(REPEATED.sub(r"\1", word[:place] + word[place + 1 :]) for place in range(len(word)))}


@lru_cache(maxsize=8192)
def distance(written: str, meant: str, limit: float) -> float:
    """What it takes to misspell ``meant`` as it was written: a vowel left out costs least, another consonant 1.

    Args:
        limit: infinity is returned as soon as it is certain that the distance is beyond it.
    """
    before: list[float] = []
    row = [0.0]
    for letter in written:
        row.append(row[-1] + _extra(letter))
    for at, right in enumerate(meant):
        before, above = row, before
        row = _row(written, meant, at, right, above, before)
        if min(row) > limit:
            return float("inf")
    return row[-1] if row[-1] <= limit else float("inf")


def _row(written: str, meant: str, at: int, right: str, above: list[float], before: list[float]) -> list[float]:
    missing = _missing(right)
    row = [before[0] + missing]
    for place, letter in enumerate(written):
        if letter == right:
            cost = before[place]
        else:
            cost = min(before[place] + _other(letter, right), before[place + 1] + missing, row[place] + _extra(letter))
            if above and place and letter == meant[at - 1] and written[place - 1] == right:
                cost = min(cost, above[place - 1] + SWAPPED)
        row.append(cost)
    return row


def _missing(letter: str) -> float:
    return LEFT_OUT_VOWEL if letter in VOWELS or letter == "h" else LETTER


def _extra(letter: str) -> float:
    return EXTRA_VOWEL if letter in VOWELS or letter == "h" else LETTER


def _other(letter: str, right: str) -> float:
    if letter in VOWELS and right in VOWELS:
        return OTHER_VOWEL
    return HEARD if letter + right in HEARD_ALIKE else LETTER
