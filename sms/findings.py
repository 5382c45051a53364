"""From what was found in texts to one nature: by what comes first, and by weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from gateway.incident.report import Nature
from sms import violence
from sms.lexicon import Entry
from sms.persons import Tie
from sms.reading import Finding
from sms.text import NEAR, Text

PLAY = ("football", "song_film")
"""Entries that tell a text is about what nobody means."""

TELLING = (*PLAY, "hearsay", "asks")
"""Entries that tell somebody may speak of an attack without having seen one."""

ELSEWHERE = (*PLAY, "joke", "advert", "hearsay", "asks")
"""Entries that tell a text is about something else than the writer's emergency."""

LIKELY = 2
"""Weight from which a nature is taken for told."""

CONTEXT_COSTS, OTHER_COSTS, RESULT_COSTS = 4, 3, 2
"""How many more signs of violence it takes in a text about songs, goods or news; in one that tells of another
emergency; in one where somebody is hurt or ill, and it does not say by what."""

PLAIN = 10
"""Weight from which a nature needs no second opinion: two entries and more that tell it."""

FIRM = 4
"""Weight of an entry that tells its nature alone."""

CRIME_WEIGHT = 4
"""Weight of an attack by a stranger."""

NAMED = "domestic"
"""The entry that names violence (kdrt): also who only asks about it uses its words."""

LEAST_STORY = 4
"""Tokens from which a text tells something."""

ORDER = (Nature.FIRE, Nature.ACCIDENT, Nature.MEDICAL, Nature.DISASTER, Nature.CRIME, Nature.OTHER)

URGENCY = (
    Nature.VIOLENCE, Nature.FIRE, Nature.MEDICAL, Nature.ACCIDENT, Nature.DISASTER, Nature.CRIME, Nature.OTHER,
    Nature.UNKNOWN, Nature.NOT_EMERGENCY,
)  # fmt: skip
"""Natures, the one that a later text may not take away first."""

STEPS = (
    {Nature.VIOLENCE}, {Nature.FIRE, Nature.MEDICAL, Nature.ACCIDENT}, {Nature.DISASTER, Nature.CRIME}, {Nature.OTHER},
    {Nature.UNKNOWN}, {Nature.NOT_EMERGENCY},
)  # fmt: skip
"""Natures of one urgency together, the most urgent first."""

Told = tuple[Text, violence.Judgement]


def weigh(texts: Sequence[Text]) -> tuple[Nature, list[Finding]]:
    """The nature that these texts together tell, and what it rests on."""
    attacks = _attacks(texts)
    certain = _violence(texts, [(text, judged) for text, judged in attacks if _is_certain(text, judged)])
    if certain:
        return Nature.VIOLENCE, certain
    weights, found = _weights(texts)
    for text, judged in attacks:
        if judged.nature is Nature.CRIME:
            weights[Nature.CRIME] += CRIME_WEIGHT
            found[Nature.CRIME].append(text.finding(Nature.CRIME.value, judged.hit))
    return _other(texts, weights, found)


def step(nature: Nature) -> int:
    """How far from the most urgent a nature is: 0 is violence."""
    return next(at for at, natures in enumerate(STEPS) if nature in natures)


def is_plain(texts: Sequence[Text], nature: Nature) -> bool:
    """The texts tell this nature by so much, and nothing of no emergency, that no model is asked about it."""
    if nature is Nature.VIOLENCE:
        return True
    if any(entry.nature is Nature.NOT_EMERGENCY for text in texts for entry in text.entries.values()):
        return False
    return nature in ORDER and _weights(texts)[0].get(nature, 0) >= PLAIN


def is_firm(texts: Sequence[Text], nature: Nature, *, cause: bool) -> bool:
    """An entry that tells this nature alone found it, so that no likeness lowers it; ``cause``: not what follows from
    another emergency."""
    hits = (hit for text in texts for hit in text.hits)
    return any(
        hit.entry.nature is nature and hit.entry.weight >= FIRM and not (cause and hit.entry.result) for hit in hits
    )


def is_strangers(texts: Sequence[Text]) -> bool:
    """A neighbour or friend attacks somebody who is no woman, and nothing beside it points to violence."""
    attacks = _attacks(texts)
    crimes = all(judged.nature is Nature.CRIME and judged.named for _, judged in attacks)
    people = [one for text in texts for one in text.people]
    ties = {one.tie for one in people}
    known = Tie.ACQUAINTANCE in ties and not ties & {Tie.WOMAN, Tie.THIRD, Tie.OWNED}
    return bool(attacks) and crimes and known and not any(one.woman for one in people) and not may_be_violence(texts)


def _is_certain(text: Text, judged: violence.Judgement) -> bool:
    """Somebody close does it, or it is violence whoever does it, and no other emergency could explain it."""
    act = judged.hit.entry.act
    if judged.by_close:
        return judged.sure
    deadly = judged.own and "life_threat" in judged.hit.entry.flags
    if act == "coercion":
        return judged.sure and not any(_is_other(entry) for entry in text.entries.values())
    return deadly or (judged.sure and (judged.close or act == "sexual"))


def may_be_violence(texts: Sequence[Text]) -> list[Finding]:
    """What points to violence without being enough: the model then decides, or without a model it is violence."""
    attacks = _attacks(texts)
    found = _violence(texts, attacks) or _signs(texts)
    if found or _is_elsewhere(texts) or any(judged.nature is Nature.CRIME for _, judged in attacks):
        return found
    return _unexplained(texts)


