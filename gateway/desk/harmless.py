"""Text from outside, made fit for a terminal: nothing in it moves a cursor, turns the way of writing, or hides."""

from __future__ import annotations

import unicodedata

LINE_END = " ⏎ "
LONGEST = 4000
"""Characters; a text of ten parts has 1530."""

_MARKS = 2
"""Combining marks on one letter; with more, a letter covers the lines above and below it."""


def harmless(text: str, longest: int = LONGEST) -> str:
    """One line of it, readable, at most ``longest`` characters; where it was longer it ends with an ellipsis."""
    kept: list[str] = []
    marks = 0
    for letter in text[: longest + 1].replace("\r\n", "\n"):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS:
            kept.append(_shown(letter, category))
    line = " ".join("".join(kept).split())
    return line[: longest - 1] + "…" if len(text) > longest else line


def _shown(letter: str, category: str) -> str:
    if letter in "\n\r\x0b\x0c\x85" or category in ("Zl", "Zp"):
        return LINE_END
    if letter == "\t" or category == "Zs":
        return " "
    # Controls, marks of direction, joiners, private and unassigned code points.
    return "" if category.startswith("C") else letter
