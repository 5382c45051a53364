"""The keys of a terminal that are no letters, by name."""

from __future__ import annotations

ENTER, ESCAPE, BACKSPACE, CLEAR, PAGE_UP, PAGE_DOWN, INTERRUPT = (
    "enter", "escape", "backspace", "clear", "page_up", "page_down", "interrupt",
)  # fmt: skip

ALL = frozenset({ENTER, ESCAPE, BACKSPACE, CLEAR, PAGE_UP, PAGE_DOWN, INTERRUPT})
