"""What all the names of a text amount to: the finest area that they agree on, and no finer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.incident.place import CITY, KECAMATAN, KELURAHAN
from sms.place_mentions import Word
from sms.place_names import Codes, PlaceNames
from sms.place_roles import Cued, Role

LEVELS = (KELURAHAN, KECAMATAN, CITY)
COARSE = frozenset({Role.KECAMATAN, Role.LANDMARK, Role.AROUND, Role.NEAR})
"""Roles by which a name of both a kecamatan and a kelurahan is the kecamatan's."""

SUPPORT_REACH = 4
"""Words between two names that belong together."""

Because = tuple[tuple[int, int, int, float], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a text says.

    Attributes:
        codes: what it may mean: several, as long as nothing decides between them.
        because: start and end of the words it rests on, the length of the code they named, how far they were misspelt.
        possible: what its only name may mean besides.
        corrects: the text says that what was said before is wrong.
        tier: of the surest role that a name of it has.
    """

    codes: Codes
    because: Because = ()
    possible: Codes = frozenset()
    corrects: bool = False
    tier: int = 0

    @property
    def code(self) -> str:
        """The finest area that holds all of them; empty if none does."""
        return common(self.codes)

    def followed_by(self, later: Told) -> Told:
        """Both together; where they contradict what was said last, unless it is vaguer or less sure."""
        agreed = (
            agree(self.codes, later.codes) or agree(self.codes, later.possible) or agree(self.possible, later.codes)
        )
        if agreed and not later.corrects:
            return replace(later, codes=agreed, tier=max(self.tier, later.tier))
        is_worse = later.tier < self.tier or len(later.code) < len(self.code)
        return self if is_worse and not later.corrects else later


def common(codes: Iterable[str]) -> str:
    """The finest area that holds all the areas; empty if none does."""
    sorts = sorted(codes)
    if not sorts:
        return ""
    for length in LEVELS:
        if len(sorts[0]) >= length and all(code.startswith(sorts[0][:length]) for code in sorts):
            return sorts[0][:length]
    return ""


def agree(some: Codes, others: Codes) -> Codes:
    """Of each pair that can be true together the finer one."""
    pairs = ((one, other) for one in some for other in others)
    return frozenset(max(one, other, key=len) for one, other in pairs if one.startswith(other) or other.startswith(one))


def told_of(words: Sequence[Word], found: Sequence[Cued], names: PlaceNames) -> Told | None:
    """What the places of a text say together; None if it names none."""
    corrected = _corrected(words, found, names)
    admitted = [one for one in found if one.role.is_place and one.mention.first >= corrected]
    stated = _admissible(admitted, names)
    if not stated:
        return None
    because = tuple(
        (words[one.first].start, words[one.mention.last].end, _level(one), one.mention.off) for one in stated
    )
    corrects = corrected > 0 or _begins_with_correction(words, names)
    others = possible(stated[0]) if len(stated) == 1 else frozenset()
    return Told(reduced(stated), because, others, corrects, max(one.tier for one in stated))


def reduced(stated: Sequence[Cued]) -> Codes:
    """The codes that all agree on; where two contradict, what the surer one says, else the area that holds both."""
    first, *others = sorted(stated, key=lambda one: (-one.tier, one.mention.first))
    codes = meant(first)
    # What is only near by says nothing of where it is, once that is said.
    for other in (other for other in others if other.role > Role.NEAR or first.role <= Role.NEAR):
        # Contradicting, a name that is a kelurahan's and a kecamatan's may have been the other one.
        agreed = agree(codes, meant(other)) or agree(codes, possible(other)) or agree(possible(first), meant(other))
        if agreed:
            codes = agreed
        elif other.tier == first.tier or (other.tier > 0 and _level(other) < _level(first)):
            return frozenset({common(codes | meant(other))} - {""})
    return codes


def possible(one: Cued) -> Codes:
    """All that a name may mean; after "kel" or "kec" no more than that."""
    return meant(one) if one.role >= Role.KECAMATAN else one.mention.codes


def meant(one: Cued) -> Codes:
    """What a name means by its cue.

    Jatinegara is a kelurahan after "kel", and may be either of two alone. Kemayoran in a sentence is the kecamatan, for
    people call all of it so; as an address of its own it is the kelurahan of that name more often than the rest.
    """
    codes = one.mention.codes
    if one.role in COARSE:
        return frozenset(code for code in codes if len(code) <= KECAMATAN) or codes
    if one.role in (Role.KELURAHAN, Role.NEIGHBOURHOOD):
        return frozenset(code for code in codes if len(code) == KELURAHAN) or codes
    if one.role is Role.ADDRESS:
        return frozenset(code for code in codes if not any(_is_in(other, code) for other in codes))
    return frozenset(code for code in codes if not any(_is_in(code, other) for other in codes))


def _is_in(code: str, other: str) -> bool:
    return code != other and code.startswith(other)


def _level(one: Cued) -> int:
    return min(len(code) for code in meant(one))


def _admissible(found: Sequence[Cued], names: PlaceNames) -> list[Cued]:
    """Without ordinary words that nothing around makes a place."""
    sure = [one for one in found if _is_sure(one, names)]
    reach = {one.mention: 1 if one.mention.plain in names.ordinary else SUPPORT_REACH for one in found}
    return [one for one in found if one in sure or _is_supported(one, found, sure, reach[one.mention])]


def _is_sure(one: Cued, names: PlaceNames) -> bool:
    plain = one.mention.plain
    for least, among in (
        (Role.NEIGHBOURHOOD, names.ordinary),
        (Role.ADDRESS, names.alone),
        (Role.HERE, names.cautious),
    ):
        if plain in among:
            # "Bangkai" is a carcass, and no misspelt Bangka.
            return one.role >= (Role.NEIGHBOURHOOD if one.mention.off else least)
    return True


def _is_supported(one: Cued, found: Sequence[Cued], sure: Sequence[Cued], reach: int) -> bool:
    """Whether a place that holds this one is named not further than ``reach`` words away: "gunung, kebayoran baru"."""
    return any(
        any(_is_in(code, wider) for code in meant(one) for wider in (*possible(other), common(meant(other))) if wider)
        and max(other.first - one.mention.last, one.first - other.mention.last) <= (reach if other in sure else 1)
        for other in found
        if other is not one
    )


def _corrected(words: Sequence[Word], found: Sequence[Cued], names: PlaceNames) -> int:
    """The word from which names count, since one that corrects stands between two names."""
    places = [one for one in found if one.role.is_place]
    for earlier, later in zip(reversed(places[:-1]), reversed(places[1:]), strict=True):
        between = words[earlier.mention.last + 1 : later.mention.first]
        if any(word.text in names.words["correction"] for word in between[-5:]):
            return later.mention.first
    return 0


def _begins_with_correction(words: Sequence[Word], names: PlaceNames) -> bool:
    return any(word.text in names.words["correction"] for word in words[:3])
