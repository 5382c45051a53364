"""What the model adds to the rules: it can raise a priority, never lower it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.incident.report import Nature
from sms.flags import UNHURT, Flags
from sms.marks import features
from sms.model import Model
from sms.reading import BY_MODEL, Finding
from sms.telling import telling
from sms.text import Text

LEAST = frozenset({Nature.UNKNOWN, Nature.NOT_EMERGENCY})
UNTOLD = LEAST | {Nature.OTHER}
TAKES_A_WORD = {("injured", Nature.VIOLENCE), ("rescue", Nature.DISASTER)}
FLAGS = ("life_threat", "injured", "rescue", "child", "silent")


def raised(model: Model | None, texts: Sequence[Text], nature: Nature) -> tuple[Nature, Flags, list[Finding]]:
    """The nature as the model leaves it, the flags for that nature, and the model's findings."""
    if model is None or not texts:
        return nature, Flags.of(texts, nature), []
    scores = _highest(model, texts)
    likely = {name: score for name, score in scores.items() if score >= model.likely_from[name]}
    more: list[Finding] = []
    better = _nature(scores, likely, nature)
    if better is not nature:
        nature = better
        more.append(_finding(model, nature.value, scores, texts))
    flags = Flags.of(texts, nature)
    for name in FLAGS:
        denied = name == "injured" and any(text.has(UNHURT) for text in texts)
        if name in likely and not getattr(flags, name) and not denied and _may_raise(name, nature):
            flags = replace(flags, **{name: True})  # type: ignore[arg-type]  # these fields are flags
            more.append(_finding(model, name, scores, texts))
    return nature, flags, more


def _may_raise(name: str, nature: Nature) -> bool:
    """Who is injured by violence, or trapped by water, goes to another agency: that takes a word, not a likeness."""
    return nature not in LEAST and (name, nature) not in TAKES_A_WORD


def _highest(model: Model, texts: Sequence[Text]) -> dict[str, float]:
    """Of each label the highest score among the texts: a later text takes nothing away."""
    scores: dict[str, float] = {}
    for text in texts:
        for name, value in model.score(features(text)).items():
            scores[name] = max(value, scores.get(name, 0.0))
    return scores


def _nature(scores: Mapping[str, float], likely: Mapping[str, float], nature: Nature) -> Nature:
    if nature is Nature.VIOLENCE or Nature.VIOLENCE.value in likely:
        return Nature.VIOLENCE
    if nature in UNTOLD:
        best = max(Nature, key=lambda each: scores.get(each.value, 0.0))
        return best if best not in LEAST and best.value in likely else nature
    return nature


def _finding(model: Model, name: str, scores: Mapping[str, float], texts: Sequence[Text]) -> Finding:
    told = max(texts, key=lambda text: model.score(features(text))[name])
    return Finding(name, telling(model, name, told), f"{BY_MODEL} {scores[name]:.2f}")
