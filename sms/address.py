"""The parts of an address below a kelurahan: neighbourhood (RT, RW), street, landmark, as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sms.place_landmarks import VERB, Landmarks
from sms.place_mentions import Word
from sms.place_names import PlaceNames
from sms.place_roles import Cued, Role

FIGURES = r"([0-9o]{1,3})"
GAP = r"[\s.:,\-/\\]{0,4}"
RT_RW = tuple(
    (re.compile(pattern), order.split())
    for pattern, order in (
        (rf"\brt{GAP}rw{GAP}{FIGURES}{GAP}{FIGURES}\b", "rt rw"),
        (rf"\brw{GAP}rt{GAP}{FIGURES}{GAP}{FIGURES}\b", "rw rt"),
        (rf"\brt{GAP}{FIGURES}{GAP}(?:dan )?rw{GAP}{FIGURES}\b", "rt rw"),
        (rf"\brw{GAP}{FIGURES}{GAP}(?:dan )?rt{GAP}{FIGURES}\b", "rw rt"),
        (rf"\brt{GAP}{FIGURES}\s?[/\\-]\s?{FIGURES}\b", "rt rw"),
        (rf"\brt{GAP}{FIGURES}\b", "rt"),
        (rf"\brw{GAP}{FIGURES}\b", "rw"),
    )
)

MOST_WORDS = 5
"""Of the name of a street."""

MOST_NUMBERS = 8
"""Words of "blok F no 3 lt 2" and the like after it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an address: what it is, and where in the text."""

    what: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Address:
    """What a text gives of an address; empty where it does not."""

    rt: str = ""
    rw: str = ""
    street: str = ""
    landmark: str = ""
    parts: tuple[Part, ...] = ()


def address_of(text: str, folded: str, words: Sequence[Word], found: Sequence[Cued], names: PlaceNames) -> Address:
    """The address of a text.

    Args:
        folded: the text as ``spelling.fold`` gives it.
        found: the names of areas in it: a street's name ends where one begins.
    """
    numbers, parts = _neighbourhood(folded)
    street = _street(words, found, names)
    landmark = _landmark(text, words, found, street, names)
    parts += [part for part in (street, landmark) if part]
    return Address(
        rt=numbers.get("rt", ""),
        rw=numbers.get("rw", ""),
        street=text[street.start : street.end] if street else "",
        landmark=text[landmark.start : landmark.end] if landmark else "",
        parts=tuple(parts),
    )


def _neighbourhood(folded: str) -> tuple[dict[str, str], list[Part]]:
    numbers: dict[str, str] = {}
    parts: list[Part] = []
    if "rt" not in folded and "rw" not in folded:
        return numbers, parts
    for pattern, order in RT_RW:
        for match in pattern.finditer(folded):
            figures = (str(int(found.replace("o", "0"))) for found in match.groups())
            new = {name: number for name, number in zip(order, figures, strict=True) if number != "0"}
            if new and not set(new) & set(numbers):
                numbers |= new
                parts.append(Part("rt_rw", match.start(), match.end()))
    return numbers, parts


def _street(words: Sequence[Word], found: Sequence[Cued], names: PlaceNames) -> Part | None:
    stops = {one.mention.first for one in found if one.role.is_place}
    ends = {one.mention.last for one in found if one.role is Role.STREET}
    for first, word in enumerate(words):
        if word.text not in names.words["street"]:
            continue
        last = first
        while last + 1 < len(words) and last - first < MOST_WORDS and last + 1 not in stops:
            is_ended = last in ends and words[last + 1].text not in names.words["street_ends"]
            if is_ended or not _may_be_street(words, first, last + 1, names):
                break
            last += 1
        # "Di jalan raya" names none.
        if last > first + 1 or (last > first and words[last].text != "raya") or _is_number(words, first + 1, names):
            return _part("street", words, first, last, names)
    return None


def _may_be_street(words: Sequence[Word], first: int, at: int, names: PlaceNames) -> bool:
    """Whether a word may be of the name that began after the cue: "jalan" alone is also what people do and stand on."""
    lists, word = names.words, words[at]
    is_first = at == first + 1
    if (
        word.after_end
        or word.text.isdigit()
        or word.text in lists["towards"]
        or word.text in lists["no_street" if is_first else "numbering"]
    ):
        return False
    if words[at - 1].text in lists["titles"] or word.text in lists["titles"]:
        return True
    is_doubled = at + 1 < len(words) and words[at + 1].text.isdigit() and words[at + 1].start == word.end
    if word.text in lists["buildings"] and words[first].text not in lists["also_walk"]:
        return True
    is_verb = is_doubled or (VERB.fullmatch(word.text) is not None and word.text not in lists["like_verbs"])
    return word.text not in lists["everyday"] and not (is_verb and words[first].text in lists["also_walk"])


def _is_number(words: Sequence[Word], place: int, names: PlaceNames) -> bool:
    """Whether a number stands there that counts nothing, as in "gg 3 orang", and doubles no word: "jalan2"."""
    if place >= len(words) or words[place].after_end or not words[place].text.isdigit():
        return False
    if words[place].start == words[place - 1].end and words[place - 1].text in names.words["also_walk"]:
        return False
    following = words[place + 1] if place + 1 < len(words) else None
    return following is None or following.after_end or following.text not in names.words["counted"]


def _landmark(
    text: str, words: Sequence[Word], found: Sequence[Cued], street: Part | None, names: PlaceNames
) -> Part | None:
    best = Landmarks(text, words, found, names).best(range(street.start, street.end) if street else ())
    return _part("landmark", words, *best, names) if best else None


def _part(what: str, words: Sequence[Word], first: int, last: int, names: PlaceNames) -> Part | None:
    """The part with the numbers that follow it; None where a street has neither.

    A number right after a landmark's name counts something else.
    """
    end = last
    for place in range(last + 1, min(last + 1 + MOST_NUMBERS, len(words))):
        word = words[place]
        is_glued = word.start == words[place - 1].end
        before = words[place - 1].text
        is_letter = before in names.words["numbering"] and (len(word.text) == 1 or before in ("tower", "twr"))
        is_numbered = what == "street" or place > last + 1
        if (is_numbered and _is_number(words, place, names)) or is_letter or (is_glued and place - 1 > first):
            end = place
        elif word.after_end or word.text not in names.words["numbering"]:
            break
    return Part(what, words[first].start, words[end].end) if end > first or what == "landmark" else None
