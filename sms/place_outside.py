"""When a name like one of ours is that of a place outside the city."""

from __future__ import annotations

from collections.abc import Sequence

from sms.place_mentions import Mention, Word
from sms.place_names import PlaceNames

ADDRESS_REACH = 4
"""Words between two parts of one address."""

LONGEST_ADDRESS = 12
"""Words from a name to the regency that it lies in."""


def is_theirs(
    words: Sequence[Word], mention: Mention, mentions: Sequence[Mention], outside: Sequence[Mention], names: PlaceNames
) -> bool:
    """Whether what is named with a mention says that it is not ours.

    Args:
        mentions: everything that may be a name.
        outside: the names outside the city, where they tell of a place.
    """
    return any(_adjoins(mention, other) or _holds(words, other, mention, names) for other in outside) or (
        _is_in_unknown_kecamatan(words, mention, mentions, names)
    )


def is_trade(words: Sequence[Word], mention: Mention, names: PlaceNames) -> bool:
    """Whether a name tells where a dish, a language or somebody comes from: "warung madura", "orang medan"."""
    return mention.first > 0 and words[mention.first - 1].text in names.words["of_origin"]


def _adjoins(mention: Mention, other: Mention) -> bool:
    return (
        -ADDRESS_REACH < other.first - mention.last <= ADDRESS_REACH or 0 < mention.first - other.last <= ADDRESS_REACH
    )


def _holds(words: Sequence[Word], outside: Mention, mention: Mention, names: PlaceNames) -> bool:
    """Whether an address that ends with a regency began with the mention: "kamal desa contoh rt 3 kab bangkalan"."""
    is_regency = outside.first > 0 and words[outside.first - 1].text in names.words["regency"]
    return is_regency and 0 < outside.first - mention.last <= LONGEST_ADDRESS


def _is_in_unknown_kecamatan(
    words: Sequence[Word], mention: Mention, mentions: Sequence[Mention], names: PlaceNames
) -> bool:
    """Whether right after the mention a kecamatan is named that is none of ours: "grogol kec contoh"."""
    at = mention.last + 2
    if at >= len(words) or words[at - 1].text not in names.words["kecamatan"] or not words[at].text.isalpha():
        return False
    is_word = words[at].after_end or words[at].text in names.words["common"]
    return not is_word and not any(other.first == at for other in mentions)
