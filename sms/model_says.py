"""What the model adds to the rules: it can raise a priority, never lower it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gateway.incident.report import Nature
from sms.findings import URGENCY, is_firm, is_plain, is_strangers, step
from sms.flags import UNHURT, Flags
from sms.marks import features
from sms.model import Model, lead
from sms.reading import BY_MODEL, Finding
from sms.telling import telling
from sms.text import Text

LEAST = frozenset({Nature.UNKNOWN, Nature.NOT_EMERGENCY})
CHOICE = tuple(nature for nature in Nature if nature is not Nature.VIOLENCE)
"""What the model chooses from. Violence has a score of its own to reach: a silent miss of it is worst of all."""

LEAST_LIKE = 3
"""Tokens from which a text is like others; a shorter one takes a word that points to violence."""

TAKES_A_WORD = {("injured", Nature.VIOLENCE), ("rescue", Nature.DISASTER)}
DENIED_BY_UNHURT = frozenset({"life_threat", "injured"})
FLAGS = ("life_threat", "injured", "rescue", "child", "silent")


def raised(model: Model | None, texts: Sequence[Text], nature: Nature) -> tuple[Nature, Flags, list[Finding]]:
    """The nature as the model leaves it, the flags for that nature, and the model's findings."""
    if model is None or not texts:
        return nature, Flags.of(texts, nature), []
    opinions = [model.score(features(text)) for text in texts]
    scores = {name: max(opinion[name] for opinion in opinions) for name in model.labels}
    likely = {name for name, score in scores.items() if score >= model.likely_from[name]}
    more: list[Finding] = []
    better = nature
    likened = not is_strangers(texts) and any(map(partial(_is_violence, model), texts, opinions))
    if nature is not Nature.VIOLENCE and likened:
        better = Nature.VIOLENCE
    elif not is_plain(texts, nature):
        better = _chosen(opinions, texts, nature)
    if better is not nature and better is not Nature.UNKNOWN:
        more.append(_finding(model, better.value, scores, texts))
    nature = better
    flags = Flags.of(texts, nature)
    for name in FLAGS:
        denied = name in DENIED_BY_UNHURT and any(text.has(UNHURT) for text in texts)
        if name in likely and not getattr(flags, name) and not denied and _may_raise(name, nature):
            flags = replace(flags, **{name: True})  # type: ignore[arg-type]  # these fields are flags
            more.append(_finding(model, name, scores, texts))
    return nature, flags, more


def _is_violence(model: Model, text: Text, opinion: Mapping[str, float]) -> bool:
    """Nothing else is much likelier, and the text tells enough to be like another."""
    if len(text.tokens) < LEAST_LIKE and not any(hit.entry.sign for hit in text.hits):
        return False
    violence = Nature.VIOLENCE.value
    return lead(opinion, violence, [nature.value for nature in CHOICE]) >= model.likely_from[violence]


def _chosen(opinions: Sequence[Mapping[str, float]], texts: Sequence[Text], nature: Nature) -> Nature:
    """What the model takes the most urgent text for. What rules found firmly it never lowers; where they found
    something, it is never taken for none."""
    best = [max(CHOICE, key=lambda each: opinion.get(each.value, 0.0)) for opinion in opinions]
    first = min(best, key=URGENCY.index)
    if first in LEAST:
        return nature if nature in LEAST or is_firm(texts, nature, cause=False) else Nature.UNKNOWN
    return nature if step(first) > step(nature) and is_firm(texts, nature, cause=True) else first


def _may_raise(name: str, nature: Nature) -> bool:
    """Who is injured by violence, or trapped by water, goes to another agency: that takes a word, not a likeness."""
    return nature not in LEAST and (name, nature) not in TAKES_A_WORD


def _finding(model: Model, name: str, scores: Mapping[str, float], texts: Sequence[Text]) -> Finding:
    told = max(texts, key=lambda text: model.score(features(text))[name])
    return Finding(name, telling(model, name, told), f"{BY_MODEL} {scores[name]:.2f}")
