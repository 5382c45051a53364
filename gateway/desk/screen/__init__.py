"""A desk's terminal, drawn: what is to be shown becomes lines, and nothing a writer sends becomes anything else."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.cells import chop_cells
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from gateway.desk.case import Case
from gateway.desk.labels import label
from gateway.desk.presence import Standing
from gateway.desk.screen.listing import listing
from gateway.desk.screen.thread import known, written
from gateway.desk.screen.view import View
from gateway.time_of_day import time_of_day

LINES_TYPED = 3
"""Lines that what is typed may take; of more, the end is shown."""

LEAST_OF_THREAD = 4
"""Lines of the thread that are shown, however much is known above it."""


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
        body = _lines(listing(view), width)[:room]
    return [*head, *body, *[""] * (room - len(body)), *foot][:height]


def _case(view: View, case: Case, width: int, room: int) -> list[str]:
    top = _lines([*known(view, case), Text("─" * width, style="dim")], width)[: max(0, room - LEAST_OF_THREAD)]
    thread = _lines(written(case, view.language), width)
    space = max(0, room - len(top))
    # How far up there is anything is known here alone.
    view.scroll = min(view.scroll, max(0, len(thread) - space))
    end = max(space, len(thread) - view.scroll)
    shown = thread[max(0, end - space) : end]
    if end < len(thread) and shown:
        shown[-1] = _lines([Text(f" {label('below', view.language)}", style="bold reverse")], width)[0]
    return [*top, *shown]


def _lines(parts: Sequence[RenderableType], width: int) -> list[str]:
    # With a height, which nothing here asks for, the width holds on a TERM=dumb, too.
    console = Console(
        file=io.StringIO(), width=width, height=1000, force_terminal=True, color_system="standard", highlight=False,
        markup=False, emoji=False, legacy_windows=False, no_color=False,
    )  # fmt: skip
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get().split("\n")[:-1]


def _title(view: View) -> RenderableType:
    title = Table.grid(expand=True)
    title.add_column()
    title.add_column(justify="right")
    count = label("waiting_count", view.language, count=view.waiting)
    title.add_row(
        Text(f" {view.desk} {view.short}", style="bold"),
        Text(f"{count}  {time_of_day(view.now)} ", style="bold" if view.waiting else ""),
    )
    return title


def _alerts(view: View) -> list[Text]:
    alerts = []
    if view.store_away or view.standing is Standing.STORE_AWAY:
        alerts.append(Text(f" {label('store_away', view.language)} ", style="bold white on red"))
    if view.standing is Standing.TAKEN:
        alerts.append(Text(f" {label('taken_over', view.language)} ", style="bold white on red"))
    return alerts


def _foot(view: View, width: int) -> list[Text]:
    language = view.language
    if view.question:
        said = [Text(f" {view.notice}", style="bold")] if view.notice else []
        asked = Text(f" {view.question}", style="bold black on yellow")
        return [*said, asked, Text(label("yes_no", language), style="bold"), *_input(view.answer, width)]
    news = [f"#{row.number} {label('new', language, count=row.news)}" for row in view.rows if row.news]
    notice = Text(f" {view.notice}", style="bold")
    if view.case and news:
        notice.append("   " + " · ".join(news), style="bold green")
    state = Text(f" {view.state}", style="yellow")
    keys_name = "list_keys" if not view.case else "look_keys" if view.case.discreet else "case_keys"
    keys = Text(f" {label(keys_name, language)}", style="dim")
    keys.truncate(width, overflow="ellipsis")
    return [notice, state, keys, *_input(view.typed, width)]


def _input(typed: str, width: int) -> list[Text]:
    lines = chop_cells(harmless_typing(typed) + "█", max(8, width - 4))[-LINES_TYPED:]
    return [Text(f" {mark} {line}") for mark, line in zip(">  ", lines, strict=False)]


def harmless_typing(text: str) -> str:
    """What was typed or pasted, its blanks kept."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
