"""Names of the city's areas as people write them, made ready to be found in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from gateway.incident.place import CITY, KECAMATAN, KELURAHAN
from gateway.incident.shape import Area
from sms.spelling import letters, letters_of, shortened, skeleton

Codes = frozenset[str]

DECOY: Codes = frozenset()
"""What looks like a name of ours and is none."""

OUTSIDE = "outside"
"""Stands for every place that is not the city's."""

DIRECTIONS = frozenset({"utara", "selatan", "barat", "timur"})

MOST_SPELLINGS = 400
"""Of one name; more would say that an entry of the word list is too generous."""

LONGEST_ABBREVIATION = 4
"""Letters."""

SHORTEST_GUESSED = 5
"""Letters below which a name is found only as it is written."""


@dataclass(frozen=True, slots=True)
class Words:
    """Lists of words by what they are for, all in lower case: see gateway/gazetteer/place_words.yaml."""

    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.lists.get(name, frozenset())


@dataclass(frozen=True, slots=True)
class Name:
    """One name and what it may mean: several codes where the bare name may be any of them.

    Attributes:
        plain: its letters; parts: those of its words.
    """

    plain: str
    codes: Codes
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """An index of names.

    Attributes:
        areas: names as shown to people by code.
        spelled: names by their letters, in every spelling that is listed.
        guessed: names by their skeleton, and by it with one letter left out.
        words: cues and the like.
        ordinary, alone, cautious: names by their letters that need a cue to be taken for a place: a strong one, to
            stand between commas, or a weak one.
        shortened: words after which a full stop ends nothing.
        apart: spellings that are found only as two words: "P. Panggang" is not in every grilled chicken.
        parts: the longer words of names, as ``spelled``.
        long: words of names by how they are shortened, where that is certain.
        longest: letters of the longest spelling.
    """

    areas: Mapping[str, str]
    spelled: Mapping[str, Name]
    guessed: Mapping[str, tuple[Name, ...]]
    words: Words
    ordinary: frozenset[str]
    alone: frozenset[str]
    cautious: frozenset[str]
    shortened: frozenset[str]
    apart: frozenset[str]
    parts: frozenset[str]
    long: Mapping[str, str]
    longest: int

    def area(self, code: str) -> Area | None:
        return Area(code, self.areas[code]) if code in self.areas else None


def place_names(areas: Mapping[str, str], aliases: Iterable[tuple[str, str]], words: Words) -> PlaceNames:
    """The index.

    Args:
        areas: names by code, of the city served alone.
        aliases: further (code, name) in lower case.
    """
    meant = _meant(areas, aliases, words)
    spelled = _spelled(meant, words)
    return PlaceNames(
        areas=dict(areas),
        spelled=spelled,
        guessed=_guessed(spelled),
        words=words,
        ordinary=frozenset(letters_of(name) for name in words["ordinary"]),
        alone=frozenset(letters_of(name) for name in words["alone"]),
        cautious=frozenset(letters_of(name) for name in words["cautious"]),
        shortened=_shortened(words),
        apart=_apart(meant, words),
        parts=frozenset(letters(word) for name in meant for word in name.split() if len(word) >= SHORTEST_GUESSED),
        long=_long(words),
        longest=max(map(len, spelled), default=0),
    )


def _spelled(meant: Mapping[str, Codes], words: Words) -> dict[str, Name]:
    """Every name by each of its listed spellings; decoys hide what they are spelt like."""
    found: dict[str, Name] = {}
    # Pulo Gadung before Pulogadung: two words tell more about a misspelling.
    for written, codes in sorted(meant.items(), key=lambda item: -item[0].count(" ")):
        plain = letters_of(written)
        known = found.get(plain)
        name = known if known and known.plain == plain else Name(plain, codes, tuple(map(letters, written.split())))
        found[plain] = name
        for spelling in _spellings(written, words):
            found.setdefault(spelling, name)
    return found | {plain: Name(plain, DECOY) for plain in map(letters_of, words["decoys"])}


