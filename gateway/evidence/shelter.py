"""No shelter is ever a data point: what names one is refused at import (Pergub 48/2018 art. 8: its place is secret)."""

from __future__ import annotations

import re
import unicodedata

NAMES = (
    "shelter",
    "selter",
    "rumah aman",
    "pondok aman",
    "wisma aman",
    "griya aman",
    "safe house",
    "safe home",
    "rumah singgah",
    "rumah perempuan",
    "rumah wanita",
    "rumah perlindungan",
    "rumah penampungan",
    "panti perlindungan",
    "panti sosial perlindungan",
    "panti sosial perempuan",
    "panti sosial wanita",
    "panti sosial karya wanita",
    "penampungan perempuan",
    "penampungan wanita",
    "penampungan korban",
    "rumah antara",
    "rumah pemulihan",
    "women refuge",
    "womens refuge",
    "women crisis center",
    "women crisis centre",
    "womens crisis center",
    "womens crisis centre",
)
"""What such a house is called."""

LETTERS = ("rptc", "rpsa", "rpsw", "pskw", "lpks", "wcc")
"""The state's own, and crisis centres, by their letters: only as words of their own, for rpsa is in "korpsa"."""

SHORT = {"rumah": "r(?:u?mah?|mh)", "perempuan": "(?:perempuan|prempuan|prmpuan|prp)", "sosial": "(?:sosial|sos)"}
"""Words as they are abbreviated."""

POLICE = re.compile(r"\b(pos|post|pospol)\b.*\b(polres|polsek|polda|polri|polisi|police)\b")
POLICE_POST_NAMES = ("rumah aman", "safe house")
"""The police call their public posts so, too: there a report is taken, nobody lives there."""

_ALIKE = (
    "а=a е=e о=o р=p с=c у=u х=x і=i һ=h ӏ=l ј=j ѕ=s к=k м=m н=h т=t в=b г=r п=n и=u я=r ԁ=d ԝ=w ѡ=w ь=b "
    "α=a ε=e ο=o ρ=p υ=u ι=i κ=k τ=t μ=u η=n ν=v σ=o ω=w ı=i ł=l ø=o đ=d ɑ=a ɡ=g ᴀ=a ʙ=b ᴄ=c ᴅ=d ᴇ=e ꜰ=f ɢ=g "
    "ʜ=h ɪ=i ᴊ=j ᴋ=k ʟ=l ᴍ=m ɴ=n ᴏ=o ᴘ=p ʀ=r ꜱ=s ᴛ=t ᴜ=u ᴠ=v ᴡ=w"
)
ALIKE = str.maketrans(dict(pair.split("=") for pair in _ALIKE.split()))
"""Small letters of other alphabets that look like ours, or whose capitals do."""

INSTEAD = str.maketrans("0134578@$!|€+", "oieastbasiiet")
"""Figures and signs that are written for letters; what looks like l or i is both."""


def names_a_shelter(text: str, *, police_post: bool = False) -> bool:
    """Whether the text calls the place a shelter, however it is spelt.

    Args:
        police_post: the place was declared one; "Pos Rumah Aman Polres …" is then its public name.
    """
    plain = _plain(text)
    # A figure is a letter in "sh3lter", and ends the name in "Rumah Aman 5".
    spelt = [each.replace("l", "i") for each in (plain, plain.translate(INSTEAD))]
    allowed = POLICE_POST_NAMES if police_post and POLICE.search(plain) else ()
    return any(pattern.search(each) for name, pattern in _PATTERNS if name not in allowed for each in spelt)


def _plain(text: str) -> str:
    """In small letters of ours, without marks and what nobody sees."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    seen = "".join(letter for letter in decomposed if unicodedata.category(letter) not in ("Mn", "Cf"))
    return seen.translate(ALIKE)


def _pattern(name: str) -> re.Pattern[str]:
    """Of text in which l stands as i, which it looks like.

    A name in one piece is found wherever it stands; with anything between its letters only as words of its own, for
    "Rumah Amanah" is none.
    """
    words = name.replace("l", "i").split()
    solid = "".join(SHORT.get(word, word) for word in words)
    spaced = "[^a-z]*".join(SHORT.get(word, word) for word in words)
    letters = "[^a-z]*".join("".join(words))
    return re.compile(rf"{solid}|(?<![a-z])(?:{spaced}|{letters})s?(?![a-z])")


def _abbreviation(name: str) -> re.Pattern[str]:
    ways = "|".join(between.join(name.replace("l", "i")) for between in ("", r"[._*-]+", r"\s"))
    return re.compile(rf"(?<![a-z])(?:{ways})(?![a-z])")


_PATTERNS = (*((name, _pattern(name)) for name in NAMES), *((name, _abbreviation(name)) for name in LETTERS))
