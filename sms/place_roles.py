"""What the words around a name make of it: a kelurahan, a street, a landmark, where somebody is or was going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from gateway.incident.place import KECAMATAN
from sms.place_mentions import SUREST, Mention, Word, chosen, is_outside, limit_of
from sms.place_names import PlaceNames
from sms.place_outside import is_theirs, is_trade

NEIGHBOURHOOD = frozenset({"rt", "rw"})
LANES = frozenset({"gg", "gang", "gng"})

DENIALS = frozenset({"bukan", "bkn", "not"})

FILLERS = frozenset({"nya", "adalah", "yaitu", "itu", "sih", "tuh"})
"""What may stand between a cue and its name."""

LOOKED_BACK = 3
"""Words before a name that are asked for a cue."""

LONGEST_STREET = 5
"""Words of a street with its cue and number, after which an area may be named."""


class Role(IntEnum):
    """The greater, the more surely the name says where the emergency is; below LANDMARK it does not,
    and a landmark's says no more than the kecamatan of its name. TOWARDS is where a way
    leads: a desk is shown the words.
    """

    STREET = 0
    ELSEWHERE = 1
    TOWARDS = 2
    LANDMARK = 3
    NEAR = 4
    BARE = 5
    HERE = 6
    AROUND = 7
    ADDRESS = 8
    NEIGHBOURHOOD = 9
    KECAMATAN = 10
    KELURAHAN = 11

    @property
    def is_place(self) -> bool:
        return self >= Role.LANDMARK

    @property
    def tier(self) -> int:
        """Roles of one tier are believed alike."""
        return (self >= Role.BARE) + (self >= Role.HERE) + (self >= Role.KECAMATAN)


@dataclass(frozen=True, slots=True)
class Cued:
    """A mention and what it is.

    Attributes:
        first: the first word of it, its cue included.
    """

    mention: Mention
    role: Role
    first: int

    @property
    def tier(self) -> int:
        """That of its role; a guess without a cue gives way to what is spelt right."""
        return 0 if self.mention.off and self.role is Role.BARE else self.role.tier


def cued(words: Sequence[Word], mentions: Sequence[Mention], names: PlaceNames) -> list[Cued]:
    """The mentions that are names of our areas, with what they are."""
    roles = {mention: role_of(words, mention, names) for mention in mentions}
    found = [
        (mention, roles[mention]) for mention in chosen(m for m, role in roles.items() if _is_near_enough(m, role))
    ]
    outside = [
        mention
        for mention, role in found
        if is_outside(mention) and role >= Role.NEAR and not is_trade(words, mention, names)
    ]
    kept = []
    for mention, role in found:
        if not mention.codes or is_outside(mention):
            continue
        is_kecamatan = any(len(code) <= KECAMATAN for code in mention.codes)
        if is_theirs(words, mention, mentions, outside, names) or (role is Role.LANDMARK and not is_kecamatan):
            role = Role.ELSEWHERE
        kept.append(Cued(mention, role, _first(words, mention, role, names)))
    return kept


def _first(words: Sequence[Word], mention: Mention, role: Role, names: PlaceNames) -> int:
    """The first word of a mention with its cue, where that says what it is: "kel cawang", "arahnya ke cawang"."""
    first = mention.first
    if role >= Role.KECAMATAN:
        return max(0, first - 1)
    while role is Role.TOWARDS and words[first].text not in names.words["towards"] and first > 0:
        first -= 1
    return first


def _is_near_enough(mention: Mention, role: Role) -> bool:
    """Whether the spelling is near enough: nearer without a cue."""
    share = SUREST if role >= Role.KECAMATAN else 1.0 if role >= Role.HERE else 0.75
    return mention.off <= share * limit_of(len(mention.plain))


def role_of(words: Sequence[Word], mention: Mention, names: PlaceNames) -> Role:
    """The role of a mention by the words before and after it."""
    role = _by_what_stands_before(_before(words, mention.first), mention, names)
    if role in (Role.STREET, Role.LANDMARK, Role.KELURAHAN, Role.KECAMATAN):
        return role
    after = _after(words, mention.last)
    if after == "district":
        return Role.KECAMATAN
    if after in names.words["after_street"]:
        return Role.STREET
    if role is None and _adjoins_neighbourhood(words, mention, names):
        return Role.NEIGHBOURHOOD
    if after in names.words["after_other"]:
        return Role.ELSEWHERE
    if role is None and _stands_alone(words, mention):
        return Role.ADDRESS
    if role is None and _follows_street(words, mention, names):
        return Role.HERE
    return Role.BARE if role is None else role


def _before(words: Sequence[Word], first: int) -> list[str]:
    """Some words before, the nearest first, as far as no comma or the like lies between."""
    found: list[str] = []
    for place in range(first, max(first - LOOKED_BACK, 0), -1):
        if words[place].after_end:
            break
        if words[place - 1].text not in FILLERS:
            found.append(words[place - 1].text)
    return found


def _after(words: Sequence[Word], last: int) -> str:
    return "" if last + 1 >= len(words) or words[last + 1].after_end else words[last + 1].text


def _by_what_stands_before(before: Sequence[str], mention: Mention, names: PlaceNames) -> Role | None:
    if not before:
        return None
    lists = names.words
    nearest, further = before[0], before[1] if len(before) > 1 else ""
    if nearest in lists["kelurahan"]:
        return Role.KELURAHAN
    if nearest in lists["kecamatan"]:
        return Role.KECAMATAN
    if nearest in lists["street"] or (further in lists["street"] and nearest in lists["street_between"]):
        return Role.STREET
    if nearest in lists["structure"]:
        return Role.NEAR
    numbered = nearest in lists["landmark_between"] or nearest.isdigit()
    if nearest in lists["landmark"] or (further in lists["landmark"] and numbered):
        # "Underpass Senen" may be a good way off; what is called by a longer name is named for where it stands.
        return Role.NEAR if mention.last > mention.first else Role.LANDMARK
    return _by_direction(nearest, before[1:], names)


def _by_direction(nearest: str, further: Sequence[str], names: PlaceNames) -> Role | None:
    lists = names.words
    if nearest in ("ke", "to"):
        asked = not further or any(word in lists["request"] for word in further)
        asked = asked and not any(word in lists["away"] for word in further)
        if further and further[0] in lists["towards"]:
            return _way(further[1:], names)
        return Role.HERE if asked else Role.ELSEWHERE
    if nearest in ("dari", "dr"):
        return Role.HERE if not further or further[0] in lists["from_here"] else Role.ELSEWHERE
    if nearest in lists["towards"]:
        return _way(further, names)
    if nearest in lists["elsewhere"] or (further and further[0] in DENIALS and nearest in lists["here"]):
        return Role.ELSEWHERE
    if nearest in lists["around"]:
        return Role.AROUND
    if nearest in lists["near"]:
        return Role.NEAR
    return Role.HERE if nearest in lists["here"] else None


def _way(before: Sequence[str], names: PlaceNames) -> Role:
    """What "arah" makes of a name: where somebody fled or is going tells nothing of where it happened."""
    return Role.ELSEWHERE if any(word in names.words["away"] for word in before) else Role.TOWARDS


def _adjoins_neighbourhood(words: Sequence[Word], mention: Mention, names: PlaceNames) -> bool:
    """Whether RT or RW and their numbers stand right before or after, or a lane after what is no ordinary word."""
    after = words[mention.last + 1].text if mention.last + 1 < len(words) else ""
    is_word = mention.plain in names.ordinary or mention.plain in names.alone
    if after in NEIGHBOURHOOD or (after in LANES and not is_word):
        return True
    place = mention.first - 1
    while place > 0 and words[place].text.isdigit() and mention.first - place <= 3:
        place -= 1
    return 0 <= place < mention.first - 1 and words[place].text in NEIGHBOURHOOD


def _follows_street(words: Sequence[Word], mention: Mention, names: PlaceNames) -> bool:
    return any(
        word.text in names.words["street"] for word in words[max(0, mention.first - LONGEST_STREET) : mention.first]
    )


def _stands_alone(words: Sequence[Word], mention: Mention) -> bool:
    """Whether the name fills all that stands between two commas or the like."""
    begins = mention.first == 0 or words[mention.first].after_end
    ends = mention.last + 1 == len(words) or words[mention.last + 1].after_end
    return begins and ends
