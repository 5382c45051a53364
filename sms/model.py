"""A linear model over runs of letters and what the lexicon found: what a text is like where no word of it says it.

A text's features (sms/marks.py) are what occurs in it, however often. Each has a weight for each label; their sum, over
the root of their number, is the label's logit. The weights were made by ``gateway112 train``
(gateway/reading/training.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

SHORTEST_RUN, LONGEST_RUN = 4, 4

LANE_BITS = 32
ZERO = 1 << 15
"""A feature's weights are lanes of one integer, so that a feature costs one addition; a lane holds weight + ZERO."""

LEAST_LIKELY = 0.22
"""Score below which nothing leads."""

SCALE = 1024
"""A weight in a lane is in units of 1/SCALE."""


def runs(word: str) -> Iterator[str]:
    """The runs of letters in a word."""
    for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in force.

    Attributes:
        labels: what is scored, in the order of the lanes.
        intercepts: one per label.
        likely_from: per label the score from which it is taken for true; of violence, the ``lead`` from which.
        weights: of each known feature, its lanes (see ``lanes``).
    """

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    likely_from: Mapping[str, float]
    weights: Mapping[str, int]

    def score(self, features: Collection[str]) -> dict[str, float]:
        """How likely each label is of a text with these features, 0 to 1; not a probability in the strict sense."""
        known = self.weights
        found = [known[feature] for feature in features if feature in known]
        total, length = sum(found), len(found)
        root = math.sqrt(length or 1) * SCALE
        scores = {}
        for label, intercept in zip(self.labels, self.intercepts, strict=True):
            weight = (total & ((1 << LANE_BITS) - 1)) - length * ZERO
            scores[label] = _probability(intercept + weight / root)
            total >>= LANE_BITS
        return scores

    def weight(self, label: str, features: Collection[str]) -> float:
        """What these features together count for a label; below 0: against it."""
        away = self.labels.index(label) * LANE_BITS
        lane = (1 << LANE_BITS) - 1
        found = [self.weights[feature] for feature in features if feature in self.weights]
        return sum((weight >> away & lane) - ZERO for weight in found) / SCALE


def lead(scores: Mapping[str, float], label: str, rivals: Collection[str]) -> float:
    """By how much a label is likelier than the likeliest of its rivals, -1 to 1; -1 where it is not likely at all."""
    return scores[label] - max(scores[rival] for rival in rivals) if scores[label] >= LEAST_LIKELY else -1.0


def lanes(weights: Sequence[float]) -> int:
    """The weights of a feature, one per label, as one integer."""
    total = 0
    for weight in reversed(weights):
        lane = max(0, min(2 * ZERO - 1, round(weight * SCALE) + ZERO))
        total = total << LANE_BITS | lane
    return total


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
