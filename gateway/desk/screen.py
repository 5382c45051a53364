"""A desk's terminal, drawn: what is to be shown becomes lines, and nothing a writer sends becomes anything else."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from gateway.desk.case import Case, Written
from gateway.desk.duty import Listed
from gateway.desk.harmless import harmless
from gateway.desk.presence import Standing
from gateway.desk.words import FINDINGS, LANGUAGES, MUTED, NATURES, STATUSES, WARNINGS, label, said
from gateway.store.waiting import Wait
from sms.thread import Author

SECTIONS = ("waiting", "mine", "informed")
_BAD = ("undelivered", "failed", "expired", "uncertain")
_WORST = ("takeover", "silent", "life_threat")


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
        case, wait: what is open; None: the list is.
        page: lines shown instead of either (help, phrases).
        state: what the draft in ``typed`` amounts to.
        question: asked before all else; the keys for yes and no answer it.
        scroll: lines the thread is scrolled up by, a page down.
    """

    desk: str
    short: str
    language: str = "id"
    now: float = 0.0
    standing: Standing = Standing.HERE
    store_away: bool = False
    rows: list[Row] = field(default_factory=list)
    case: Case | None = None
    wait: Wait | None = None
    page: str = ""
    typed: str = ""
    state: str = ""
    notice: str = ""
    question: str = ""
    scroll: int = 0


def frame(view: View, width: int, height: int) -> list[str]:
    """The screen as ``height`` lines with ANSI styles, none wider than ``width``."""
    head = _lines([_title(view), *_alerts(view)], width)
    foot = _lines([Text("─" * width, style="dim"), *_foot(view, width)], width)
    room = max(0, height - len(head) - len(foot))
    if view.page:
        lines = _lines([Text(view.page)], width)
        first = max(0, min(view.scroll, len(lines) - room))
        body = lines[first : first + room]
    elif view.case:
        body = _case(view, view.case, width, room)
    else:
        body = _lines(_list(view), width)[:room]
    return [*head, *body, *[""] * (room - len(body)), *foot][:height]


def _lines(parts: Sequence[RenderableType], width: int) -> list[str]:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system="standard", highlight=False, markup=False,
        emoji=False, legacy_windows=False, no_color=False,
    )  # fmt: skip
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get().split("\n")[:-1]


def _title(view: View) -> RenderableType:
    title = Table.grid(expand=True)
    title.add_column()
    title.add_column(justify="right")
    waiting = sum(row.section == "waiting" for row in view.rows)
    count = label("waiting_count", view.language, count=waiting)
    title.add_row(
        Text(f" {view.desk} {view.short}", style="bold"),
        Text(f"{count}  {time.strftime('%H:%M:%S', time.localtime(view.now))} ", style="bold" if waiting else ""),
    )
    return title


def _alerts(view: View) -> list[Text]:
    alerts = []
    if view.store_away or view.standing is Standing.STORE_AWAY:
        alerts.append(Text(f" {label('store_away', view.language)} ", style="bold white on red"))
    if view.standing is Standing.TAKEN:
        alerts.append(Text(f" {label('taken_over', view.language)} ", style="bold white on red"))
    return alerts


# the list


def _list(view: View) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for section in SECTIONS:
        rows = [row for row in view.rows if row.section == section]
        if rows or section == "waiting":
            parts.append(Text(f" {label(section, view.language)}", style="bold"))
            parts.append(_table(rows, view) if rows else Text(f"   {label('nobody', view.language)}", style="dim"))
            parts.append(Text(""))
    return parts


def _table(rows: Sequence[Row], view: View) -> Table:
    table = Table(box=None, expand=True, header_style="dim", padding=(0, 1))
    for number, heading in enumerate(label("head", view.language).split("|")):
        right = number in (0, 2, 5)
        table.add_column(
            heading, justify="right" if right else "left", ratio=1 if number == 6 else None, no_wrap=True,
            overflow="ellipsis",
        )  # fmt: skip
    for row in rows:
        case, wait = row.listed.case, row.listed.wait
        since = wait.since if wait else case.opened_at
        news = label("new", view.language, count=row.news) if row.news else ""
        table.add_row(
            Text(str(row.number), style="bold"),
            Text(str(case.priority), style="bold red" if case.priority <= 2 else ""),
            Text(clock(view.now - since), style="bold red" if wait and wait.raised else ""),
            Text(said(NATURES, case.nature, view.language), style=_nature_style(case)),
            _signs(case, wait, view.language),
            Text(news or str(case.messages), style="bold green" if news else ""),
            Text(_where(case, view.language)),
        )
    return table


def _where(case: Case, language: str) -> str:
    """The place in the list: where evidence tells none, what the texts name."""
    named = ", ".join(_named(case, language))
    return harmless(case.place, 200) if case.is_placed or not named else named


def _named(case: Case, language: str) -> list[str]:
    return [label(name, language, value=harmless(value, 120)) for name, value in case.named.items()]


def _nature_style(case: Case) -> str:
    return "bold" if case.nature == "violence" else ""


