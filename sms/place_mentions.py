"""Where a text says something like a name of the gazetteer, as it is written or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sms.place_names import OUTSIDE, SHORTEST_GUESSED, Codes, Name, PlaceNames
from sms.spelling import FIGURE_LETTERS, distance, fold, joined, letters, shortened, skeleton

WORD = re.compile(r"[a-z]+|[0-9]+")
FIGURES_WITHIN = re.compile(r"\b(?!(?:rt|rw|no|km|lt|gg|jl|blok)[0-9])[a-z]+(?:[0134578][a-z]+)+")
ENDS = re.compile(r"[,;!?()\n\r/|\"]|\.\s|\s[-–]\s")

SPOKEN = {"2": "dua", "3": "tiga", "5": "lima"}
"""Numbers that are part of names: Pegangsaan 2, Duren 3."""

MOST_WORDS = 5
"""Words that one name may be written as: "Ci pi nang Ba rat"."""

LIMITS = ((5, 0.6), (6, 0.8), (8, 1.0), (11, 1.4), (14, 2.2), (99, 2.8))
"""How far a guessed spelling may be off, by the number of letters of the name, where a cue says that it is a place."""

WORD_LIMITS = ((3, 0.6), (5, 1.0), (99, 1.5))
"""Likewise of one word of a name."""

SUREST = 1.3
"""Times that limit a spelling may be off after "kel"."""

CLEARLY = 0.2
"""How much nearer the nearest name must be than the next one."""

SHORTEST_SKELETON = 3

GLUED = ("kel", "kec", "di")
"""Cues that are written without a space before a name."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word or number of a text.

    Attributes:
        text: folded; plain: its letters as ``spelling.letters`` has them.
        after_end: a comma, a full stop or the like lies before it.
    """

    start: int
    end: int
    text: str
    plain: str
    after_end: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Something like a name.

    Attributes:
        first, last: its words, both included.
        plain: the name's letters.
        off: how far the spelling is off; 0 as listed.
    """

    first: int
    last: int
    plain: str
    codes: Codes
    off: float

    @property
    def weight(self) -> float:
        return len(self.plain) - 2 * self.off


def words_of(text: str, names: PlaceNames) -> list[Word]:
    """The words of a text; figures within a word are the letters they look like, and "dicawang" is two words."""
    folded = fold(text)
    folded = FIGURES_WITHIN.sub(lambda word: word.group().translate(FIGURE_LETTERS), folded)
    found: list[Word] = []
    end = 0
    for match in WORD.finditer(folded):
        between = folded[end : match.start()]
        after_end = bool(ENDS.search(between)) and not (between == ". " and _is_shortened(found, names))
        glued = _glued(match.group(), names)
        if glued:
            cue = match.group()[:glued]
            found.append(Word(match.start(), match.start() + glued, cue, cue, after_end))
            after_end = False
        written = match.group()[glued:]
        # "Ibu2" are mothers, not two of them.
        plain = SPOKEN.get(written, "") if between or not found else ""
        found.append(Word(match.start() + glued, match.end(), written, plain or letters(written), after_end))
        end = match.end()
    return found


def _is_shortened(found: Sequence[Word], names: PlaceNames) -> bool:
    """Whether a full stop after the last word only shortens it: in "sampe gang. jati pulo" it ends what was said."""
    if not found or found[-1].text not in names.shortened:
        return False
    reached = len(found) > 1 and not found[-1].after_end and found[-2].text in names.words["reached"]
    return not (reached and found[-1].text in names.words["lane"])


def _glued(word: str, names: PlaceNames) -> int:
    """How many letters of a word are a cue before a name; 0 for nearly every word."""
    cue = next((cue for cue in GLUED if word.startswith(cue)), "")
    rest = letters(word[len(cue) :])
    if not cue or len(rest) < SHORTEST_GUESSED or not (rest in names.spelled or rest in names.parts):
        return 0
    return 0 if letters(word) in names.spelled or word in names.words["common"] else len(cue)


