"""From what was found in texts to one nature and the flags, by weight and by what comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.incident.report import Nature
from sms import violence
from sms.lexicon import Hit
from sms.negation import is_negated, is_to_come
from sms.normal import Token
from sms.persons import Person, Tie, persons
from sms.reading import Finding

CONTEXTS = ("football", "song_film", "advert", "hearsay", "joke", "info")
"""Entries that tell a text is about something else than an emergency."""

PLAY = ("football", "song_film", "joke", "advert")
"""Of these, the ones in which nobody is meant."""

LIKELY = 2
"""Weight from which a nature is taken for told."""

CONTEXT_COSTS = 4
"""How many more signs of violence a text about songs, football or goods for sale takes."""

OTHER_COSTS = 3
"""How many more signs it takes where the text plainly tells of another emergency."""

HURT_IN_ACCIDENTS = frozenset(
    {"body", "fall", "minor", "broken", "sinks", "stranger", "self", "intimate", "kin", "child", "woman"}
)
"""Entries that tell of somebody in an accident."""

RESULT_COSTS = 2
"""How many more it takes where somebody is hurt or ill, and the text does not say by what."""

TAKEOVER_LONGEST = 14
OPT_OUT_REST = 2
"""Tokens a text may have for, or beside, such words: in a longer one they are part of a story."""

NEAR = 3
"""Tokens from a person to what he does."""

LEAST_STORY = 4
"""Tokens from which a text tells something."""

ORDER = (
    Nature.FIRE, Nature.ACCIDENT, Nature.MEDICAL, Nature.DISASTER, Nature.CRIME, Nature.OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """One text, as far as it was read."""

    written: str
    tokens: Sequence[Token]
    hits: Sequence[Hit]
    people: Sequence[Person]

    @classmethod
    def of(cls, written: str, tokens: Sequence[Token], hits: Sequence[Hit]) -> Text:
        people = persons(tokens, hits)
        names = {hit.entry.name for hit in hits}
        meant = [hit for hit in hits if not is_negated(hit, tokens) and _stands(hit, names, people)]
        return cls(written, tokens, meant, people)

    def words(self, hit: Hit) -> str:
        return self.written[self.tokens[hit.first].start : self.tokens[hit.last].end]

    def has(self, *names: str) -> bool:
        return any(hit.entry.name in names for hit in self.hits)

    def finding(self, what: str, hit: Hit) -> Finding:
        return Finding(what, self.words(hit), hit.entry.name)


def _stands(hit: Hit, names: Container[str], people: Sequence[Person]) -> bool:
    """What its entry needs beside it is there."""
    if hit.entry.beside and not any(name in names for name in hit.entry.beside):
        return False
    return not hit.entry.who or any(0 < hit.first - one.last <= NEAR for one in people)


def weigh(texts: Sequence[Text]) -> tuple[Nature, list[Finding]]:
    """The nature of these texts together, and what it rests on."""
    weights, found = _weights(texts)
    attacks = [(text, judged) for text in texts for judged in violence.attacks(text.tokens, text.hits, text.people)]
    elsewhere = _is_elsewhere(texts)
    told = [(text, judged) for text, judged in attacks if judged.nature is Nature.VIOLENCE]
    certain = [(text, judged) for text, judged in told if _counts(text, judged, elsewhere, weights)]
    if certain:
        return Nature.VIOLENCE, [text.finding(Nature.VIOLENCE.value, judged.hit) for text, judged in certain]
    signs = _signs(texts, weights, elsewhere)
    if signs:
        return Nature.VIOLENCE, signs
    unexplained = _unexplained(texts, weights)
    if unexplained and not elsewhere and not any(judged.nature is Nature.CRIME for _, judged in attacks):
        return Nature.VIOLENCE, unexplained
    for text, judged in attacks:
        if judged.nature is Nature.CRIME:
            weights[Nature.CRIME] += 4
            found[Nature.CRIME].append(text.finding(Nature.CRIME.value, judged.hit))
    return _other(texts, weights, found, elsewhere)


def _weights(texts: Sequence[Text]) -> tuple[dict[Nature, int], dict[Nature, list[Finding]]]:
    weights: dict[Nature, int] = defaultdict(int)
    found: dict[Nature, list[Finding]] = defaultdict(list)
    seen: set[str] = set()
    for text in texts:
        for hit in text.hits:
            if hit.entry.nature is None:
                continue
            if hit.entry.name not in seen:
                weights[hit.entry.nature] += hit.entry.weight
            seen.add(hit.entry.name)
            found[hit.entry.nature].append(text.finding(hit.entry.nature.value, hit))
    return weights, found


def _is_elsewhere(texts: Sequence[Text]) -> bool:
    """The texts are about a song, a match, goods, the news, or joke."""
    return any(
        text.has("football", "song_film", "advert", "hearsay", "joke", "asks")
        or any(hit.entry.name == "thanks" and hit.first < NEAR for hit in text.hits)
        for text in texts
    )


def _counts(text: Text, judged: violence.Judgement, elsewhere: bool, weights: Mapping[Nature, int]) -> bool:
    """A telling of violence that is meant."""
    if text.has("past") and not text.has("now", "plea"):
        return False
    if judged.sure and not elsewhere:
        return True
    if judged.sure:
        return not text.has(*PLAY) and (judged.own or text.has("plea", "silent_wish"))
    return not elsewhere and not any(_is_other(hit) or hit.entry.nature is Nature.CRIME for hit in text.hits)


def _signs(texts: Sequence[Text], weights: Mapping[Nature, int], elsewhere: bool) -> list[Finding]:
    hits = [hit for text in texts for hit in text.hits]
    people = [one for text in texts for one in text.people]
    if any(weights.get(nature, 0) >= 2 * LIKELY for nature in (Nature.CRIME,)) and not any(
        one.tie is Tie.CLOSE for one in people
    ):
        return []
    total, pointing = violence.unsaid([hit for hit in hits if not hit.entry.act], people)
    needed = violence.ENOUGH + (CONTEXT_COSTS if elsewhere else 0)
    if any(_is_other(hit) for hit in hits):
        needed += OTHER_COSTS
    elif any(hit.entry.result for hit in hits):
        needed += RESULT_COSTS
    if total < needed:
        return []
    return [texts[hit.text if len(texts) > 1 else 0].finding(Nature.VIOLENCE.value, hit) for hit in pointing]


def _is_other(hit: Hit) -> bool:
    """It tells of another emergency than violence, and not only of what may follow from that."""
    return hit.entry.nature in ORDER and hit.entry.weight > LIKELY and not hit.entry.result


def _unexplained(texts: Sequence[Text], weights: Mapping[Nature, int]) -> list[Finding]:
    """Somebody writes to 112 of a person, and of nothing else that the lexicon knows: few write so without fear."""
    hits = [hit for text in texts for hit in text.hits]
    if any(hit.entry.name in ("past", "takeover") or _is_other(hit) for hit in hits):
        return []
    told = any(weights.get(nature, 0) >= LIKELY for nature in ORDER)
    signs = [text.finding(Nature.VIOLENCE.value, hit) for text in texts for hit in text.hits if hit.entry.sign]
    none = weights.get(Nature.NOT_EMERGENCY, 0)
    for text in texts:
        for one in text.people:
            words = text.written[text.tokens[one.first].start : text.tokens[one.last].end]
            person = Finding(Nature.VIOLENCE.value, words, "unexplained")
            if len(text.tokens) < LEAST_STORY:
                continue
            if one.tie in (Tie.CLOSE, Tie.OWNED, Tie.WOMAN) and signs and not none:
                return [person, *signs]
            if one.tie is Tie.THIRD and (signs or not (none or told)):
                return [person, *signs]
    return []


def _other(
    texts: Sequence[Text], weights: Mapping[Nature, int], found: Mapping[Nature, list[Finding]], elsewhere: bool
) -> tuple[Nature, list[Finding]]:
    """The nature where it is not violence."""
    told = {nature: weights[nature] for nature in ORDER if weights.get(nature, 0) >= LIKELY}
    none = weights.get(Nature.NOT_EMERGENCY, 0)
    if told and not (elsewhere and none >= max(told.values()) - 1 and not any(text.has("plea") for text in texts)):
        nature = _first(told, texts)
        return nature, found[nature]
    if none:
        return Nature.NOT_EMERGENCY, found[Nature.NOT_EMERGENCY]
    return Nature.UNKNOWN, []


def _first(told: Mapping[Nature, int], texts: Sequence[Text]) -> Nature:
    """Which of several natures it is. What only follows from another emergency decides nothing beside it."""
    hits = [hit for text in texts for hit in text.hits]
    if Nature.MEDICAL in told and any(hit.entry.name == "suicide" for hit in hits):
        return Nature.MEDICAL
    causes = {hit.entry.nature for hit in hits if not hit.entry.result}
    if Nature.CRIME in told:
        causes.add(Nature.CRIME)
    caused = {nature: weight for nature, weight in told.items() if nature in causes} or told
    best = max(caused.values())
    return next(nature for nature in ORDER if caused.get(nature, 0) >= best - 1)


@dataclass(frozen=True, slots=True)
class Flags:
    """What texts say beside their nature; fields as a Reading's."""

    life_threat: bool = False
    injured: bool = False
    rescue: bool = False
    child: bool = False
    silent: bool = False
    takeover: bool = False
    opt_out: bool = False
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[Text], nature: Nature) -> Flags:
        found = [finding for text in texts for finding in _flags(text, nature)]
        told = cls(findings=tuple(found))
        for finding in found:
            told = told.with_(finding.what)
        return told

    def with_(self, name: str) -> Flags:
        """The same with one more flag, by its field's name."""
        told: dict[str, Any] = {name: True}
        return replace(self, **told)


def _flags(text: Text, nature: Nature) -> Iterable[Finding]:
    for hit in text.hits:
        entry = hit.entry
        if entry.whole and len(text.tokens) - hit.length > OPT_OUT_REST:
            continue
        if entry.needs is not None and entry.needs is not nature:
            continue
        for flag in entry.flags:
            if flag == "takeover" and len(text.tokens) > TAKEOVER_LONGEST:
                continue
            if flag in ("life_threat", "injured", "rescue") and nature is Nature.NOT_EMERGENCY:
                continue
            if flag == "injured" and entry.act and is_to_come(hit, text.tokens):
                continue
            yield text.finding(flag, hit)
    if nature in (Nature.VIOLENCE, Nature.CRIME):
        yield from (text.finding("life_threat", hit) for hit in text.hits if hit.entry.name == "weapon")
    if nature is Nature.ACCIDENT and not text.has("unhurt"):
        yield from (text.finding("injured", hit) for hit in text.hits if hit.entry.name in HURT_IN_ACCIDENTS)