def _signs(case: Case, wait: Wait | None, language: str) -> Text:
    signs = Text()
    for shown, name, style in (
        (case.life_threat, "life_threat", "bold white on red"),
        (case.silent, "silent", "bold black on yellow"),
        ("takeover" in case.warnings, "takeover", "bold black on yellow"),
    ):
        if shown:
            signs.append(f"{said(FINDINGS, name, language)}", style=style).append(" ")
    if wait and wait.raised:
        signs.append(label("raised", language), style="red")
    return signs


# a case


def _case(view: View, case: Case, width: int, room: int) -> list[str]:
    language = view.language
    top = _lines([*_warnings(case, language), _headline(view, case), *_place(case, language)], width)
    top += _lines([*_why(case, language), *_before(case, language), Text("─" * width, style="dim")], width)
    top = top[: max(0, room - 4)]
    lines = _lines(_thread(case, language) or [Text("")], width)
    space = max(0, room - len(top))
    end = max(space, len(lines) - view.scroll)
    return [*top, *lines[max(0, end - space) : end]]


def _warnings(case: Case, language: str) -> list[Text]:
    line = Text()
    for warning in case.warnings:
        known = WARNINGS.get(warning, MUTED)[LANGUAGES.index(language)]
        line.append(f" {known} ", style="bold white on red" if warning in _WORST else "bold black on yellow").append(
            " "
        )
    return [line] if case.warnings else []


def _headline(view: View, case: Case) -> Text:
    language = view.language
    line = Text(f" P{case.priority} ", style="bold")
    line.append(f"{said(NATURES, case.nature, language).upper()}  ", style="bold")
    line.append(f"{_state(view, case)}  ", style="green" if case.desk == view.desk else "")
    if case.number:
        line.append(case.number, style="bold")
    else:
        line.append(label("hidden_number" if case.discreet else "no_number", language), style="dim")
    return line.append(f"  {case.incident[:8]}", style="dim")


def _state(view: View, case: Case) -> str:
    wait = view.wait
    if case.closed:
        return label("state_closed", view.language)
    if wait and wait.desk:
        return label("state_mine" if wait.desk == view.desk else "state_other", view.language, desk=wait.desk)
    queue = f"{wait.queue} {clock(view.now - wait.since)}" if wait else case.queue
    return label("state_waiting", view.language, queue=queue)


def _place(case: Case, language: str) -> list[Text]:
    lines = [Text(f" {label('place', language)}: ", style="dim").append(harmless(case.place, 400), style="bold")]
    if named := _named(case, language):
        lines.append(Text("   " + " · ".join(named)))
    return lines


def _why(case: Case, language: str) -> list[Text]:
    if not case.found:
        return []
    line = Text(f" {label('why', language)}: ", style="dim")
    for number, found in enumerate(case.found):
        line.append("; " if number else "").append(said(FINDINGS, found.what, language))
        if found.rule.startswith("model"):
            line.append(f" ({label('model', language)})", style="dim")
        elif found.words:
            line.append(f" “{harmless(found.words, 80)}”", style="italic")
    return [line]


def _before(case: Case, language: str) -> list[Text]:
    words = label("contacts", language, calls=case.calls, messages=case.messages)
    line = Text(f" {label('before', language)}: ", style="dim").append(words)
    if case.informed:
        line.append(" · " + label("told", language, who=", ".join(case.informed)))
    return [line]


def _thread(case: Case, language: str) -> list[RenderableType]:
    if case.discreet:
        return [Text(f" {label('no_texts', language)}", style="bold")]
    return [_written(written, language) for written in case.lines]


def _written(written: Written, language: str) -> RenderableType:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=9, no_wrap=True)
    row.add_column(width=9, no_wrap=True, overflow="ellipsis")
    row.add_column(ratio=1)
    own = written.author is not Author.WRITER
    who = written.who or label("gateway" if own else "writer", language)
    text = Text(harmless(written.text), style="cyan" if own else "bold")
    if written.missing:
        text.append("  " + label("missing", language, count=written.missing), style="yellow")
    if own:
        style = "bold white on red" if written.status in _BAD else "dim"
        text.append("  ").append(f"[{said(STATUSES, written.status, language)}]", style=style)
    at = time.strftime(" %H:%M:%S", time.localtime(written.at))
    row.add_row(Text(at, style="dim"), Text(who, style="cyan" if own else "bold green"), text)
    return row


# below


def _foot(view: View, width: int) -> list[Text]:
    language = view.language
    if view.question:
        keys = Text(label("yes_no", language), style="bold")
        return [Text(f" {view.question}", style="bold black on yellow"), keys]
    news = [f"#{row.number} {label('new', language, count=row.news)}" for row in view.rows if row.news]
    notice = Text(f" {view.notice}", style="bold")
    if view.case and news:
        notice.append("   " + " · ".join(news), style="bold green")
    state = Text(f" {view.state}", style="yellow")
    keys_name = "list_keys" if not view.case else "look_keys" if view.case.discreet else "case_keys"
    keys = Text(f" {label(keys_name, language)}", style="dim", no_wrap=True, overflow="ellipsis")
    return [notice, state, keys, Text(" > ").append(_tail(harmless_typing(view.typed), width - 5)).append("█")]


def _tail(text: str, width: int) -> str:
    """The end of it that has room."""
    while cell_len(text) > width:
        text = text[1:]
    return set_cell_size(text, cell_len(text))


def harmless_typing(text: str) -> str:
    """What was typed or pasted, its blanks kept."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def clock(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
