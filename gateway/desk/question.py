"""What a terminal asks before it acts, and the line that is typed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.desk import key as keys
from gateway.desk.answer import is_yes
from gateway.desk.screen.view import View

LONGEST_TYPED = 1000


@dataclass
class Question:
    """
    Attributes:
        act: what a yes is to; None: nothing is asked.
    """

    view: View
    act: Callable[[], None] | None = None

    def ask(self, words: str, act: Callable[[], None]) -> None:
        self.act, self.view.answer, self.view.question = act, "", words

    def drop(self) -> None:
        self.act, self.view.question, self.view.answer = None, "", ""

    def press(self, key: str) -> tuple[Callable[[], None] | None, str] | None:
        """One key; with the one that answers the question is over.

        Returns:
            The act, where it was a yes, else None, and what was typed; None while the answer is not given.
        """
        view = self.view
        if key in (keys.ENTER, keys.ESCAPE, keys.INTERRUPT):
            act, typed = self.act, view.answer.strip() if key == keys.ENTER else ""
            self.drop()
            return (act if is_yes(typed) else None), typed
        if key in (keys.BACKSPACE, keys.CLEAR):
            view.answer = view.answer[:-1] if key == keys.BACKSPACE else ""
        elif key not in keys.ALL and len(view.answer) < LONGEST_TYPED:
            view.answer += key
        return None
