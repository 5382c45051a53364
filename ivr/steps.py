"""The kinds of step a dialogue is made of, and the one function that walks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.incident.report import Nature, Report

FIRST_WAIT_SECONDS = 4.0
"""Shortest time a caller has for a key after a prompt has ended."""

FIRST_LANGUAGE = "id"

MOST_CODES = 2
"""So often in a call a code may be begun; then the key that begins one means nothing, or a stuck key would hold a
caller there for ever."""

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
        rescue: somebody, or an animal, needs rescuers; known only where the network said what was called.
    """

    nature: Nature
    silent: bool = False
    prompt: str = ""
    rescue: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Collect the digits of the code on a post or stop, up to # or a pause, and go back to the question.

    Nothing is played: who must not be heard is not betrayed, and the question that comes back says that it was taken.

    Attributes:
        most: digits that are taken; more than a code has, so that the # after it ends it and begins none.
        wait: seconds for the first digit, and for each further one.
    """

    most: int = 12
    wait: float = FIRST_WAIT_SECONDS


Step = Ask | Speak | HandOff | Code
Flow = Mapping[str, Step]


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the dialogue a caller is: all there is to know, so it can ride in a URL.

    Attributes:
        tries: how often the present question was answered with a key that means nothing.
        pressed: whether any key was pressed so far in the present question.
        back: at a code, the question to which it leads back; empty elsewhere.
        codes: how many codes were begun so far in the call.
    """

    step: str = "start"
    tries: int = 0
    language: str = FIRST_LANGUAGE
    pressed: bool = False
    back: str = ""
    codes: int = 0


def advance(flow: Flow, position: Position, key: str | None) -> Position:
    """Where ``key`` (one of 0-9 * #, the digits of a code, or None for none in time) leads.

    Every walk ends at a person: an unknown step leads to the operators, and a key that leads back to the very same
    question counts as one that means nothing, or a stuck key would keep a caller there for ever.
    """
    return passed(flow, position, key)[-1]


def passed(flow: Flow, position: Position, key: str | None) -> list[Position]:
    """As ``advance``, with what is passed through on the way (a language is switched); the last is where it ends."""
    position = settle(flow, position)
    step = flow.get(position.step)
    if isinstance(step, Code):
        return _back(flow, position, key)
    if not isinstance(step, Ask):
        return [position]
    if key is not None and key in step.keys:
        if isinstance(flow.get(step.keys[key]), Code):
            return _begin_code(flow, position, step, key)
        way = _way(flow, replace(position, step=step.keys[key], tries=0, pressed=False))
        if (way[-1].step, way[-1].language) != (position.step, position.language):
            return way
    return _meaningless(flow, position, step, key)


def _meaningless(flow: Flow, position: Position, step: Ask, key: str | None) -> list[Position]:
    """What follows a key that means nothing at this question, or no key."""
    pressed = position.pressed or key is not None
    if key is not None and position.tries < step.repeats:
        return [replace(position, tries=position.tries + 1, pressed=pressed)]
    end = step.otherwise if pressed and step.otherwise else step.silence
    return _way(flow, replace(position, step=end, tries=0, pressed=False))


def _begin_code(flow: Flow, position: Position, step: Ask, key: str) -> list[Position]:
    if position.codes >= MOST_CODES:
        return _meaningless(flow, position, step, key)
    return [replace(position, step=step.keys[key], back=position.step, codes=position.codes + 1)]


def _back(flow: Flow, position: Position, digits: str | None) -> list[Position]:
    """From a code to its question. What was keyed costs the caller nothing; without a digit, the key before was one
    that means nothing.
    """
    question = replace(position, step=position.back, back="")
    step = flow.get(question.step)
    if not digits and isinstance(step, Ask):
        return _meaningless(flow, question, step, digits or "")
    return [replace(question, pressed=True)]


def is_code(step: Step, digits: str | None) -> bool:
    """Whether what was keyed at this step is a code that can be looked up."""
    return isinstance(step, Code) and bool(re.fullmatch(f"[0-9]{{1,{step.most}}}", digits or ""))


def settle(flow: Flow, position: Position) -> Position:
    """The question or hand-off that a position stands for.

    A position may come from outside, in a URL: whatever it says becomes one that the flow could have reached.
    """
    if position.language not in languages(flow):
        position = replace(position, language=FIRST_LANGUAGE)
    position = _way(flow, replace(position, codes=min(max(position.codes, 0), MOST_CODES)))[-1]
    step = flow.get(position.step)
    asked = flow.get(position.back) if isinstance(step, Code) else step
    most = asked.repeats if isinstance(asked, Ask) else 0
    back = position.back if isinstance(step, Code) else ""
    return replace(position, tries=min(max(position.tries, 0), most), back=back)


def languages(flow: Flow) -> frozenset[str]:
    """The languages a caller can hear: the first one and those that a key switches to."""
    return frozenset({FIRST_LANGUAGE} | {step.language for step in flow.values() if isinstance(step, Speak)})


def _way(flow: Flow, position: Position) -> list[Position]:
    """The positions from here to the next question, code or hand-off."""
    way = [position]
    while len(way) <= len(flow):
        step = flow.get(way[-1].step)
        if isinstance(step, Ask | HandOff) or (isinstance(step, Code) and isinstance(flow.get(way[-1].back), Ask)):
            return way
        if not isinstance(step, Speak):
            break
        way.append(replace(way[-1], step=step.then, language=step.language, tries=0, pressed=False))
    return [replace(position, step=OPERATOR, tries=0, pressed=False)]


def report_of(flow: Flow, position: Position) -> Report:
    """The report that a dialogue amounts to, finished or left at a question."""
    step = flow.get(position.back or position.step)
    if isinstance(step, HandOff):
        return Report(nature=step.nature, silent=step.silent, language=position.language, rescue=step.rescue)
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
    def step(self) -> Ask | Code | HandOff:
        step = self.flow.get(self.position.step)
        return step if isinstance(step, Ask | Code | HandOff) else HandOff(Nature.UNKNOWN)

    def press(self, key: str | None) -> None:
        way = passed(self.flow, self.position, key)
        if (way[-1].step, way[-1].language) != (self.position.step, self.position.language):
            self.steps.extend(position.step for position in way)
        self.position = way[-1]

    @property
    def report(self) -> Report:
        return report_of(self.flow, self.position)
