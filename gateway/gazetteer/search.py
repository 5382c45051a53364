"""Names to places, for a person who types: what is the name of an area, and what may become one when it is typed on.

What more than a bare name says of a place is read in ``meaning``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gateway.gazetteer import gazetteer
from gateway.gazetteer.place_names import place_names
from gateway.incident.place import CITY, KECAMATAN, KELURAHAN, PROVINCE
from sms.place_names import OUTSIDE
from sms.spelling import distance, fold, letters, letters_of, skeleton

LONGEST = 120
"""Characters that are searched for a name."""

KINDS: Mapping[int, str] = {KELURAHAN: "kelurahan", KECAMATAN: "kecamatan", CITY: "city"}
SHORT: Mapping[str, str] = {"kelurahan": "Kel. ", "kecamatan": "Kec. ", "city": ""}

CUES: Mapping[str, int] = {
    **dict.fromkeys(("kel", "kelurahan", "klrhn", "ds", "desa"), KELURAHAN),
    **dict.fromkeys(("kec", "kecamatan", "kcmtn"), KECAMATAN),
    **dict.fromkeys(("kab", "kabupaten", "kodya", "kotamadya"), CITY),
}
"""Words before a name that say which level it is of."""

OFF = 1.0
"""How far a word that is being typed may be off."""

EXACT, PREFIX, WORDS = 0.0, 1.0, 1.2
"""What a match costs: the whole name; its beginning; its words' beginnings."""

GUESSED = WORDS + 1.0
"""From this cost on a word of it is misspelt."""

TYPED_OUTSIDE: Mapping[str, str] = {"tangsel": "36.74"}


class How(StrEnum):
    """How a text names an area: by its own name, by another one, by a spelling that is listed, in a sentence that says
    so; by a part of its name; by a name among words that say nothing more, as a station's; by what is only like it."""

    NAME = "name"
    ALIAS = "alias"
    SPELLING = "spelling"
    READ = "read"
    PART = "part"
    AMONG = "among"
    GUESS = "guess"

    @property
    def is_sure(self) -> bool:
        """Whether the area is what was said, and not only what may have been meant."""
        return self in (How.NAME, How.ALIAS, How.SPELLING, How.READ)


@dataclass(frozen=True, slots=True)
class Match:
    """An area that a text may mean.

    Attributes:
        kind: ``kelurahan``, ``kecamatan`` or ``city``.
        within: what it lies in, as shown: "Kec. Makasar, Jakarta Timur".
        cost: 0 where the text is its name; the lower the likelier.
    """

    code: str
    name: str
    kind: str
    within: str
    cost: float
    how: How

    def __str__(self) -> str:
        return f"{SHORT[self.kind]}{self.name}" + (f" ({self.within})" if self.within else "")

    def as_dict(self) -> dict[str, object]:
        shown = {"code": self.code, "name": self.name, "kind": self.kind, "within": self.within}
        return {**shown, "cost": round(self.cost, 2), "how": self.how.value}


def whole(text: str) -> list[Match]:
    """The areas whose name, code, or other name all of the text is, be it after "kel" or "kec"."""
    text = text[:LONGEST]
    tokens, length = _typed(text)
    named = _index().whole(text, tokens)
    of_level = {code: how for code, how in named.items() if length in (None, len(code))}
    # "Kec. Cipinang Melayu" is none, but nothing else is called so.
    return ranked({code: (EXACT, how) for code, how in (of_level or named).items()})


def complete(text: str, limit: int = 8) -> list[Match]:
    """The areas whose names may be meant by what was typed so far, the likeliest first."""
    tokens, length = _typed(text)
    if not tokens or limit < 1:
        return []
    index = _index()
    named = index.whole(text, tokens)
    costs = dict.fromkeys(named, EXACT)
    for code, cost in (*index.begun(tokens), *index.by_words(tokens)):
        costs[code] = min(cost, costs.get(code, cost))
    found = {code: (cost, named.get(code, _how(cost))) for code, cost in costs.items() if length in (None, len(code))}
    return ranked(found)[:limit]


def _how(cost: float) -> How:
    return How.GUESS if cost >= GUESSED else How.PART


def beyond(plain: str) -> frozenset[str]:
    """The codes of the cities beyond the province that are called so, by the letters of the name."""
    return _index().outside.get(plain, frozenset())


def _typed(text: str) -> tuple[list[str], int | None]:
    """The words typed, by their letters, and the length of the code that their cue asks for."""
    written = re.findall("[a-z0-9]+", fold(text[:LONGEST]))
    length = next((CUES[word] for word in written if word in CUES), None)
    words = [word for word in written if word not in CUES] if len(written) > 1 else written
    return [letters(word) for word in words], length if len(written) > 1 else None


def ranked(found: Mapping[str, tuple[float, How]]) -> list[Match]:
    """Areas by what they cost and how they were named, the likeliest first."""
    names = gazetteer().names
    order = sorted(found, key=lambda code: (found[code][0], len(code), names[code]))
    return [_match(code, *found[code]) for code in order]


def _match(code: str, cost: float, how: How) -> Match:
    names = gazetteer().names
    within = [f"{SHORT[KINDS[length]]}{names[code[:length]]}" for length in (KECAMATAN, CITY) if len(code) > length]
    return Match(code, names[code], KINDS[len(code)], ", ".join(within), cost, how)


