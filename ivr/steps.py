"""The kinds of step a dialogue is made of, and the one function that walks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.incident.report import Nature, Report

FIRST_WAIT_SECONDS = 4.0
"""Shortest time a caller has for a key after a prompt has ended."""

FIRST_LANGUAGE = "id"

OPERATOR = "operator"
"""The step that whatever the flow does not know leads to; a flow without it hands off all the same."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Play a prompt and wait for one key; a key interrupts the prompt.

    Attributes:
        prompt: name of the prompt.
        silence: the step after no key in time. The question is not asked again: who cannot press needs a person now.
        keys: the step after each key. Any other key is a sign of life: the question is asked again, and after the
            last time such a key leads to ``otherwise``. So does silence after such a key, at once.
        otherwise: the step after keys that mean nothing; empty: same as silence.
        repeats: how often the question is asked again after such a key.
        wait: seconds for a key after the prompt.
        nature: what a caller who got here has already told us; a hang-up here is treated as such.
    """

    prompt: str
    keys: Mapping[str, str]
    silence: str
    otherwise: str = ""
    repeats: int = 1
    wait: float = FIRST_WAIT_SECONDS
    nature: Nature = Nature.UNKNOWN


@dataclass(frozen=True, slots=True)
class Speak:
    """Go on in another language at another step."""

    language: str
    then: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """The end of every path: a person.

    Attributes:
        prompt: said before the caller is joined to the queue; empty: nothing, where a word could betray the caller.
    """

    nature: Nature
    silent: bool = False
    prompt: str = ""


Step = Ask | Speak | HandOff
Flow = Mapping[str, Step]


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the dialogue a caller is: all there is to know, so it can ride in a URL.

    Attributes:
        tries: how often the present question was answered with a key that means nothing.
        pressed: whether any key was pressed so far in the present question.
    """

    step: str = "start"
    tries: int = 0
    language: str = FIRST_LANGUAGE
    pressed: bool = False


def advance(flow: Flow, position: Position, key: str | None) -> Position:
    """Where ``key`` (one of 0-9 * #, or None for none in time) leads from a question.

    Every walk ends at a person: an unknown step leads to the operators, and a key that leads back to the very same
    question counts as one that means nothing, or a stuck key would keep a caller there for ever.
    """
    return passed(flow, position, key)[-1]


def passed(flow: Flow, position: Position, key: str | None) -> list[Position]:
    """As ``advance``, with what is passed through on the way (a language is switched); the last is where it ends."""
    position = settle(flow, position)
    step = flow.get(position.step)
    if not isinstance(step, Ask):
        return [position]
    if key is not None and key in step.keys:
        way = _way(flow, replace(position, step=step.keys[key], tries=0, pressed=False))
        if (way[-1].step, way[-1].language) != (position.step, position.language):
            return way
    pressed = position.pressed or key is not None
    if key is not None and position.tries < step.repeats:
        return [replace(position, tries=position.tries + 1, pressed=pressed)]
    end = step.otherwise if pressed and step.otherwise else step.silence
    return _way(flow, replace(position, step=end, tries=0, pressed=False))


def settle(flow: Flow, position: Position) -> Position:
    """The question or hand-off that a position stands for.

    A position may come from outside, in a URL: whatever it says becomes one that the flow could have reached.
    """
    if position.language not in languages(flow):
        position = replace(position, language=FIRST_LANGUAGE)
    position = _way(flow, position)[-1]
    step = flow.get(position.step)
    most = step.repeats if isinstance(step, Ask) else 0
    return replace(position, tries=min(max(position.tries, 0), most))


def languages(flow: Flow) -> frozenset[str]:
    """The languages a caller can hear: the first one and those that a key switches to."""
    return frozenset({FIRST_LANGUAGE} | {step.language for step in flow.values() if isinstance(step, Speak)})


def _way(flow: Flow, position: Position) -> list[Position]:
    """The positions from here to the next question or hand-off."""
    way = [position]
    while len(way) <= len(flow):
        step = flow.get(way[-1].step)
        if isinstance(step, Ask | HandOff):
            return way
        if not isinstance(step, Speak):
            break
        way.append(Position(step=step.then, language=step.language))
    return [replace(position, step=OPERATOR, tries=0, pressed=False)]


def report_of(flow: Flow, position: Position) -> Report:
    """The report that a dialogue amounts to, finished or left at a question."""
    step = flow.get(position.step)
    if isinstance(step, HandOff):
        return Report(nature=step.nature, silent=step.silent, language=position.language)
    return Report(nature=step.nature if isinstance(step, Ask) else Nature.UNKNOWN, language=position.language)


@dataclass(slots=True)
class Walk:
    """A dialogue as it is walked, for who wants to tell it afterwards."""

    flow: Flow
    position: Position = field(default_factory=Position)
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.position = settle(self.flow, self.position)
        self.steps.append(self.position.step)

    @property
    def step(self) -> Ask | HandOff:
        step = self.flow.get(self.position.step)
        return step if isinstance(step, Ask | HandOff) else HandOff(Nature.UNKNOWN)

    def press(self, key: str | None) -> None:
        way = passed(self.flow, self.position, key)
        if (way[-1].step, way[-1].language) != (self.position.step, self.position.language):
            self.steps.extend(position.step for position in way)
        self.position = way[-1]

    @property
    def report(self) -> Report:
        return report_of(self.flow, self.position)
