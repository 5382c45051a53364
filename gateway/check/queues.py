"""The queues and desks of the rules against those of Asterisk: the running one's, or those in its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.channels.ami import Manager
from gateway.rules.rulebook import Rulebook

Queues = dict[str, set[str]]
"""Desk ids by queue."""


def in_force(manager: Manager) -> Queues:
    """What the running Asterisk has. Raises AmiAway, ActionRefused."""
    events = manager.queue_status()
    queues: Queues = {event["Queue"]: set() for event in events if event.get("Event") == "QueueParams"}
    for event in events:
        if event.get("Event") == "QueueMember":
            queues.setdefault(event["Queue"], set()).add(_desk(event.get("Location", "")))
    return queues


def written(file: Path) -> Queues | None:
    """What a queues.conf has; None when there is no such file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    queues: Queues = {}
    desks: set[str] = set()
    for line in lines:
        section = re.match(r"\[([^]]+)\](\(!)?", line)
        member = re.match(r"member\s*=>?\s*([^,;]+)", line)
        if section:
            desks = set()
            if section[1] != "general" and not section[2]:
                desks = queues.setdefault(section[1], set())
        elif member:
            desks.add(_desk(member[1].strip()))
    return queues


def _desk(interface: str) -> str:
    """``110-1`` of ``PJSIP/110-1`` or ``Local/110-1@desks/n``."""
    return interface.partition("/")[2].partition("@")[0].partition("/")[0]


def differences(book: Rulebook, there: Queues) -> Iterator[str]:
    """Each queue or desk that only one side has, as a sentence."""
    for agency in book.agencies.values():
        if agency.id not in there:
            yield f"agency {agency.id} has no queue"
            continue
        wanted = {desk.id for desk in agency.desks}
        yield from (f"desk {desk} is missing in queue {agency.id}" for desk in sorted(wanted - there[agency.id]))
        yield from (f"queue {agency.id} has a desk {desk} unknown to it" for desk in sorted(there[agency.id] - wanted))
    yield from (f"queue {name} is no agency's" for name in sorted(set(there) - set(book.agencies)))