def _guessed(spelled: Mapping[str, Name]) -> dict[str, tuple[Name, ...]]:
    """Names by the skeletons of their spellings, and by their own with one letter left out."""
    found: dict[str, set[Name]] = {}
    for spelling, name in spelled.items():
        if len(name.plain) < SHORTEST_GUESSED or not name.codes or OUTSIDE in name.codes:
            continue
        bones = skeleton(spelling)
        for short in shortened(bones) if spelling == name.plain else (bones,):
            found.setdefault(short, set()).add(name)
    return {short: tuple(sorted(names, key=lambda name: name.plain)) for short, names in found.items()}


def _meant(areas: Mapping[str, str], aliases: Iterable[tuple[str, str]], words: Words) -> dict[str, Codes]:
    """What each name may mean, families (Tanjung Duren, of Tanjung Duren Utara and Selatan) among them."""
    found: dict[str, set[str]] = {}
    for code, name in areas.items():
        if len(code) in (KELURAHAN, KECAMATAN, CITY):
            found.setdefault(name.lower(), set()).add(code)
    families: dict[str, set[str]] = {}
    for code, name in areas.items():
        *family, last = name.lower().split()
        if len(code) == KELURAHAN and family and last in DIRECTIONS:
            families.setdefault(" ".join(family), set()).add(code)
    for name, codes in families.items():
        if len(codes) > 1:
            found.setdefault(name, set(codes))
    for code, name in aliases:
        found.setdefault(name, set()).update(_alike(code, areas))
    for name in words["outside"]:
        found.setdefault(name, set()).add(OUTSIDE)
    return {name: frozenset(codes) for name, codes in _joined(found).items()}


def _joined(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Names that differ only in spaces are one: Pal Merah and Palmerah are a kecamatan and a kelurahan."""
    by_letters: dict[str, set[str]] = {}
    for name, codes in found.items():
        by_letters.setdefault(letters_of(name), set()).update(codes)
    return {name: by_letters[letters_of(name)] for name in found}


def _apart(meant: Mapping[str, Codes], words: Words) -> frozenset[str]:
    """The spellings of names of several words that are no longer than the last of them."""
    several = [name for name in meant if " " in name]
    return frozenset(
        spelling for name in several for spelling in _spellings(name, words) if spelling == letters(name.split()[-1])
    )


def _shortened(words: Words) -> frozenset[str]:
    """Abbreviations: "Tj. Priok" is one name, but a sentence may end with "jalan"."""
    shorts = {short for several in words.spellings.values() for short in several}
    cues = words["kelurahan"] | words["kecamatan"] | words["street"] | words["titles"]
    return frozenset(word for word in shorts | cues if len(word) <= LONGEST_ABBREVIATION)


def _long(words: Words) -> dict[str, str]:
    """What shortened words stand for, as far as each stands for one."""
    found: dict[str, set[str]] = {}
    for word, shorts in words.spellings.items():
        for short in (short for short in shorts if short.isalpha()):
            found.setdefault(letters(short), set()).add(letters(word))
    return {short: long.pop() for short, long in found.items() if len(long) == 1}


def _spellings(name: str, words: Words) -> Iterator[str]:
    parts = name.split()
    # A word alone is not shortened: "jt" is a million, not Jati.
    choices = [(word, *(words.spellings.get(word, ()) if len(parts) > 1 else ())) for word in parts]
    for number, spelling in enumerate(product(*choices)):
        if number >= MOST_SPELLINGS:
            return
        yield letters_of(" ".join(spelling))


def _alike(code: str, areas: Mapping[str, str]) -> set[str]:
    """A code, and that of the kelurahan in it that has its name: what is an alias of one is one of the other."""
    name = letters_of(areas[code].lower())
    inner = (other for other in areas if len(other) == KELURAHAN and other.startswith(f"{code}."))
    return {code, *(other for other in inner if letters_of(areas[other].lower()) == name)}
