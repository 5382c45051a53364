"""The lexicon: what words mean here, and where a text has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.incident.report import Nature
from sms.morphology import ACTIVE, BARE, PASSIVE, forms
from sms.normal import Spelling, Token

FILLERS = frozenset({
    "yang", "sudah", "lagi", "pada", "sampai", "saja", "aja", "banget", "bgt", "dong", "nih", "ini", "itu", "tuh",
    "sih", "kok", "terus", "ya", "kan", "deh", "mah", "teh", "sangat", "semua", "juga", "jg", "the", "a", "is", "are",
    "its", "lah", "pun", "malah", "langsung", "tiba", "saya", "dia", "sering", "suka", "selalu", "udah",
})  # fmt: skip
"""Words that may stand between the words of a phrase without changing it."""

MOST_SKIPPED = 2
LAST_MINOR = 17

SHORTEST_PASSIVE = 6
"""Letters from which an unknown word with di- is taken for a verb."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What some words mean.

    Attributes:
        kind: the class of actor (``close``), where that is not the entry's own name.
        nature: what the words alone make likely; ``weight`` how much.
        flags: fields of a Reading that the words set.
        act: what one person does to another: physical, threat, verbal, sexual, coercion; empty for everything else.
        sign: how much the words count in a text of violence that does not name it (sms/violence.py).
        covers: words inside it mean nothing on their own (mati lampu).
        whole: it counts only if the text says nothing else.
        needs: its flags count only in a text of this nature.
        negatable: "tidak" before it takes it back.
        result: it follows from another emergency (bleeds, is unconscious), and decides only where no other is told.
        beside: entries of which one must stand in the same text.
        who: a person must be named just before it ("bapak saya ambruk").
    """

    name: str
    kind: str = ""
    nature: Nature | None = None
    weight: int = 0
    flags: tuple[str, ...] = ()
    act: str = ""
    voice: str = ""
    sign: int = 0
    covers: bool = False
    whole: bool = False
    needs: Nature | None = None
    negatable: bool = True
    result: bool = False
    beside: tuple[str, ...] = ()
    who: bool = False
    words: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Its words alone tell of an emergency, so that they are recognised misspelt, too."""
        told = self.nature not in (None, Nature.NOT_EMERGENCY) or bool(self.act)
        return told and not self.covers


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text.

    Attributes:
        first, last: its first and last token.
        voice: passive, active or bare where it is a verb's form.
        text: which text of the thread it stands in.
    """

    entry: Entry
    first: int
    last: int
    voice: str = ""
    text: int = 0

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[tuple[Entry, str]] = field(default_factory=list)


class Lexicon:
    """Entries by their words, in one spelling.

    Args:
        shorthand: as Spelling's.
        plain: as Spelling's.
        markers: language → words that tell it.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        shorthand: Mapping[str, str],
        plain: Iterable[str] = (),
        markers: Mapping[str, frozenset[str]] | None = None,
    ):
        self.entries = {entry.name: entry for entry in entries}
        self.markers = dict(markers or {})
        verbs = {(form, voice, entry.name) for entry in entries for root in entry.roots for form, voice in forms(root)}
        written = {phrase for entry in entries for phrase in entry.words}
        words = {word for phrase in written for word in phrase.split() if not word.startswith("@")}
        firm = {form for entry in entries for root in entry.roots for form in _firm_forms(root)}
        for entry in entries:
            if entry.is_telling:
                firm.update(word for phrase in entry.words for word in phrase.split() if len(word) > 4)
        self.spelling = Spelling(shorthand, words | {form for form, _, _ in verbs}, firm - set(shorthand), set(plain))
        self._root = _Node()
        for entry in entries:
            for phrase in entry.words:
                self._add([self._spelt(word) for word in phrase.split()], entry, entry.voice)
        for form, voice, name in sorted(verbs):
            if form not in shorthand:
                self._add([form], self.entries[name], voice)

    def _spelt(self, word: str) -> str:
        return word if word.startswith("@") else self.spelling.shorthand.get(word, word)

    def _add(self, words: list[str], entry: Entry, voice: str) -> None:
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        if (entry, voice) not in node.ends:
            node.ends.append((entry, voice))

    def hits(self, tokens: Sequence[Token], text: int = 0) -> list[Hit]:
        """Every entry found, without what a longer entry covers."""
        found: list[Hit] = []
        for first in range(len(tokens)):
            longest: dict[str, Hit] = {}
            for last, ends in self._ends(tokens, first):
                for entry, voice in ends:
                    if entry.name not in longest or longest[entry.name].last < last:
                        longest[entry.name] = Hit(entry, first, last, voice, text)
            found.extend(longest.values())
        return _uncovered(found)

    def _ends(self, tokens: Sequence[Token], first: int) -> Iterator[tuple[int, list[tuple[Entry, str]]]]:
        open_ends = [(self._root, first, 0)]
        while open_ends:
            node, at, skipped = open_ends.pop()
            if at >= len(tokens) or tokens[at].clause != tokens[first].clause:
                continue
            token = tokens[at]
            stepped = False
            for word in self._options(token):
                child = node.next.get(word)
                if child is not None:
                    stepped = True
                    if child.ends:
                        yield at, child.ends
                    if child.next:
                        open_ends.append((child, at + 1, skipped))
            if not stepped and at > first and skipped < MOST_SKIPPED and token.word in FILLERS:
                open_ends.append((node, at + 1, skipped + 1))

    def _options(self, token: Token) -> Iterator[str]:
        """What a token may be called in a phrase, the most exact first."""
        yield token.word
        if token.base != token.word:
            yield token.base
        if token.raw != token.word and token.raw != token.base:
            yield token.raw
        if token.raw.isdecimal():
            yield "@number"
            if len(token.raw) <= 2 and int(token.raw) <= LAST_MINOR:
                yield "@minor"
        elif len(token.raw) >= SHORTEST_PASSIVE and token.raw.startswith("di") and not self.spelling.knows(token):
            yield "@passive"


def _uncovered(hits: list[Hit]) -> list[Hit]:
    """Without what lies inside a covering entry that is at least as long, or runs into one ("saya bunuh" waktu)."""
    covers = [hit for hit in hits if hit.entry.covers]
    if not covers:
        return hits
    hidden: dict[int, int] = {}
    for cover in covers:
        for at in range(cover.first, cover.last + 1):
            hidden[at] = max(hidden.get(at, -1), cover.last)
    return [
        hit
        for hit in hits
        if hit.entry.covers or (hit.last > hidden.get(hit.first, -1) and hit.last >= hidden.get(hit.last, -1))
    ]


def _firm_forms(root: str) -> Iterator[str]:
    """The forms that a slip of a letter may be mended to: not every one, or everyday words would become verbs."""
    for form, voice in forms(root):
        if (form.startswith("di") and voice == PASSIVE) or (form.endswith("in") and voice == ACTIVE):
            yield form


__all__ = ["ACTIVE", "BARE", "PASSIVE", "Entry", "Hit", "Lexicon"]
