"""The lists of a desk's screen: who waits, whom the desk has, of whom its agency was informed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gateway.desk.case import Case
from gateway.desk.harmless import harmless
from gateway.desk.labels import label
from gateway.desk.screen.view import SECTIONS, Row, View, clock
from gateway.desk.sight import Listed
from gateway.desk.words import FINDINGS, NATURES
from gateway.language import said


def listing(view: View) -> list[RenderableType]:
    """All lists, those without a case left out but for the first."""
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
            _signs(row.listed, view),
            Text(news or str(case.messages), style="bold green" if news else ""),
            Text(_where(case, view.language)),
        )
    return table


def _where(case: Case, language: str) -> str:
    """The place in the list: where evidence tells none, what the texts name."""
    told = ", ".join(named(case, language))
    return harmless(case.place, 200) if case.is_placed or not told else told


def named(case: Case, language: str) -> list[str]:
    """What the texts name of the place."""
    return [label(name, language, value=harmless(value, 120)) for name, value in case.named.items()]


def _nature_style(case: Case) -> str:
    return "bold" if case.nature == "violence" else ""


def _signs(listed: Listed, view: View) -> Text:
    case, wait, language = listed.case, listed.wait, view.language
    signs = Text()
    for limit in listed.limits:
        late = limit.due_at < view.now
        left = label("late_by" if late else "left", language, time=clock(abs(limit.due_at - view.now)))
        signs.append(f"{label(limit.what, language)} {left}", style="bold red" if late else "red").append(" ")
    for shown, name, style in (
        (case.life_threat, "life_threat", "bold white on red"),
        (case.silent, "silent", "bold black on yellow"),
        ("takeover" in case.warnings, "takeover", "bold black on yellow"),
    ):
        if shown:
            signs.append(f"{said(FINDINGS, name, language)}", style=style).append(" ")
    if wait and wait.part and not case.discreet:
        signs.append(label(f"part_{wait.part}", language), style="cyan").append(" ")
    if wait and wait.raised:
        signs.append(label("raised", language), style="red")
    return signs
