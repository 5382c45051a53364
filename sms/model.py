"""A linear model over runs of letters: what a text is like, where no word of it is in the lexicon.

A text's features are the runs of two to five letters within its words and the pairs of neighbouring words; how often
they occur does not count. Each has a weight for each label; their sum, over the root of their number, is the label's
logit. Weights were made by ``gateway112 train`` (gateway/training.py) from sms/corpus.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SHORTEST_RUN, LONGEST_RUN = 2, 5

LONGEST_TEXT = 2000
"""Letters of a text that are looked at: more than ten SMS in one."""

LANE_BITS = 32
ZERO = 1 << 15
"""A feature's weights are lanes of one integer, so that a feature costs one addition; a lane holds weight + ZERO."""

SCALE = 1024
"""A weight in a lane is in units of 1/SCALE."""

_WORD = re.compile(r"\w+|[!?]{2,}")
_THREE_ALIKE = re.compile(r"(.)\1{2,}", re.DOTALL)
_DIGITS = re.compile(r"\d{3,}")


def features(text: str) -> set[str]:
    """What the model sees of a text."""
    words = _words(text)
    found = {" ".join(pair) for pair in pairwise(words)}
    for word in set(words):
        found.update(_runs(f" {word} "))
    return found


def _words(text: str) -> list[str]:
    """Words in lower case without accents; letters said more than twice are said once, long numbers are alike."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].lower())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _WORD.findall(_THREE_ALIKE.sub(r"\1", _DIGITS.sub("00", plain)))


def _runs(word: str) -> Iterator[str]:
    for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in force.

    Attributes:
        labels: what is scored, in the order of the lanes.
        intercepts: one per label.
        weights: of each known feature, its lanes (see ``lanes``).
    """

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: Mapping[str, int]

    def score(self, text: str) -> dict[str, float]:
        """How likely each label is, 0 to 1, as far as letters tell."""
        known = self.weights
        found = [known[feature] for feature in features(text) if feature in known]
        total, length = sum(found), len(found)
        root = math.sqrt(length or 1) * SCALE
        scores = {}
        for label, intercept in zip(self.labels, self.intercepts, strict=True):
            weight = (total & ((1 << LANE_BITS) - 1)) - length * ZERO
            scores[label] = _probability(intercept + weight / root)
            total >>= LANE_BITS
        return scores


def lanes(weights: Sequence[float]) -> int:
    """The weights of a feature, one per label, as one integer."""
    total = 0
    for weight in reversed(weights):
        lane = max(0, min(2 * ZERO - 1, round(weight * SCALE) + ZERO))
        total = total << LANE_BITS | lane
    return total


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
