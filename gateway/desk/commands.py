"""What a desk can type after a slash."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.desk.care import needs_consent
from gateway.desk.draft import Draft
from gateway.desk.duty import OUTCOMES, Duty
from gateway.desk.labels import label
from gateway.desk.not_done import NotDone
from gateway.desk.placing import Choice, are_guesses
from gateway.desk.presence import Standing
from gateway.desk.screen.view import View
from gateway.desk.words import HOW_PLACED, LINK_RISKS
from gateway.desk.words import OUTCOMES as OUTCOME_WORDS
from gateway.incident.summary import NO, UNKNOWN, YES
from gateway.language import said
from gateway.rules.phrases import FIRST_LANGUAGE, Phrase, phrases
from gateway.store import StoreAway

_ANSWERS = {YES: ("ya", "y", "yes"), NO: ("tidak", "t", "n", "no"), UNKNOWN: ("belum", "?", "unknown")}
"""What a caller may have said of a call, and the words for it."""

LEAVE = ("keluar", "leave", "quit")


class Controls(Protocol):
    """What a command acts on: the terminal (gateway/desk/terminal.py), as far as commands know it.

    Attributes:
        incident: the case that is open; empty: the list is.
    """

    duty: Duty
    view: View
    over: bool
    incident: str

    @property
    def has_task_alone(self) -> bool: ...

    def look(self) -> None: ...

    def to_list(self) -> None: ...

    def offer(self, draft: Draft) -> None: ...

    def ask(self, name: str, act: Callable[[], None], **values: object) -> None: ...

    def say(self, name: str, **values: object) -> None: ...


def phrase_list(terminal: Controls, _rest: str) -> None:
    lines = [f" {number:>2}  {phrase.text}" for number, phrase in enumerate(_phrases(terminal), 1)]
    terminal.view.page = "\n".join([f" {label('phrases', terminal.view.language)}", "", *lines])


def send_phrase(terminal: Controls, number: str) -> None:
    known = _phrases(terminal)
    place = _number(number)
    if not 1 <= place <= len(known):
        raise NotDone("no_phrase", phrase=number[:20])
    chosen = known[place - 1]
    terminal.offer(terminal.duty.draft_phrase(terminal.incident, chosen.name, chosen.language))


def _phrases(terminal: Controls) -> list[Phrase]:
    """In the writer's language, as numbered on the screen."""
    language = terminal.view.case.language if terminal.view.case else FIRST_LANGUAGE
    known = phrases()
    return [phrase for phrase in known.get(language, known[FIRST_LANGUAGE]).values() if phrase.text and not phrase.link]


def link(terminal: Controls, _rest: str) -> None:
    draft = terminal.duty.draft_link(terminal.incident)
    if draft.risk:
        why = said(LINK_RISKS, draft.risk, terminal.view.language)
        terminal.ask("ask_link", lambda: terminal.offer(draft), why=why)
    else:
        terminal.offer(draft)


def unmute(terminal: Controls, _rest: str) -> None:
    terminal.duty.unmute(terminal.incident)
    terminal.say("unmuted")
    terminal.look()


def call_back(terminal: Controls, _rest: str) -> None:
    incident = terminal.incident
    _, known = terminal.duty.may_ring(incident)

    def act() -> None:
        terminal.duty.call_back(incident)
        terminal.say("called_back")
        terminal.look()

    terminal.ask("ask_call_back_care" if needs_consent(known) else "ask_call_back", act, number=known.number or "")


def consent(terminal: Controls, rest: str) -> None:
    """Whether the caller said that a call is safe; what may be passed on stays as it was told."""
    answer, _, note = rest.partition(" ")
    word = answer.lower().strip(",.")
    safe = next((each for each, words in _ANSWERS.items() if word in words), "")
    if not safe:
        terminal.say("give_consent")
        return
    terminal.duty.consent_to_call(terminal.incident, safe, note.strip())
    terminal.say(f"consent_{safe}")
    terminal.look()


