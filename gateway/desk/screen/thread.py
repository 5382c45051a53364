"""One case on a desk's screen: what could do harm on top, then what is known, then the thread."""

from __future__ import annotations

from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gateway.desk.calls import Call
from gateway.desk.case import Case
from gateway.desk.harmless import harmless
from gateway.desk.labels import label
from gateway.desk.screen.listing import named
from gateway.desk.screen.view import View, clock
from gateway.desk.task import Task
from gateway.desk.thread import Written
from gateway.desk.words import FINDINGS, MUTED, NATURES, OUTCOMES, STATUSES, WARNINGS
from gateway.language import LANGUAGES, said
from gateway.time_of_day import time_of_day
from sms.thread import Author

_BAD = ("undelivered", "failed", "expired", "uncertain")
LATEST_CALLS = 3
LATE_SECONDS = 120
"""A text that was under way for longer is shown with when it was written."""

_WORST = ("takeover", "silent", "life_threat", "lost")


def known(view: View, case: Case) -> list[RenderableType]:
    """All that stands above the thread."""
    language = view.language
    top = [*_warnings(case, language), _headline(view, case), *_place(case, language)]
    return [*top, *_why(case, language), *_before(case, language)]


def written(case: Case, language: str) -> list[RenderableType]:
    """The thread, or why it is not shown."""
    if case.discreet:
        return [Text(f" {label('no_texts', language)}", style="bold")]
    return [_line(line, language) for line in case.lines]


def _warnings(case: Case, language: str) -> list[RenderableType]:
    shown = []
    for warning in case.warnings:
        words = WARNINGS.get(warning, MUTED)[LANGUAGES.index(language)]
        shown.append(Text(f" {words} ", style="bold white on red" if warning in _WORST else "bold black on yellow"))
    return [Columns(shown, padding=(0, 1))] if shown else []


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
    if wait is None and case.caller_with:
        return label("state_call", view.language, desk=case.caller_with)
    if wait is None and case.calls and all(call.over for call in case.calls):
        desk = next((call.desk for call in reversed(case.calls) if call.desk), "")
        return label("state_answered", view.language, desk=desk) if desk else label("state_ended", view.language)
    queue = f"{wait.queue} {clock(view.now - wait.since)}" if wait else case.queue
    return label("state_waiting", view.language, queue=queue)


def _place(case: Case, language: str) -> list[Text]:
    lines = [Text(f" {label('place', language)}: ", style="dim").append(harmless(case.place, 400), style="bold")]
    told = [words for words in named(case, language) if (words.partition(": ")[2] or words) not in case.place]
    if told:
        lines.append(Text("   " + " · ".join(told)))
    lines += [Text(f"   {harmless(each, 200)}", style="bold yellow") for each in case.proposals]
    lines += [Text(f"   {label('offer', language, offer=str(each))}", style="yellow") for each in case.offers]
    if case.facilities:
        nearest = "; ".join(harmless(each, 120) for each in case.facilities)
        lines.append(Text(f"   {label('facilities', language)}: ", style="dim").append(nearest))
    return lines


def _why(case: Case, language: str) -> list[Text]:
    """Each thing found once, with all the words it rests on."""
    if not case.found:
        return []
    line = Text(f" {label('why', language)}: ", style="dim")
    for number, what in enumerate(dict.fromkeys(found.what for found in case.found)):
        line.append("; " if number else "").append(said(FINDINGS, what, language))
        alike = [found for found in case.found if found.what == what]
        if any(found.rule.startswith("model") for found in alike):
            line.append(f" ({label('model', language)})", style="dim")
        words = dict.fromkeys(harmless(found.words, 80) for found in alike if not found.rule.startswith("model"))
        quoted = ", ".join(f"“{each}”" for each in words if each)
        line.append(f" {quoted}" if quoted else "", style="italic")
    return [line]


def _before(case: Case, language: str) -> list[Text]:
    calls = "; ".join(_call(call, case, language) for call in case.calls[-LATEST_CALLS:])
    told = f" ({calls})" if calls else ""
    words = label("contacts", language, calls=len(case.calls), told=told, messages=case.messages)
    line = Text(f" {label('before', language)}: ", style="dim").append(words)
    if case.before:
        nature = said(NATURES, case.before.nature, language)
        told = label("case_before", language, nature=nature, incident=case.before.incident[:8])
        line.append(" · ").append(told, style="bold yellow")
    if case.task:
        line.append(" · ").append(_task(case.task, language), style="bold")
    if case.informed:
        line.append(" · " + label("told", language, who=", ".join(case.informed)))
    return [line]


def _task(task: Task, language: str) -> str:
    outcome = said(OUTCOMES, task.outcome, language)
    name = "task_done" if task.outcome else "task_accepted" if task.desk else "task_waits"
    return label(name, language, queue=task.queue, desk=task.desk, outcome=outcome)


def _call(call: Call, case: Case, language: str) -> str:
    name = "call" if call.desk else "call_missed"
    if not call.over:
        name = "call_now"
    at = time_of_day(call.at, "%H:%M")
    # Of a discreet case this desk is not told who answered.
    return at if case.discreet and call.over else label(name, language, at=at, desk=call.desk)


def _line(line: Written, language: str) -> RenderableType:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=9, no_wrap=True)
    row.add_column(width=9, no_wrap=True, overflow="ellipsis")
    row.add_column(ratio=1)
    own = line.author is not Author.WRITER
    who = line.who or label("gateway" if own else "writer", language)
    text = Text(harmless(line.text), style="cyan" if own else "bold")
    if line.missing:
        text.append("  " + label("missing", language, count=line.missing), style="yellow")
    if line.late >= LATE_SECONDS:
        at = time_of_day(line.at - line.late, "%d/%m %H:%M")
        text.append("  " + label("late", language, at=at), style="yellow")
    if own:
        style = "bold white on red" if line.status in _BAD else "dim"
        text.append("  ").append(f"[{said(STATUSES, line.status, language)}]", style=style)
    at = time_of_day(line.at, " %H:%M:%S")
    row.add_row(Text(at, style="dim"), Text(who, style="cyan" if own else "bold green"), text)
    return row
