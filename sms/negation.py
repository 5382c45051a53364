"""Whether a word is taken back: "ga kebakaran kok", "bukan dipukul", "ga ada yang luka"."""

from __future__ import annotations

from collections.abc import Sequence

from sms.lexicon import Hit
from sms.normal import Token

NEGATIONS = frozenset({"tidak", "bukan", "belum", "tanpa", "no"})
BETWEEN = frozenset({
    "ada", "yang", "pernah", "jadi", "sampai", "korban", "akan", "terlalu", "lagi", "sempat", "perlu", "butuh",
    "usah", "a", "any", "been", "orang", "apa", "kena", "dapat", "pake",
})  # fmt: skip
"""Words that may stand between a negation and what it takes back. "Ga kuat", "ga berani" take nothing back."""

REACH = 4
TO_COME = frozenset({"mau", "akan", "bakal", "takut", "nanti", "kalau", "hampir", "nyaris", "going", "will"})
THREATENED = ("diancam", "diancem", "ngancam", "ngancem", "mengancam", "ancam", "threat")
MORE_THAN = frozenset({"cuma", "hanya", "sekedar", "sekadar", "just", "only", "sekali"})
"""After a negation: "bukan cuma dipukul" takes nothing back."""


def is_negated(hit: Hit, tokens: Sequence[Token]) -> bool:
    """The words before it take it back. What begins with its own negation ("ga napas") is meant as it stands."""
    if not hit.entry.negatable or tokens[hit.first].word in NEGATIONS:
        return False
    clause = tokens[hit.first].clause
    for at in range(hit.first - 1, max(hit.first - REACH, 0) - 1, -1):
        word = tokens[at].word
        if tokens[at].clause != clause:
            return False
        if word in NEGATIONS:
            return tokens[at + 1].word not in MORE_THAN
        if word not in BETWEEN:
            return False
    return False


def is_to_come(hit: Hit, tokens: Sequence[Token]) -> bool:
    """It is threatened or feared, not done: "mau dibacok", "diancam ditusuk"."""
    return any(
        token.word in TO_COME or token.word.startswith(THREATENED)
        for token in tokens[max(hit.first - 3, 0) : hit.first]
    )
