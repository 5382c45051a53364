"""What a thread of texts says: nature, flags, language and place, each with the words it rests on. Pure.

Rules read first: the lexicon finds words, violence.py who does what to whom. Then the model, where there is one, is
asked whether the rules have missed something: it can raise what they found, never lower it. A later text of a thread
adds to what earlier ones said and never takes away.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby

from gateway.incident.report import Nature
from sms.courtesy import links, story
from sms.findings import URGENCY, may_be_violence, weigh
from sms.flags import TAKEOVER, TAKEOVER_LONGEST
from sms.knowledge import Knowledge
from sms.language import language
from sms.model_says import raised
from sms.normal import Span, Token
from sms.reading import Finding, PlaceRead, Reading
from sms.text import Text

LANGUAGE_WORDS = 3
"""So many words are enough to show what a language was told by."""

MOST_ALIKE = 50
"""So many findings of one rule are compared: a text of 100 kB may have thousands."""

LANDMARKS = frozenset({"landmark"})


def read(thread: Sequence[str], knowledge: Knowledge) -> Reading:
    """What the writer's texts, in their order, say together."""
    place, texts = texts_of(thread, knowledge)
    nature, found = _nature(texts)
    told, perhaps = nature, may_be_violence(texts)
    if knowledge.model is None and perhaps:
        nature = Nature.VIOLENCE
    nature, flags, more = raised(knowledge.model, texts, nature)
    if nature is Nature.VIOLENCE is not told:
        found = [*perhaps, *found]
    tongue, marks = _language(texts, knowledge)
    return Reading(
        nature=nature,
        life_threat=flags.life_threat,
        injured=flags.injured,
        rescue=flags.rescue,
        child=flags.child,
        silent=flags.silent,
        takeover=flags.takeover,
        opt_out=flags.opt_out,
        language=tongue,
        place=place,
        findings=tuple(_once([
            *found, *more, *flags.findings,
            *marks,
            *place.findings,
        ])),
    )  # fmt: skip


def texts_of(thread: Sequence[str], knowledge: Knowledge) -> tuple[PlaceRead, list[Text]]:
    """The place that a thread names, and its texts as far as the lexicon reads them."""
    place, spans = knowledge.places(thread) if knowledge.places else (PlaceRead(), [()] * len(thread))
    named = {found.words for found in place.findings if found.what not in LANDMARKS}
    texts = [_texts(text, _names(text, spans[at], named), at, knowledge) for at, text in enumerate(thread)]
    return place, [part for parts in texts for part in parts]


def _names(text: str, spans: Sequence[Span], named: Container[str]) -> list[Span]:
    """The spans of names alone: a landmark's words ("depan pintu kamar") tell more than where it is."""
    return [(start, end) for start, end in spans if text[start:end] in named]


def _texts(text: str, spans: Sequence[Span], at: int, knowledge: Knowledge) -> list[Text]:
    """One text, and after it the lines of it that call it off, as if they had been sent after it."""
    tokens = knowledge.lexicon.spelling.tokens(text, [*spans, *links(text)])
    told: list[Token] = []
    off: list[Text] = []
    for line in _lines(text, tokens):
        part = _text(text, line, at, knowledge)
        if part.has(TAKEOVER) and len(line) <= TAKEOVER_LONGEST:
            off.append(part)
        else:
            told += line
    return [_text(text, told, at, knowledge), *off] if told else [_text(text, tokens, at, knowledge)]


def _text(text: str, tokens: Sequence[Token], at: int, knowledge: Knowledge) -> Text:
    return Text.of(text, *story(tokens, knowledge.lexicon, at))


def _lines(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each line; all of them where nothing is told on more than one."""
    ends = [place for place, letter in enumerate(text) if letter == "\n"] if "\n" in text else []
    for _, line in groupby(tokens, lambda token: bisect_left(ends, token.start)):
        yield list(line)


def _nature(texts: Sequence[Text]) -> tuple[Nature, list[Finding]]:
    """All texts together, then each alone: the most urgent answer counts."""
    answers = [weigh(texts)] if texts else []
    if len(texts) > 1:
        answers += [weigh([text]) for text in texts]
    if not answers:
        return Nature.UNKNOWN, []
    return min(answers, key=lambda answer: URGENCY.index(answer[0]))


def _language(texts: Sequence[Text], knowledge: Knowledge) -> tuple[str, list[Finding]]:
    """The language, and the first words that tell it."""
    tongue, words = language([token for text in texts for token in text.tokens], knowledge.lexicon.markers)
    told = set(words[:LANGUAGE_WORDS])
    return tongue, [
        Finding("language", text.words(at, at), tongue)
        for text in texts
        for at, token in enumerate(text.tokens)
        if token in told
    ]


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each once; of two by one rule, where the words of the one hold those of the other, the longer."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    every = list(dict.fromkeys(findings))
    for found in every:
        alike.setdefault((found.what, found.rule), []).append(found)
    for found in every:
        others = alike[found.what, found.rule][:MOST_ALIKE]
        if not any(found.words in one.words and found.words != one.words for one in others):
            yield found
