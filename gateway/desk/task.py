"""The task of a case of violence whose words wait apart, for whoever has the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind
from gateway.store.waiting import TASK


@dataclass(frozen=True, slots=True)
class Task:
    """
    Attributes:
        queue: the agency that has it.
        desk: who has accepted it; empty: it waits.
        outcome: how it ended; empty: it has not.
    """

    queue: str
    desk: str = ""
    outcome: str = ""


def task_of(entries: Sequence[Entry]) -> Task | None:
    """What the timeline tells of it; None: it is not apart."""
    apart = any(entry.kind is Kind.PARTED for entry in entries)
    task: Task | None = None
    for entry in entries if apart else ():
        data = entry.data
        queue, desk = str(data.get("queue", "")), str(data.get("desk", ""))
        is_task = data.get("medium") == "message" and data.get("part", TASK) == TASK
        if is_task and entry.kind is Kind.HANDED_OFF and not (task and task.desk):
            task = Task(queue)
        elif is_task and entry.kind in (Kind.OVERFLOWED, Kind.MOVED):
            task = Task(str(data.get("to", "")))
        elif is_task and entry.kind is Kind.ACCEPTED:
            task = Task(queue, desk)
        elif is_task and entry.kind is Kind.RELEASED:
            task = Task(queue)
        elif is_task and entry.kind is Kind.DONE:
            task = Task(queue, desk, str(data.get("outcome", "")))
    return task
