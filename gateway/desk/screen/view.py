"""What is on a desk's screen, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.desk.case import Case
from gateway.desk.duty import Listed
from gateway.desk.presence import Standing
from gateway.store.waiting import Wait

SECTIONS = ("calls", "waiting", "mine", "missed", "limits", "informed")


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list.

    Attributes:
        number: what is typed for it; it stays the same while the case is listed.
        section: one of SECTIONS.
        news: messages that were not looked at yet.
    """

    number: int
    section: str
    listed: Listed
    news: int = 0


@dataclass(slots=True)
class View:
    """All that is on the screen.

    Attributes:
        waiting: how many wait for the agency, those without a row too.
        case, wait: what is open; None: the list is.
        page: lines shown instead of either (help, phrases).
        state: what the draft in ``typed`` amounts to.
        question: asked before all else; ``y`` and Enter is yes.
        answer: what was typed at it so far.
        scroll: lines the thread is scrolled up by, a page down.
    """

    desk: str
    short: str
    language: str = "id"
    now: float = 0.0
    standing: Standing = Standing.HERE
    store_away: bool = False
    rows: list[Row] = field(default_factory=list)
    waiting: int = 0
    case: Case | None = None
    wait: Wait | None = None
    page: str = ""
    typed: str = ""
    state: str = ""
    notice: str = ""
    question: str = ""
    answer: str = ""
    scroll: int = 0


def clock(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
