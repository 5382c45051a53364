"""Which place, and whom, a text of ours names: beside whoever reads it another person may be standing. Pure.

Places are told by what reads the callers' own texts, so a word that is only also a name ("tunggu di ruang tengah") is
none without what makes it one; of the places that the caller is known to be at, the bare name is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from gateway.incident.place import KECAMATAN
from sms.place_mentions import Word, mentions_of, words_of
from sms.place_names import PlaceNames
from sms.place_roles import Cued, Role, cued
from sms.places import LONGEST_READ, read_places

SHORTEST_OWN = 4
"""Letters of a word of a street or landmark that is known again by itself."""

SHORTEST_NUMBER = 6
"""Digits in a row that make a telephone number known again."""

LONGEST_SAID = 1_000
"""Characters of one text in which somebody is looked for who names himself."""

_SELF = re.compile(
    r"\b(?i:nama(?:ku|\s+(?:saya|aku|gue|gw))?(?:\s+(?:saya|adalah|itu))?\s*:?|my\s+name\s+is|i\s+am|i'm|ini|saya|aku)"
    r"\s+([A-Z][^\W\d_]{2,}(?:\s[A-Z][^\W\d_]{2,}){0,2})"
)
_SELF_IN_SMALL = re.compile(
    r"\b(?:namaku|nama\s+(?:saya|aku|gue|gw)|my\s+name\s+is)(?:\s+adalah)?\s+([^\W\d_]{3,})", re.I
)
_ADDRESSED = re.compile(
    r"\b((?i:bu|ibu|pak|bapak|mba|mbak|mas|kak|kakak|neng|dik|dek|adik|mrs|ms|mr)\.?\s([A-Z][^\W\d_]{2,}))"
)
_DIGITS = re.compile(r"\d(?:[ .()+-]{0,2}\d)+")


def places_in(text: str, names: PlaceNames, areas: Collection[str] = (), places: Iterable[str] = ()) -> list[str]:
    """The words of a text that name a place.

    Args:
        areas: codes of areas in which the caller is.
        places: the street, the landmark, or the like at which the caller is.
    """
    text = text[:LONGEST_READ]
    read, _ = read_places([text], names)
    found = [each.words for each in read.findings if each.rule.startswith(("names", "address"))]
    words = words_of(text, names)
    told = cued(words, mentions_of(words, names), names)
    told = [one for one in told if _leads_there(one, names) or _is_own(one, areas, names)]
    found += [text[words[one.mention.first].start : words[one.mention.last].end] for one in told]
    found += _again(text, words, names, places)
    # What stands in a longer one is told by that.
    longest = [each for each in found if not any(each.lower() in other.lower() != each.lower() for other in found)]
    return list({each.lower(): each for each in longest}.values())


def persons_in(text: str, names: PlaceNames, said: Sequence[str] = ()) -> list[str]:
    """The words of a text that name somebody: who is addressed by name, or a writer who gave it.

    Args:
        said: what the writer wrote.
    """
    own = {word for each in said for word in _names_of(each[:LONGEST_SAID], names)}
    found = [both for both, name in _ADDRESSED.findall(text) if _may_be_name(name, names)]
    known = " ".join(found).lower().split()
    found += [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() in own and word.lower() not in known]
    return list(dict.fromkeys(found))


def number_in(text: str, number: str) -> str:
    """The digits of a text that are the caller's telephone number, or its end; empty: there are none."""
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if any(len(each) >= SHORTEST_NUMBER and each in number for each in (digits, digits.lstrip("0"))):
            return match[0]
    return ""


def _leads_there(one: Cued, names: PlaceNames) -> bool:
    """Of a way to a place ("keluar ke Pasar Minggu") the reader says nothing: nobody is there."""
    return one.role is Role.TOWARDS and one.mention.plain not in names.ordinary | names.alone | names.cautious


def _is_own(one: Cued, areas: Collection[str], names: PlaceNames) -> bool:
    """Whether it is a kelurahan or kecamatan in which the caller is; "tengah" and its like need more than that."""
    if one.mention.off or one.mention.plain in names.ordinary:
        return False
    return any(len(code) >= KECAMATAN and area.startswith(code) for area in areas for code in one.mention.codes)


def _again(text: str, words: Sequence[Word], names: PlaceNames, places: Iterable[str]) -> Iterator[str]:
    """Words that tell the caller's street or landmark again."""
    own = {word.text for place in places for word in words_of(place, names) if _is_telling(word.text, names)}
    return (text[word.start : word.end] for word in words if word.text in own)


def _is_telling(word: str, names: PlaceNames) -> bool:
    if len(word) < SHORTEST_OWN or word.isdigit():
        return False
    return not any(word in names.words[of] for of in ("everyday", "street", "near", "beside", "titles"))


def _names_of(text: str, names: PlaceNames) -> Iterator[str]:
    found = [*_SELF.findall(text), *_SELF_IN_SMALL.findall(text)]
    return (word.lower() for each in found for word in each.split() if _may_be_name(word, names))


def _may_be_name(word: str, names: PlaceNames) -> bool:
    return word.lower() not in names.words["everyday"] | names.words["look_alikes"]
