"""What a long job is doing, told line by line: which step of how many, and the seconds since it began."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str], None]


class NumberedLines:
    """Prints ``[2/5]   13.4 s  prompts: speaking 12 of 80``; called with a text, it tells what the step is doing."""

    def __init__(self, steps: int, done: int = 0, write: Callable[[str], None] = lambda line: print(line, flush=True)):
        self.steps = steps
        self.number = done
        self.title = ""
        self._began = time.monotonic()
        self._write = write

    def begin(self, title: str) -> None:
        self.number += 1
        self.title = title
        self._line(title)

    def __call__(self, text: str) -> None:
        self._line(f"{self.title}: {text}")

    def _line(self, text: str) -> None:
        self._write(f"[{self.number}/{self.steps}] {time.monotonic() - self._began:6.1f} s  {text}")
