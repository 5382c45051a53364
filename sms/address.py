"""The parts of an address below a kelurahan: neighbourhood (RT, RW), street, landmark, as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sms.place_mentions import Word
from sms.place_names import PlaceNames

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
"""Of the name of a street or landmark."""

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


def address_of(text: str, folded: str, words: Sequence[Word], stops: frozenset[int], names: PlaceNames) -> Address:
    """The address of a text.

    Args:
        folded: the text as ``spelling.fold`` gives it.
        stops: places of words at which a street's name ends, for the name of an area begins there.
    """
    numbers, parts = _neighbourhood(folded)
    street = _street(words, stops, names)
    landmark = _landmark(words, stops, names)
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


def _street(words: Sequence[Word], stops: frozenset[int], names: PlaceNames) -> Part | None:
    lists = names.words
    for first, word in enumerate(words):
        if word.text not in lists["street"]:
            continue
        last = first
        while last + 1 < len(words) and last - first < MOST_WORDS and last + 1 not in stops:
            following = words[last + 1]
            is_titled = words[last].text in lists["titles"] or following.text in lists["titles"]
            if following.text.isdigit() or (following.text in lists["common"] and not is_titled):
                break
            if (following.after_end and last > first) or following.text in lists[
                "no_street" if last == first else "numbering"
            ]:
                break
            last += 1
        # "Di jalan raya" names none.
        if last > first + 1 or (last > first and words[last].text != "raya") or _is_number(words, first + 1):
            return _part("street", words, first, last, names)
    return None


def _is_number(words: Sequence[Word], place: int) -> bool:
    return place < len(words) and words[place].text.isdigit()


def _landmark(words: Sequence[Word], stops: frozenset[int], names: PlaceNames) -> Part | None:
    """What somebody is near by; else what they are in."""
    for cues in ("beside", "buildings"):
        for first, word in enumerate(words):
            if word.text in names.words[cues] and first not in stops:
                part = _part("landmark", words, first, _landmark_end(words, first, names), names)
                if part:
                    return part
    return None


def _landmark_end(words: Sequence[Word], first: int, names: PlaceNames) -> int:
    lists = names.words
    last = first
    while last + 1 < len(words) and last - first < MOST_WORDS and not words[last + 1].after_end:
        following = words[last + 1].text
        is_building = following in lists["buildings"] or {following, words[last].text} & lists["titles"]
        if following in lists["nothing" if last == first else "everyday"] and not is_building:
            break
        if following in lists["street"] or following in lists["numbering"] or following in ("rt", "rw"):
            break
        last += 1
    return last


def _part(what: str, words: Sequence[Word], first: int, last: int, names: PlaceNames) -> Part | None:
    """The part with the numbers that follow it; None where nothing follows its cue."""
    end = last
    for place in range(last + 1, min(last + 1 + MOST_NUMBERS, len(words))):
        word = words[place]
        is_glued = word.start == words[place - 1].end
        before = words[place - 1].text
        is_letter = before in names.words["numbering"] and (len(word.text) == 1 or before in ("tower", "twr"))
        if word.text.isdigit() or is_letter or (is_glued and place - 1 > first):
            end = place
        elif word.text not in names.words["numbering"] or word.after_end:
            break
    return Part(what, words[first].start, words[end].end) if end > first else None
