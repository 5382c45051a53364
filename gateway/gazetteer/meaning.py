"""What a person's words say of a place: a call taker hears what a writer of an SMS writes, and it is read alike.

A bare name is looked up (``search``). More than that is read as a text is (``sms.places``): after "jalan" a name is a
street and decides nothing, after "stasiun" it may be elsewhere, after "bukan" it is. What names nothing is guessed at;
a guess is never an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.gazetteer.place_names import place_names
from gateway.gazetteer.search import CUES, LONGEST, How, Match, beyond, complete, ranked, whole
from sms.coordinates import Position
from sms.place_areas import Told
from sms.place_mentions import chosen, is_outside, mentions_of, words_of
from sms.place_outside import is_trade
from sms.place_roles import Role, role_of
from sms.places import TextRead, read_text
from sms.spelling import fold

SURE_TIER = 2
"""Of the roles by which words say that it is here: "di", "daerah", between commas, after "kel"."""

MOST = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    Attributes:
        matches: the areas that were said, or may have been, the likeliest first.
        positions: those that stand in the text.
        is_address: a street, a neighbourhood or a landmark is said, that names no area.
    """

    matches: tuple[Match, ...] = ()
    positions: tuple[Position, ...] = ()
    is_address: bool = False

    @property
    def is_known(self) -> bool:
        """Whether a place was said, and not only something like one."""
        return bool(self.positions) or any(match.how is not How.GUESS for match in self.matches)


def meaning(text: str, most: int = MOST) -> Meaning:
    """What a text says of a place."""
    named = whole(text)
    if named:
        return Meaning(tuple(named[:most]))
    read = read_text(text, place_names())
    positions = tuple(position for position in read.positions if position.at)
    said = _said(text[:LONGEST], read) or _said_beyond(text[:LONGEST])
    is_address = bool(read.address.parts)
    # A street's name is like many an area's.
    if not is_address and not positions and not any(match.how.is_sure for match in said):
        codes = {match.code for match in said}
        said += [match for match in complete(text, most) if match.code not in codes]
    return Meaning(tuple(said[:most]), positions, is_address)


def suggestions(text: str, most: int = MOST) -> list[Match]:
    """The areas that what was typed so far may become; of more than a name's words, those that it names."""
    return complete(text, most) or list(meaning(text, most).matches)[: max(0, most)]


def _said(text: str, read: TextRead) -> list[Match]:
    """The areas that the text names, as a writer's would."""
    told = read.told
    if told is None:
        return []
    off = sum(off for *_, off in told.because)
    is_here = told.tier >= SURE_TIER or _is_all(text, told)
    how = How.GUESS if off else How.READ if is_here else How.AMONG
    return ranked(dict.fromkeys(told.codes | told.possible, (off, how)))


def _is_all(text: str, told: Told) -> bool:
    """Whether the text holds nothing but the names that it rests on, and what says their level."""
    left = fold(text)
    for start, end, *_ in told.because:
        left = left[:start] + " " * (end - start) + left[end:]
    return all(word in CUES for word in re.findall("[a-z0-9]+", left))


def _said_beyond(text: str) -> list[Match]:
    """The cities beyond the province in which the text says that it is."""
    names = place_names()
    words = words_of(text, names)
    for mention in chosen(mentions_of(words, names)):
        if not is_outside(mention) or is_trade(words, mention, names):
            continue
        if role_of(words, mention, names) >= Role.HERE:
            return ranked(dict.fromkeys(beyond(mention.plain), (0.0, How.AMONG)))
    return []
