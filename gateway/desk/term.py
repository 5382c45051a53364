"""What somebody looks for, as typed into the search: hostile text in, words to be held against cases out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.numbers import e164
from sms.spelling import fold

LONGEST = 120
"""Characters that are looked at."""

MOST_WORDS = 8

LEAST_LETTERS, LEAST_DIGITS = 3, 4
"""Less is found everywhere."""

_LEAST_OF_NAME = 4
_NATIONAL = 8
"""Digits from which on a zero in front may be the national prefix, and not one of the number's last digits."""

_NUMBER = re.compile(r"[+(]?[0-9][0-9 ().\-]*")
_WORD = re.compile(r"[a-z0-9]+")
_NAME = re.compile(r"(?=.*[0-9])[0-9a-f]{6,24}")


class Looks(StrEnum):
    """What kind of thing a term is, for the audit."""

    NUMBER = "number"
    CASE = "case"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word; a case fits where any of these does.

    Attributes:
        word: the beginning of a word of its place, nature or texts.
        tails: how its number may end.
        name: the beginning of its own name; empty: it is too short for one.
    """

    word: str
    tails: tuple[str, ...] = ()
    name: str = ""

    def fits(self, name: str, number: str, words: str) -> bool:
        """
        Args:
            name: of the case.
            words: folded, each after a blank.
        """
        if f" {self.word}" in words:
            return True
        if self.tails and number.endswith(self.tails):
            return True
        return bool(self.name) and name.startswith(self.name)


@dataclass(frozen=True, slots=True)
class Term:
    """
    Attributes:
        wanted: a case has to fit all of them; none: there is nothing to look for.
    """

    looks: Looks
    wanted: tuple[Wanted, ...] = ()


def read_term(text: str) -> Term:
    """What a text asks for; never raises."""
    typed = text[:LONGEST].strip()
    if _NUMBER.fullmatch(typed):
        digits = "".join(_digits(typed))
        if len(digits) >= LEAST_DIGITS:
            return Term(Looks.NUMBER, (Wanted(digits, _tails(typed, digits), digits),))
    words = _WORD.findall(fold(typed))[:MOST_WORDS]
    wanted = tuple(_wanted(word) for word in words if len(word) > 1)
    if not any(_is_enough(each.word) for each in wanted):
        return Term(Looks.WORDS)
    named = len(wanted) == 1 and _NAME.fullmatch(wanted[0].word)
    return Term(Looks.CASE if named else Looks.WORDS, wanted)


def _wanted(word: str) -> Wanted:
    tails = (word,) if word.isdigit() and len(word) >= LEAST_DIGITS else ()
    return Wanted(word, tails, word if len(word) >= _LEAST_OF_NAME else "")


def _is_enough(word: str) -> bool:
    return len(word) >= (LEAST_DIGITS if word.isdigit() else LEAST_LETTERS)


def _tails(typed: str, digits: str) -> tuple[str, ...]:
    """The ends of a number in E.164 that these digits may be, however they were written."""
    whole = e164(typed)
    national = digits[1:] if digits.startswith("0") and len(digits) >= _NATIONAL else ""
    return tuple(dict.fromkeys(tail for tail in (digits, national, (whole or "").lstrip("+")) if tail))


def _digits(text: str) -> Iterator[str]:
    return (letter for letter in text if letter in "0123456789")
