"""No shelter is ever a data point: what names one is refused at import (Pergub 48/2018 art. 8: its place is secret)."""

from __future__ import annotations

import re
import unicodedata

NAMES = (
    "shelter",
    "selter",
    "rumah aman",
    "safe house",
    "rumah singgah",
    "rumah perlindungan",
    "rumah penampungan",
    "penampungan perempuan",
    "penampungan korban",
    "rumah antara",
    "rumah pemulihan",
    "women refuge",
    "womens refuge",
    "women s refuge",
    "rptc",
    "rpsa",
    "lpks",
)
"""What such a house is called; RPTC and RPSA are the state's own, by their letters."""

POLICE = re.compile(r"\b(pos|post|pospol)\b.*\b(polres|polsek|polda|polri|polisi|police)\b")
POLICE_POST_NAMES = ("rumah aman", "safe house")
"""The police call their public posts so, too: there a report is taken, nobody lives there."""

_DIGITS_FOR_LETTERS = str.maketrans("0134578", "oleastb")


def names_a_shelter(text: str, *, police_post: bool = False) -> bool:
    """Whether the text calls the place a shelter, however it is spelt.

    Args:
        police_post: the place was declared one; "Pos Rumah Aman Polres …" is then its public name.
    """
    words = _words(text)
    solid = words.replace(" ", "")
    found = [name for name in NAMES if _is_in(name, words, solid)]
    if police_post and POLICE.search(words):
        found = [name for name in found if name not in POLICE_POST_NAMES]
    return bool(found)


def _is_in(name: str, words: str, solid: str) -> bool:
    # Abbreviations only as words of their own: rpsa is in "korpsa".
    return f" {name} " in f" {words} " if len(name) <= 4 else name.replace(" ", "") in solid


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    letters = re.sub(r"(?<=[a-z])[0134578]|[0134578](?=[a-z])", lambda d: d[0].translate(_DIGITS_FOR_LETTERS), plain)
    return " ".join(re.findall("[a-z0-9]+", letters))
