"""A thread: the messages of one writer and what was written back, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Author(StrEnum):
    WRITER = "writer"
    GATEWAY = "gateway"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a thread.

    Attributes:
        at: seconds since the epoch.
        phrase: name of the phrase, where the gateway or a desk sent one.
        complete: no part of it is still awaited.
        late: seconds for which it was under way.
    """

    at: float
    author: Author
    text: str
    phrase: str = ""
    complete: bool = True
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Thread:
    """All that an answer is decided from.

    Attributes:
        waiting_since: when it was handed off to a queue, or went back to it; None while a desk has it.
        accepted_at: when a desk last accepted it; None if none ever did.
        closed_at: when it was closed; None while it is open.
        muted: why nothing is answered of itself; empty if it may be.
        person_at: when a desk last did anything about it besides writing; None if none ever did.
    """

    lines: tuple[Line, ...]
    waiting_since: float | None = None
    accepted_at: float | None = None
    closed_at: float | None = None
    muted: str = ""
    person_at: float | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What the writer wrote, in order."""
        return tuple(line.text for line in self.lines if line.author is Author.WRITER)