@dataclass(frozen=True, slots=True)
class Named:
    """An area's words, by their letters; and the words and codes of what it lies in."""

    code: str
    own: tuple[str, ...]
    parents: frozenset[str]


class Index:
    """What is searched.

    Attributes:
        outside: cities beyond the province by the letters of their names.
    """

    def __init__(self) -> None:
        names = {code: name for code, name in gazetteer().names.items() if len(code) > PROVINCE}
        self.outside = _outside(names)
        words = {code: tuple(map(letters, fold(name).replace(".", " ").split())) for code, name in names.items()}
        self._named = [Named(code, own, _parents(code, words)) for code, own in words.items()]
        self._words = sorted({word for own in words.values() for word in own})
        self._spelled = {plain: name.codes for plain, name in place_names().spelled.items()} | self.outside
        self._plain = sorted(self._spelled)
        self._own = {(letters_of(fold(name)), code) for code, name in names.items()}
        spellings = place_names().words.spellings
        self._shorts = {
            word: {letters(short) for short in spellings.get(word, ())} for word in self._words if word in spellings
        }
        self._fitting = lru_cache(maxsize=2048)(self._fits)

    def whole(self, text: str, tokens: Sequence[str]) -> dict[str, How]:
        """The areas of which the words typed are a name, or the text the code."""
        if text.strip() in gazetteer().names and len(text.strip()) > PROVINCE:
            return {text.strip(): How.NAME}
        plain = letters_of(" ".join(tokens))
        if len(tokens) == 1 and plain in place_names().apart:
            return {}
        name = place_names().spelled.get(plain)
        other = How.ALIAS if name is None or name.plain == plain else How.SPELLING
        codes = self._spelled.get(plain, frozenset()) - {OUTSIDE}
        return {code: How.NAME if (plain, code) in self._own else other for code in codes}

    def begun(self, tokens: Sequence[str]) -> Iterator[tuple[str, float]]:
        """The names, also as they are spelt and shortened, that begin with what was typed, all spaces left out."""
        typed = letters_of(" ".join(tokens))
        at = bisect_left(self._plain, typed)
        while at < len(self._plain) and self._plain[at].startswith(typed):
            plain = self._plain[at]
            cost = EXACT if plain == typed else PREFIX + (len(plain) - len(typed)) / 100
            for code in self._spelled[plain] - {OUTSIDE}:
                yield code, cost + (0.0 if (plain, code) in self._own else 0.1)
            at += 1

    def by_words(self, tokens: Sequence[str]) -> Iterator[tuple[str, float]]:
        """The areas whose words, and what they lie in, begin with the words typed, in their order."""
        fits = [self._fitting(token) for token in tokens]
        for named in self._named:
            cost = _cost(fits, named)
            if cost is not None:
                yield named.code, WORDS + cost

    def _fits(self, token: str) -> dict[str, float]:
        """The words that one typed may be the beginning of, and the codes it stands for, and how far off that is."""
        found = {word: 0.0 if word == token else 0.1 for word in self._words if word.startswith(token)}
        found |= {word: 0.15 for word, shorts in self._shorts.items() if token in shorts and word not in found}
        if len(token) > 1 and token == skeleton(token):
            bones = {word: skeleton(word) for word in self._words if word[0] == token[0] and word not in found}
            found |= {word: 0.3 for word, bone in bones.items() if bone.startswith(token)}
        found |= dict.fromkeys(self._spelled.get(token, ()), 0.0)
        return found or self._misspelt(token)

    def _misspelt(self, token: str) -> dict[str, float]:
        if len(token) < 4:
            return {}
        found = {}
        for word in self._words:
            lengths = {min(len(word), len(token) + more) for more in (-1, 0, 1)}
            off = min(distance(token, word[:length], OFF) for length in lengths)
            if off <= OFF:
                found[word] = 1.0 + off
        return found


@cache
def _index() -> Index:
    return Index()


def _cost(fits: Sequence[Mapping[str, float]], named: Named) -> float | None:
    """What it costs that these words mean an area; None where they do not."""
    cost, at, own = 0.0, 0, 0
    for fit in fits:
        place = next((place for place in range(at, len(named.own)) if named.own[place] in fit), None)
        if place is not None:
            cost += fit[named.own[place]]
            at, own = place + 1, own + 1
            continue
        parent = min((fit[word] for word in named.parents if word in fit), default=None)
        if parent is None:
            return None
        cost += parent + 0.1
    return cost + (len(named.own) - own) / 100 if own else None


def _parents(code: str, words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    parents = [code[:length] for length in (KECAMATAN, CITY) if len(code) > length]
    return frozenset([*parents, *(word for parent in parents for word in words[parent])])


def _outside(names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {letters_of(word): {code} for word, code in TYPED_OUTSIDE.items()}
    for code, name in names.items():
        if not code.startswith(gazetteer().province):
            for written in (name, name.partition(" ")[2]):
                found.setdefault(letters_of(fold(written)), set()).add(code)
    return {plain: frozenset(codes) for plain, codes in found.items()}