def _attacks(texts: Sequence[Text]) -> list[Told]:
    return [(text, judged) for text in texts for judged in violence.attacks(text.tokens, text.hits, text.people)]


def _violence(texts: Sequence[Text], attacks: Sequence[Told]) -> list[Finding]:
    elsewhere, told = _is_elsewhere(texts), any(text.has(*TELLING) for text in texts)
    return [
        text.finding(Nature.VIOLENCE.value, judged.hit)
        for text, judged in attacks
        if judged.nature is Nature.VIOLENCE and _is_meant(text, judged, told if judged.sure else elsewhere)
    ]


def _is_meant(text: Text, judged: violence.Judgement, elsewhere: bool) -> bool:
    """It is told of now, and in earnest."""
    none = any(entry.nature is Nature.NOT_EMERGENCY for entry in text.entries.values())
    if judged.hit.entry.name == NAMED and none:
        return False
    if text.has("past") and not text.has("now", "plea"):
        return False
    if not judged.sure:
        entries = text.entries.values()
        return not elsewhere and not any(_is_other(entry) or entry.nature is Nature.CRIME for entry in entries)
    return not elsewhere or (not text.has(*PLAY) and (judged.own or text.has("plea", "silent_wish")))


def _signs(texts: Sequence[Text]) -> list[Finding]:
    enough = violence.ENOUGH
    hits = [(text, hit) for text in texts for hit in text.hits]
    people = [one for text in texts for one in text.people]
    close = any(one.tie is Tie.CLOSE for one in people)
    if not close and any(hit.entry.nature is Nature.CRIME and hit.entry.weight > LIKELY for _, hit in hits):
        return []
    total, pointing = violence.unsaid([(text, hit) for text, hit in hits if not hit.entry.act], people)
    if _is_elsewhere(texts):
        enough += CONTEXT_COSTS
    if any(_is_other(hit.entry) for _, hit in hits):
        enough += OTHER_COSTS
    elif any(hit.entry.result for _, hit in hits):
        enough += RESULT_COSTS
    return [text.finding(Nature.VIOLENCE.value, hit) for text, hit in pointing] if total >= enough else []


def _unexplained(texts: Sequence[Text]) -> list[Finding]:
    """Somebody writes to 112 of a person, and of nothing else that the lexicon knows: few write so without fear."""
    hits = [(text, hit) for text in texts for hit in text.hits]
    if any(hit.entry.name in ("past", "takeover") or _is_other(hit.entry) for _, hit in hits):
        return []
    told = any(hit.entry.nature in ORDER for _, hit in hits)
    none = any(hit.entry.nature is Nature.NOT_EMERGENCY for _, hit in hits)
    signs = [text.finding(Nature.VIOLENCE.value, hit) for text, hit in hits if hit.entry.sign]
    for text in texts:
        for one in text.people:
            person = Finding(Nature.VIOLENCE.value, text.words(one.first, one.last), "unexplained")
            close = one.tie in (Tie.CLOSE, Tie.OWNED, Tie.WOMAN) and signs and not none
            third = one.tie is Tie.THIRD and (signs or not (none or told))
            if (close or third) and len(text.tokens) >= LEAST_STORY:
                return [person, *signs]
    return []


def _is_other(entry: Entry) -> bool:
    """It tells of another emergency than violence, and not only of what may follow from that."""
    return entry.nature in ORDER and entry.weight > LIKELY and not entry.result


def _is_elsewhere(texts: Sequence[Text]) -> bool:
    """The texts are about a song, a match, goods, the news; joke, ask, or thank for what is over."""
    return any(
        hit.entry.name in ELSEWHERE or (hit.entry.name == "thanks" and hit.first < NEAR)
        for text in texts
        for hit in text.hits
    )


def _weights(texts: Sequence[Text]) -> tuple[dict[Nature, int], dict[Nature, list[Finding]]]:
    """Of each nature the weight of all entries that tell it, each once, and what they rest on."""
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


def _other(
    texts: Sequence[Text], weights: Mapping[Nature, int], found: Mapping[Nature, list[Finding]]
) -> tuple[Nature, list[Finding]]:
    """The nature where it is not violence."""
    told = {nature: weights[nature] for nature in ORDER if weights.get(nature, 0) >= LIKELY}
    none = weights.get(Nature.NOT_EMERGENCY, 0)
    if none and max(told.values(), default=0) <= LIKELY:
        told = {}
    outweighed = none >= max(told.values(), default=0) - 1 and _is_elsewhere(texts)
    if told and not (outweighed and not any(text.has("plea") for text in texts)):
        nature = _first(told, texts)
        return nature, found[nature]
    return (Nature.NOT_EMERGENCY, found[Nature.NOT_EMERGENCY]) if none else (Nature.UNKNOWN, [])


def _first(told: Mapping[Nature, int], texts: Sequence[Text]) -> Nature:
    """Which of several natures it is. What only follows from another emergency decides nothing beside it."""
    if Nature.MEDICAL in told and any(text.has("suicide") for text in texts):
        return Nature.MEDICAL
    if Nature.DISASTER in told and any(text.has("rescue_person", "drowning") for text in texts):
        told = {nature: weight for nature, weight in told.items() if nature is not Nature.MEDICAL}
    causes = {hit.entry.nature for text in texts for hit in text.hits if not hit.entry.result} | {Nature.CRIME}
    caused = {nature: weight for nature, weight in told.items() if nature in causes} or told
    best = max(caused.values())
    return next(nature for nature in ORDER if caused.get(nature, 0) >= best - 1)
