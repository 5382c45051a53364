"""What the model adds to the rules: it can raise a priority, never lower it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.incident.report import Nature
from sms.findings import Flags
from sms.knowledge import Score
from sms.reading import Finding

VIOLENCE_FROM = 0.5
"""Probability from which a text that the rules take for something else is one of violence."""

NATURE_FROM = 0.6
"""Probability from which a text that the rules cannot tell, or take for no emergency, is one."""

FLAG_FROM = 0.6

UNTOLD = frozenset({Nature.UNKNOWN, Nature.NOT_EMERGENCY, Nature.OTHER})
LEAST = frozenset({Nature.UNKNOWN, Nature.NOT_EMERGENCY})


def raised(
    model: Score | None, thread: Sequence[str], nature: Nature, flags: Flags
) -> tuple[Nature, Flags, list[Finding]]:
    """Nature and flags as the model leaves them, and its findings."""
    if model is None or not thread:
        return nature, flags, []
    scores = _most(model, thread)
    more: list[Finding] = []
    better = _nature(scores, nature)
    if better is not nature:
        nature = better
        more.append(Finding(nature.value, "", f"model {scores[nature.value]:.2f}"))
    for name in ("life_threat", "injured", "child", "silent"):
        if scores.get(name, 0.0) >= FLAG_FROM and not getattr(flags, name) and nature not in LEAST:
            flags = flags.with_(name)
            more.append(Finding(name, "", f"model {scores[name]:.2f}"))
    return nature, flags, more


def _most(model: Score, thread: Sequence[str]) -> Mapping[str, float]:
    """Of each answer the highest over the texts: a later text takes nothing away."""
    scores: dict[str, float] = {}
    for text in thread:
        for name, value in model(text).items():
            scores[name] = max(value, scores.get(name, 0.0))
    return scores


def _nature(scores: Mapping[str, float], nature: Nature) -> Nature:
    if nature is Nature.VIOLENCE:
        return nature
    if scores.get(Nature.VIOLENCE.value, 0.0) >= VIOLENCE_FROM:
        return Nature.VIOLENCE
    if nature in UNTOLD:
        named = [(scores.get(each.value, 0.0), each) for each in Nature if each not in LEAST]
        chance, best = max(named)
        if chance >= NATURE_FROM:
            return best
    return nature
