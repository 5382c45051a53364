"""Names to places, for a person who types: what a text names, and what it may become when it is typed on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from gateway.gazetteer import gazetteer
from gateway.gazetteer.place_names import place_names
from gateway.incident.place import CITY, KECAMATAN, KELURAHAN, PROVINCE
from sms.place_areas import agree
from sms.place_mentions import Mention, Word, chosen, mentions_of, words_of
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

EXACT, PREFIX, WORDS, GUESSED = 0.0, 1.0, 1.2, 3.0
"""What a match costs: the whole name; its beginning; its words' beginnings; misspelt."""

TYPED_OUTSIDE: Mapping[str, str] = {"tangsel": "36.74"}


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

    def __str__(self) -> str:
        return f"{SHORT[self.kind]}{self.name}" + (f" ({self.within})" if self.within else "")

    def as_dict(self) -> dict[str, object]:
        shown = {"code": self.code, "name": self.name, "kind": self.kind, "within": self.within}
        return {**shown, "cost": round(self.cost, 2)}


def complete(text: str, limit: int = 8) -> list[Match]:
    """The areas whose names may be meant by what was typed so far, the likeliest first."""
    tokens, length = _typed(text)
    if not tokens or limit < 1:
        return []
    index = _index()
    costs: dict[str, float] = {}
    for code, cost in (*index.by_code(text), *index.begun(tokens), *index.by_words(tokens)):
        costs[code] = min(cost, costs.get(code, cost))
    if not costs:
        costs = {match.code: GUESSED + match.cost for match in find(text)}
    return _ranked(costs, length)[:limit]


def find(text: str) -> list[Match]:
    """The areas that a name means, with the finest that all of the text agrees on first; empty where it names none.

    A text may name what the area lies in besides: "Jatinegara, Cakung". Several are given where it may be either:
    Jatinegara alone is a kecamatan, and a kelurahan of another one.
    """
    text = text[:LONGEST]
    by_code = dict(_index().by_code(text))
    if by_code:
        return _ranked(by_code, None)
    words = words_of(text, place_names())
    codes: frozenset[str] = frozenset()
    off = 0.0
    for mention in chosen(mentions_of(words, place_names())):
        meant = _meant(mention, words)
        agreed = agree(codes, meant) if codes else meant
        if agreed:
            codes, off = agreed, off + mention.off
    if off or not codes:
        # "Malaka" is no misspelt Melawai, but a word of Malaka Sari and Roa Malaka.
        whole = _index().by_whole_words(_typed(text)[0])
        codes, off = (frozenset(whole), WORDS) if whole else (codes, off)
    return _ranked(dict.fromkeys(codes, off), None)


def _meant(mention: Mention, words: Sequence[Word]) -> frozenset[str]:
    if OUTSIDE in mention.codes:
        return _index().outside.get(mention.plain, frozenset())
    length = _cue(words, mention.first)
    return frozenset(code for code in mention.codes if len(code) == length) or mention.codes


def _cue(words: Sequence[Word], first: int) -> int | None:
    return CUES.get(words[first - 1].text) if first else None


def _typed(text: str) -> tuple[list[str], int | None]:
    """The words typed, by their letters, and the length of the code that their cue asks for."""
    written = re.findall("[a-z0-9]+", fold(text[:LONGEST]))
    length = next((CUES[word] for word in written if word in CUES), None)
    words = [word for word in written if word not in CUES] if len(written) > 1 else written
    return [letters(word) for word in words], length if len(written) > 1 else None


def _ranked(costs: Mapping[str, float], length: int | None) -> list[Match]:
    codes = (code for code in costs if length is None or len(code) == length)
    names = gazetteer().names
    return [_match(code, costs[code]) for code in sorted(codes, key=lambda code: (costs[code], len(code), names[code]))]


def _match(code: str, cost: float) -> Match:
    names = gazetteer().names
    within = [f"{SHORT[KINDS[length]]}{names[code[:length]]}" for length in (KECAMATAN, CITY) if len(code) > length]
    return Match(code, names[code], KINDS[len(code)], ", ".join(within), cost)


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
        self._vocabulary = frozenset(self._words)
        self._spelled = {plain: name.codes for plain, name in place_names().spelled.items()} | self.outside
        self._plain = sorted(self._spelled)
        self._own = {(letters_of(fold(name)), code) for code, name in names.items()}
        spellings = place_names().words.spellings
        self._shorts = {
            word: {letters(short) for short in spellings.get(word, ())} for word in self._words if word in spellings
        }
        self._fitting = lru_cache(maxsize=2048)(self._fits)

    def by_code(self, text: str) -> Iterator[tuple[str, float]]:
        if text.strip() in gazetteer().names and len(text.strip()) > PROVINCE:
            yield text.strip(), EXACT

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

    def by_whole_words(self, tokens: Sequence[str]) -> list[str]:
        """The areas that have all the words typed, none of them shortened."""
        if not tokens or not self._vocabulary.issuperset(tokens):
            return []
        return [named.code for named in self._named if set(tokens) <= set(named.own)]

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
            found.setdefault(letters_of(fold(name.partition(" ")[2])), set()).add(code)
    return {plain: frozenset(codes) for plain, codes in found.items()}