def release(terminal: Controls, why: str) -> None:
    if not why:
        terminal.say("give_why")
        return
    terminal.duty.release(terminal.incident, why)
    terminal.to_list()
    terminal.say("released")
    terminal.look()


def close(terminal: Controls, rest: str) -> None:
    language, words = terminal.view.language, rest.split(None, 1)
    number = _number(words[0]) if words else 0
    if not 1 <= number <= len(OUTCOMES):
        numbered = (f"{place} {said(OUTCOME_WORDS, name, language)}" for place, name in enumerate(OUTCOMES, 1))
        terminal.view.typed = "/tutup " if language == "id" else "/close "
        terminal.say("give_outcome", outcomes=" · ".join(numbered))
        return
    of_task = "_task" if terminal.has_task_alone else ""
    incident, outcome, note = terminal.incident, OUTCOMES[number - 1], words[1] if len(words) > 1 else ""

    def act() -> None:
        terminal.duty.close(incident, outcome, note)
        terminal.to_list()
        terminal.say(f"closed{of_task}")
        terminal.look()

    terminal.ask(f"ask_close{of_task}", act, outcome=said(OUTCOME_WORDS, outcome, language))


def place(terminal: Controls, rest: str) -> None:
    language, incident = terminal.view.language, terminal.incident
    found = terminal.duty.places(incident, rest)
    if len(found) > 1 or not found[0].is_sure:
        lines = [f" {number:>2}  {_offered(choice, language)}" for number, choice in enumerate(found, 1)]
        head = "no_such_place" if are_guesses(found) else "places"
        terminal.view.page = "\n".join([f" {label(head, language)}", "", *lines])
        terminal.view.typed = "/lokasi " if language == "id" else "/place "
        terminal.say("choose_place")
        return

    worded = "_words" if found[0].said else ""

    def act() -> None:
        terminal.duty.place(incident, found[0])
        terminal.say(f"placed{worded}")
        terminal.look()

    terminal.ask(f"ask_place{worded}", act, place=_offered(found[0], language))


def _offered(choice: Choice, language: str) -> str:
    """What would be kept, and how it was understood where that is not by its own name."""
    return choice.label + (f" - {said(HOW_PLACED, choice.how, language)}" if choice.how in HOW_PLACED else "")


def show_list(terminal: Controls, _rest: str) -> None:
    terminal.to_list()


def show_help(terminal: Controls, _rest: str) -> None:
    terminal.view.page = label("help", terminal.view.language)


def leave(terminal: Controls, _rest: str) -> None:
    mine = [row.listed.case.incident for row in terminal.view.rows if row.section == "mine"]
    if terminal.view.standing is Standing.TAKEN:
        mine = []  # They are with whoever took the desk over.

    def act() -> None:
        terminal.over = True
        # What cannot be given back now is taken back, as from a desk that is gone.
        with contextlib.suppress(StoreAway, NotDone):
            for incident in mine:
                terminal.duty.release(incident, "the desk left")

    terminal.ask("ask_leave" if mine else "ask_leave_none", act, count=len(mine))


def _number(text: str) -> int:
    """0 of what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@dataclass(frozen=True, slots=True)
class Command:
    """
    Attributes:
        needs_case: it is about the case that is open.
    """

    names: tuple[str, ...]
    act: Callable[[Controls, str], None]
    needs_case: bool = True


COMMANDS = (
    Command(("frasa", "phrases", "f"), phrase_list),
    Command(("phrase",), send_phrase),
    Command(("lokasi", "place"), place),
    Command(("tautan", "link"), link),
    Command(("telepon", "call"), call_back),
    Command(("aman", "safe"), consent),
    Command(("bunyi", "unmute"), unmute),
    Command(("lepas", "release"), release),
    Command(("tutup", "close"), close),
    Command(("daftar", "list"), show_list, needs_case=False),
    Command(("bantuan", "help", "?"), show_help, needs_case=False),
    Command(LEAVE, leave, needs_case=False),
)
