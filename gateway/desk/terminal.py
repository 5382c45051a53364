"""A desk's terminal: keys become acts, and what happens meanwhile is seen without a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.desk.answer import is_answer
from gateway.desk.commands import COMMANDS, LEAVE, leave
from gateway.desk.described import described, question_of
from gateway.desk.draft import Draft
from gateway.desk.duty import MOST_AT_ONCE, Duty
from gateway.desk.key import BACKSPACE, CLEAR, ENTER, ESCAPE, INTERRUPT, PAGE_DOWN, PAGE_UP
from gateway.desk.labels import label
from gateway.desk.lists import Lists
from gateway.desk.not_done import NotDone
from gateway.desk.presence import Standing
from gateway.desk.question import LONGEST_TYPED, Question
from gateway.desk.screen.view import View
from gateway.desk.words import NOT_DONE
from gateway.language import said
from gateway.store import StoreAway
from gateway.store.waiting import TASK

SCROLL_LINES = 8


@dataclass
class Terminal:
    """What is on the screen, and what each key does to it.

    Attributes:
        over: the desk has left.
        incident: the case that is open; empty: the list is.
    """

    duty: Duty
    view: View
    over: bool = False
    lists: Lists = field(default_factory=Lists)
    incident: str = ""
    _kept: str = ""
    """What stayed in the input when a question ended otherwise than by yes: it goes to nobody unasked."""

    def __post_init__(self) -> None:
        self._question = Question(self.view)

    def look(self) -> None:
        """See how everything stands. Never raises: what cannot be seen is shown as it was, and the screen says so."""
        view = self.view
        view.now = self.duty.now()
        try:
            if self.incident:
                view.case, view.wait = self.duty.open(self.incident), self.duty.wait_of(self.incident)
                self.lists.read(view.case)
            duty = self.duty
            lists = duty.calls(), duty.waiting(), duty.mine(), duty.missed(), duty.limits(), duty.informed()
            view.rows = self.lists.rows(lists)
            view.waiting = self.duty.waiting_count()
            view.store_away = False
        except StoreAway:
            view.store_away = True
        except NotDone as refused:
            self._tell(refused)
            self.to_list()
            self._question.drop()

    def press(self, key: str) -> None:
        """One key: a letter, or one of the names above. Never raises."""
        try:
            if self._question.act:
                self._answer(key)
            elif key in _KEYS:
                _KEYS[key](self)
            elif len(self.view.typed) < LONGEST_TYPED:
                self.view.typed += key
                self.view.notice = ""
        except NotDone as refused:
            self._tell(refused)
        except StoreAway:
            self.view.store_away = True
            why = label("store_fault", self.view.language)
            self.say("not_written", why=why) if self.view.typed else self.say("store_fault")
        if not self.view.typed:
            self._kept = ""
        self._describe_draft()

    # keys

    def _enter(self) -> None:
        typed = self.view.typed.strip()
        self.view.notice = ""
        self.view.page, self.view.scroll = "", 0
        if self.view.standing is Standing.TAKEN and typed.lstrip("/") not in LEAVE:
            self.say("taken_over")
            return
        if typed.startswith("/"):
            self._command(*typed[1:].split(None, 1))
        elif self.view.case and typed:
            if self._kept and is_answer(typed.removeprefix(self._kept)):
                # The y that comes after a question which is gone.
                typed = self.view.typed = self._kept
            self.offer(self.duty.draft(self.incident, typed))
        elif typed:
            self.view.typed = ""
            self._choose(typed)

    def _escape(self) -> None:
        if self.view.page:
            self.view.page = ""
            # The command that the page was about goes with it.
            self.view.typed = "" if self.view.typed.startswith("/") else self.view.typed
        elif self.view.typed:
            self.view.typed = ""
        else:
            self.to_list()

    def _erase(self) -> None:
        self.view.typed = self.view.typed[:-1]

    def _clear(self) -> None:
        self.view.typed = ""

    def _up(self) -> None:
        self._scroll(SCROLL_LINES)

    def _down(self) -> None:
        self._scroll(-SCROLL_LINES)

    def _scroll(self, lines: int) -> None:
        """A thread is read from its end, a page from its beginning."""
        self.view.scroll = max(0, self.view.scroll + (-lines if self.view.page else lines))

    def _answer(self, key: str) -> None:
        answered = self._question.press(key)
        if answered is None:
            return
        act, typed = answered
        if act:
            act()
        else:
            self._cancel(typed)

    def _cancel(self, answer: str) -> None:
        """No. What was typed instead was meant for elsewhere: a command is performed, and words stay in the input."""
        view, incident = self.view, self.incident
        self._kept = view.typed.strip()
        if answer.startswith("/"):
            self._enter_at(answer)
            if incident and self.incident == incident and not view.typed:
                view.typed = self._kept
        elif answer and not is_answer(answer):
            view.typed = self._kept = f"{self._kept} {answer}".strip()[:LONGEST_TYPED]
        cancelled = label("cancelled_typed" if view.typed else "cancelled", view.language)
        view.notice = f"{cancelled} · {view.notice}" if view.notice else cancelled

    def _enter_at(self, line: str) -> None:
        self.view.typed = line
        try:
            self._enter()
        except NotDone as refused:
            self._tell(refused)

    # acts

    @property
    def has_task_alone(self) -> bool:
        """Whether the words of the case that is open are another desk's."""
        case, wait = self.view.case, self.view.wait
        return bool(case and case.discreet) or bool(wait and wait.part == TASK)

    def _choose(self, typed: str) -> None:
        row = next((row for row in self.view.rows if str(row.number) == typed.lstrip("#")), None)
        if row is None:
            self.say("no_row", number=typed)
        elif row.section not in ("waiting", "missed"):
            self._show(row.listed.case.incident)
        else:
            mine = sum(row.section == "mine" for row in self.view.rows)
            accept = self._accepting(row.listed.case.incident)
            accept() if mine < MOST_AT_ONCE else self.ask("ask_fourth", accept, count=mine)

    def _accepting(self, incident: str) -> Callable[[], None]:
        def accept() -> None:
            self.duty.accept(incident)
            self._show(incident)
            self.say("accepted_task" if self.has_task_alone else "accepted")

        return accept

    def _show(self, incident: str) -> None:
        self.incident, self.view.scroll = incident, 0
        self.look()

    def to_list(self) -> None:
        # What was typed was meant for the writer of that case alone.
        self.incident, self.view.case, self.view.wait, self.view.scroll, self.view.typed = "", None, None, 0, ""
        self._kept = ""

    def offer(self, draft: Draft) -> None:
        """Send it, after asking where something speaks against it."""

        def send() -> None:
            self.duty.write(draft)
            if not draft.phrase:
                self.view.typed = ""
            self.say("written")
            self.look()

        muted = self.view.case.muted if self.view.case else ""
        if question := question_of(draft, muted, self.view.language, kept=bool(self._kept)):
            self._question.ask(question, send)
        else:
            send()

    def _command(self, name: str = "", rest: str = "") -> None:
        if name.isascii() and name.isdigit():
            name, rest = "phrase", name
        command = next((command for command in COMMANDS if name.lower() in command.names), None)
        typed, self.view.typed = self.view.typed, ""
        if command is None or (command.needs_case and not self.incident):
            self.say("not_command" if command is None else "no_case_open", word=f"/{name[:40]}")
            return
        try:
            command.act(self, rest)
        except StoreAway:
            self.view.typed = typed
            raise

    # words

    def ask(self, name: str, act: Callable[[], None], **values: object) -> None:
        self._question.ask(label(name, self.view.language, **values), act)

    def say(self, name: str, **values: object) -> None:
        self.view.notice = label(name, self.view.language, **values)

    def _tell(self, refused: NotDone) -> None:
        self.view.notice = said(NOT_DONE, refused.what, self.view.language).format(**refused.values)
        self.lists.ring = True

    def _describe_draft(self) -> None:
        """What the text typed so far amounts to, while it is typed."""
        typed, case = self.view.typed.strip(), self.view.case
        is_text = typed and not typed.startswith("/")
        self.view.state = described(typed, case, self.view.language) if case and is_text else ""


_KEYS: dict[str, Callable[[Terminal], None]] = {
    ENTER: Terminal._enter,
    ESCAPE: Terminal._escape,
    BACKSPACE: Terminal._erase,
    CLEAR: Terminal._clear,
    PAGE_UP: Terminal._up,
    PAGE_DOWN: Terminal._down,
    INTERRUPT: lambda terminal: leave(terminal, ""),
}
