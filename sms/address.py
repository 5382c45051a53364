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
    (re.compile(pattern), order)
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
NUMBERING = frozenset({"no", "nomor", "nmr", "nomer", "blok", "blk", "kav"})
NOT_A_STREET = frozenset(
    {"kaki", "tol", "terus", "keluar", "masuk", "sendiri", "rusak", "berlubang", "macet", "umum", "utama", "buntu"}
)
LANDMARK_NEAR = re.compile(
    r"\b(?:depan|dpn|deket|dekat|dkt|dket|sebelah|sblh|samping|seberang|sbrg|sbrang|belakang|blkg|blakang|bawah|bwh|atas|"
    r"pojok|pojokan|ujung|prapatan|perempatan|prempatan|pertigaan|persis|in front of|next to|behind|near)\s+"
    r"((?:[a-z0-9]+[ .'-]?){1,5})"
)
BUILDING = re.compile(
    r"\b((?:apartemen|apartment|apart|apt|rusun|rusunawa|tower|twr|hotel|kost?an|kontrakan|komplek|kompleks|komp|perum|perumahan|ruko|mall?|"
    r"stasiun|halte|terminal|rsud|rs|puskesmas|pasar|psr|masjid|mesjid|mushol+a|gereja|indomaret|alfamart|spbu|sdn?|smpn?|sman?|smkn?)"
    r"\s+(?:[a-z0-9]+[ .'-]?){1,4})"
)
FILLERS = re.compile(
    r"\b(?:yg|yang|ada|di|lagi|tolong|tlg|kebakaran|banjir|dan|rt|rw|kel|kec|jl|jln|jalan|saya|sy|skrg|sekarang|udah|sudah)\b.*"
)
MOST_STREET_WORDS = 6


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
    parts: list[Part] = []
    numbers = _neighbourhood(folded, parts)
    street = _street(text, words, stops, names, parts)
    landmark = _landmark(text, folded, parts)
    return Address(numbers.get("rt", ""), numbers.get("rw", ""), street, landmark, tuple(parts))


def _neighbourhood(folded: str, parts: list[Part]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    if "rt" not in folded and "rw" not in folded:
        return numbers
    for pattern, order in RT_RW:
        for match in pattern.finditer(folded):
            found = [figures.replace("o", "0") for figures in match.groups()]
            new = dict(zip(order.split(), (str(int(figures)) for figures in found), strict=True))
            if not set(new) & set(numbers) and any(new.values()):
                numbers |= new
                parts.append(Part("rt_rw", match.start(), match.end()))
    return numbers


def _street(text: str, words: Sequence[Word], stops: frozenset[int], names: PlaceNames, parts: list[Part]) -> str:
    for place, word in enumerate(words):
        if word.text not in names.words["street"]:
            continue
        last = _street_end(words, place, stops, names)
        if last > place:
            parts.append(Part("street", word.start, words[last].end))
            return text[word.start : words[last].end]
    return ""


def _street_end(words: Sequence[Word], first: int, stops: frozenset[int], names: PlaceNames) -> int:
    """The last word of the street that begins with ``first``; ``first`` itself where none follows."""
    last = first
    for place in range(first + 1, min(first + MOST_STREET_WORDS, len(words))):
        word = words[place]
        if place in stops or (word.after_end and last > first):
            break
        if word.text in NUMBERING or (word.text.isdigit() and last > first):
            numbered = place + 1 if word.text in NUMBERING and place + 1 < len(words) else place
            return numbered if words[numbered].text.isdigit() or word.text in ("blok", "blk") else last
        if word.text in names.words["common"] - {"dalam", "besar", "kecil", "pd", "masjid"} or (
            last == first and word.text in NOT_A_STREET
        ):
            break
        last = place
    return last


def _landmark(text: str, folded: str, parts: list[Part]) -> str:
    for pattern in (LANDMARK_NEAR, BUILDING):
        match = pattern.search(folded)
        if match is None:
            continue
        words = FILLERS.sub("", match.group(1)).rstrip(" .'-")
        end = match.start(1) + len(words)
        if words:
            parts.append(Part("landmark", match.start(), end))
            return text[match.start() : end]
    return ""