def mentions_of(words: Sequence[Word], names: PlaceNames) -> list[Mention]:
    """Everything in a text that may be a name, much of it overlapping."""
    return [mention for first in range(len(words)) for mention in _from(words, first, names)]


def chosen(mentions: Iterable[Mention]) -> list[Mention]:
    """Of mentions that overlap the longest and best spelt, in their order."""
    found = sorted(mentions, key=lambda mention: (-mention.weight, mention.first, mention.last))
    taken: set[int] = set()
    kept = []
    for mention in found:
        places = range(mention.first, mention.last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.first)


def _from(words: Sequence[Word], first: int, names: PlaceNames) -> Iterator[Mention]:
    """What begins at one word."""
    written, spoken = "", ""
    unusual = True
    for last in range(first, min(first + MOST_WORDS, len(words))):
        word = words[last]
        if last > first and word.after_end:
            return
        written = joined(written, word.plain)
        spoken = joined(spoken, names.long.get(word.plain, word.plain))
        if len(written) > names.longest + 3:
            return
        name = None if last == first and written in names.apart else names.spelled.get(written)
        if name is not None and not _is_common_run(words, first, last, names):
            yield Mention(first, last, name.plain, name.codes, 0.0)
        unusual = unusual and _may_be_misspelt(word, names)
        if name is None and unusual:
            for guessed in dict.fromkeys((written, spoken)):
                yield from _guesses(words, first, last, guessed, names)


def _is_common_run(words: Sequence[Word], first: int, last: int, names: PlaceNames) -> bool:
    """Whether common words only happen to make up a name when joined."""
    return last > first and all(word.text in names.words["common"] for word in words[first : last + 1])


def _may_be_misspelt(word: Word, names: PlaceNames) -> bool:
    return not word.plain.isdigit() and word.text not in names.words["everyday"]


def _guesses(words: Sequence[Word], first: int, last: int, written: str, names: PlaceNames) -> Iterator[Mention]:
    """The name that was meant, if one is clearly the nearest."""
    run = words[first : last + 1]
    if first == last and {written, run[0].text} & names.words["look_alikes"]:
        return
    ranked = sorted(_ranked(run, written, names), key=lambda guess: (guess[0], guess[1].plain))
    if not ranked:
        return
    off, name = ranked[0]
    if all(other.codes == name.codes or further - off >= CLEARLY for further, other in ranked):
        yield Mention(first, last, name.plain, name.codes, off)


def _ranked(run: Sequence[Word], written: str, names: PlaceNames) -> Iterator[tuple[float, Name]]:
    """The names that may have been meant, and how far the spelling is off."""
    bones = skeleton(written)
    if len(bones) < SHORTEST_SKELETON:
        return
    for name in {name for short in shortened(bones) for name in names.guessed.get(short, ())}:
        if name.plain[0] == written[0] and abs(len(name.plain) - len(written)) <= len(name.plain) // 2:
            off = distance(written, name.plain, SUREST * limit_of(len(name.plain)))
            if off < float("inf") and _agree_by_word(run, name, names):
                yield off, name


def _agree_by_word(written: Sequence[Word], name: Name, names: PlaceNames) -> bool:
    """Whether each word may be the name's, where they are as many: "Pisangan Lama" is not Pisangan Baru misspelt."""
    if len(written) != len(name.parts) or len(written) == 1:
        return True
    return all(
        names.long.get(word.plain) == part or distance(word.plain, part, limit_of_word(len(part))) < float("inf")
        for word, part in zip(written, name.parts, strict=True)
    )


def limit_of(length: int) -> float:
    return next(limit for longest, limit in LIMITS if length <= longest)


def limit_of_word(length: int) -> float:
    return next(limit for longest, limit in WORD_LIMITS if length <= longest)


def is_outside(mention: Mention) -> bool:
    return OUTSIDE in mention.codes
