"""Who is spoken of in a text: each person with how close he is to the victim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sms.lexicon import Hit
from sms.normal import Token


class Tie(StrEnum):
    """What a person is to the victim."""

    CLOSE = "close"  # husband, partner, parent, relative, employer, teacher
    THIRD = "third"  # "dia"
    ACQUAINTANCE = "acquaintance"  # neighbour, friend
    STRANGER = "stranger"
    OWNED = "owned_victim"  # "istrinya", "anak tetangga"
    CHILD = "child"
    WOMAN = "woman"
    SELF = "self"


SHORTEST_VERB = 4
"""Letters that a passive verb has more than."""

MAN_UNKNOWN = frozenset({"itu", "tidak", "orang", "tua", "lain", "yang", "muda", "mabuk", "siapa", "asing"})
"""After "laki": he is any man."""

OWN = ("ku", "q")
THEIRS = ("nya", "nye", "ne", "na")

_KINDS = {tie.value: tie for tie in Tie}
_RANK = {tie: rank for rank, tie in enumerate(Tie)}


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as a run of words: "ayah tiri saya".

    Attributes:
        own: the words say that it is the writer's ("suami saya").
        theirs: the words say that it is somebody else's ("istrinya").
        woman: a woman or girl, by the word for her.
    """

    tie: Tie
    first: int
    last: int
    clause: int
    own: bool = False
    theirs: bool = False
    woman: bool = False


def persons(tokens: Sequence[Token], hits: Sequence[Hit]) -> list[Person]:
    """The persons of a text, in order. Words for one person that stand together are one person."""
    named = [(hit, tie) for hit in hits if (tie := _tie(hit, tokens)) is not None]
    selves = {hit.last for hit in hits if hit.entry.name == Tie.SELF}
    women = {hit.first for hit in hits if hit.entry.name == Tie.WOMAN}
    longest: dict[int, tuple[Hit, Tie]] = {}
    for hit, tie in named:
        known = longest.get(hit.first)
        if known is None or (hit.last, -_RANK[tie]) > (known[0].last, -_RANK[known[1]]):
            longest[hit.first] = (hit, tie)
    found: list[Person] = []
    for first in sorted(longest):
        hit, tie = longest[first]
        if found and hit.last <= found[-1].last:
            continue
        before = found[-1] if found else None
        clause = tokens[first].clause
        if before and before.last + 1 == first and before.clause == clause and _belongs(before, tie, tokens[first]):
            found[-1] = replace(before, last=hit.last, own=before.own or tie is Tie.SELF)
        elif before and before.tie is Tie.SELF and before.last + 1 == first and tokens[before.first].raw == "my":
            found[-1] = Person(tie, before.first, hit.last, clause, own=True, woman=first in women)
        else:
            raw = tokens[hit.last].raw
            own = raw.endswith(OWN) or (tie is not Tie.SELF and hit.last in selves)
            found.append(Person(tie, first, hit.last, clause, own, raw.endswith(THEIRS), first in women))
    return found


def _tie(hit: Hit, tokens: Sequence[Token]) -> Tie | None:
    if hit.entry.name == Tie.STRANGER and _is_man_of_hers(hit, tokens):
        return Tie.CLOSE
    return _KINDS.get(hit.entry.kind) or _KINDS.get(hit.entry.name)


def _is_man_of_hers(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Betawi "laki" alone is the husband where he is the one who did it: "dicekek ama laki", "ditendang laki"."""
    if tokens[hit.first].raw != "laki" or hit.length > 1 or hit.first == 0:
        return False
    before = tokens[hit.first - 1]
    if before.word != "sama" and not (before.raw.startswith("di") and len(before.raw) > SHORTEST_VERB):
        return False
    return hit.last + 1 >= len(tokens) or tokens[hit.last + 1].word not in MAN_UNKNOWN


def _belongs(before: Person, tie: Tie, token: Token) -> bool:
    """The next word tells whose the person before is ("suami saya", "adik teman"), and is nobody new."""
    if before.tie is Tie.SELF:
        return False
    return tie is Tie.SELF or tie in (Tie.ACQUAINTANCE, Tie.THIRD, Tie.CHILD) or token.word == "tiri"
