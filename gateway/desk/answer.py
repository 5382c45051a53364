"""What a line means that is typed where a question stands, or where one may have stood a moment before."""

from __future__ import annotations

YES = ("y", "ya", "yes")
NO = ("n", "no", "t", "tidak")


def is_yes(line: str) -> bool:
    """The whole line: who types on without looking must not answer by a letter of the next sentence."""
    return _bare(line) in YES


def is_answer(line: str) -> bool:
    """Nothing but a yes or a no, which was hardly meant for a writer."""
    return _bare(line) in (*YES, *NO)


def _bare(line: str) -> str:
    return line.strip(" .,!?").lower()
