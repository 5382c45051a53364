"""What somebody is near by or in: a thing that stands still, or a building with its name."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from sms.place_mentions import Word
from sms.place_names import PlaceNames
from sms.place_roles import NEIGHBOURHOOD, Cued

MOST_WORDS = 5
"""Of the name of a landmark."""

VERB = re.compile(r"(?:di|ng|ny|mem|meng|men[cdgjty]|ber|ter).+|.+(?:in|nya|kan)")
"""What may be done at a place, and is not its name."""


class Landmarks:
    """The landmarks of one text.

    Args:
        text: as written, for a name is told by its capital letter.
        found: the names of areas in it.
    """

    def __init__(self, text: str, words: Sequence[Word], found: Sequence[Cued], names: PlaceNames) -> None:
        self._words, self._lists, self._text = words, names.words, text
        self._areas: Mapping[int, int] = {one.mention.first: one.mention.last for one in found}
        self._places = {one.mention.first for one in found if one.role.is_place}
        self._still = self._lists["buildings"] | self._lists["features"]
        self._has_small = any(letter.islower() for letter in text)

    def best(self, taken: Container[int]) -> tuple[int, int] | None:
        """The first and last word of what somebody is beside; else of what they are in.

        Args:
            taken: where words begin that are a street's.
        """
        for cues, end_of in (("beside", self._beside), ("buildings", self._building)):
            for first, word in enumerate(self._words):
                is_free = first not in self._places and word.start not in taken
                last = end_of(first) if is_free and word.text in self._lists[cues] else None
                if last is not None:
                    return first, last
        return None

    def _beside(self, first: int) -> int | None:
        thing = first + 1
        if self._goes_on(thing) and self._words[thing].text == "the":
            thing += 1
        if not self._goes_on(thing):
            return None
        if thing in self._areas:
            return self._areas[thing]
        is_still = self._words[thing].text in self._still and not self._is_doubled(thing)
        return self._named(thing) if is_still or self._is_capital(thing) else None

    def _building(self, first: int) -> int | None:
        last = self._named(first)
        following = self._words[first + 1 : first + 3]
        is_floor = len(following) == 2 and following[0].text in self._lists["numbering"]
        is_floor = is_floor and not following[0].after_end and following[1].text.isdigit()
        return last if last > first or is_floor else None

    def _named(self, noun: int) -> int:
        """The last word of the name that begins with this noun."""
        last, areas = noun, self._areas
        while last - noun < MOST_WORDS and self._goes_on(last + 1):
            if last + 1 in areas:
                # "Kalibata City", but not "Kalibata" and what is said next.
                last, areas = areas[last + 1], {}
                continue
            is_after_area = areas is not self._areas
            end = self._suffix(last + 1) if is_after_area else self._name_part(last + 1, noun)
            if end is None:
                break
            last = end
        return last

    def _suffix(self, at: int) -> int | None:
        return at if self._words[at].text in self._lists["qualifiers"] else None

    def _name_part(self, at: int, noun: int) -> int | None:
        lists, written = self._lists, self._words[at].text
        if written in lists["name_begins"] and self._goes_on(at + 1) and self._may_be_name(at + 1):
            return at + 1
        if written.isdigit():
            return at if at == noun + 1 and self._words[noun].text in lists["schools"] else None
        if self._is_doubled(at):
            return None
        is_known = written in lists["qualifiers"] or written in self._still
        named = self._words[noun].text in lists["named"] and self._is_where(noun) and self._may_be_name(at)
        return at if is_known or named or self._is_capital(at) else None

    def _is_where(self, noun: int) -> bool:
        before = self._words[noun - 1].text if noun and not self._words[noun].after_end else ""
        return not before or before in self._lists["here"] or before in self._lists["beside"]

    def _may_be_name(self, at: int) -> bool:
        written, lists = self._words[at].text, self._lists
        is_other = written in lists["everyday"] or written in lists["numbering"] or written in lists["street"]
        is_verb = (VERB.fullmatch(written) is not None and written not in lists["like_verbs"]) or self._is_doubled(at)
        return len(written) > 2 and written.isalpha() and not (is_other or is_verb or written in NEIGHBOURHOOD)

    def _is_capital(self, at: int) -> bool:
        word = self._words[at]
        is_short = len(word.text) == 2 and self._text[word.start : word.end].isupper()
        is_other = word.text in self._lists["everyday"]
        is_capital = self._has_small and self._text[word.start].isupper()
        return is_capital and not is_other and (is_short or self._may_be_name(at))

    def _is_doubled(self, at: int) -> bool:
        """Whether a number is written right after a word: "kayu2"."""
        following = self._words[at + 1] if at + 1 < len(self._words) else None
        return following is not None and following.text.isdigit() and following.start == self._words[at].end

    def _goes_on(self, at: int) -> bool:
        return at < len(self._words) and not self._words[at].after_end
