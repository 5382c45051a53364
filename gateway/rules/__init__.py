"""The rules in force: loaded once, replaced when the file changes, kept when a change is faulty."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from gateway.incident.errors import Refused, RulesRefused
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import MOST_URGENT, Rule, Rules, contradictions
from gateway.rules.file import Reader
from gateway.rules.form import Faults
from gateway.rules.rulebook import (
    OPERATORS,
    PROTECTION,
    Agency,
    Desk,
    FollowUp,
    Neighbour,
    Policies,
    Rulebook,
    Target,
    Trunk,
)
from gateway.settings import Settings
from gateway.yaml_file import read

__all__ = [
    "OPERATORS",
    "Agency",
    "CurrentRules",
    "Desk",
    "Neighbour",
    "Policies",
    "Rulebook",
    "Target",
    "Trunk",
    "examine",
    "load",
]

CHECK_EVERY_SECONDS = 1.0


def load(path: Path) -> Rulebook:
    """The rulebook in this file.

    Raises:
        RulesRefused: the first fault, with file and line.
    """
    book, faults = examine(path)
    if book is None:
        raise faults[0]
    return book


def examine(path: Path) -> tuple[Rulebook | None, Faults]:
    """The rulebook, or None and every fault found, in the order of lines."""
    faults: Faults = []
    try:
        reader = Reader(read(path), faults)
    except Refused as fault:
        return None, [RulesRefused(fault.where, fault.why)]
    if not faults:  # what half-read rules decide would be a guess
        faults.extend(contradictions(reader.rules))
        faults.extend(_broken_promises(reader.rules))
        faults.extend(_exposed_victims(reader.rules, reader.agencies))
    if faults:
        return None, sorted(faults, key=_line)
    rules = Rules(tuple(reader.rules))
    return Rulebook(rules, reader.agencies, reader.trunks, reader.policies, reader.neighbours), []


def _broken_promises(rules: Sequence[Rule]) -> Iterator[RulesRefused]:
    """Where rules do not put violence first. Every report that rules can tell apart is tried."""
    told: set[str] = set()
    for report in _every_report(rules):
        rule = next((rule for rule in rules if rule.when.fits(report)), None)
        if rule is None or rule.name in told:
            continue
        if (report.nature is Nature.VIOLENCE) != (rule.route.priority == MOST_URGENT):
            told.add(rule.name)
            given = f"rule {rule.name!r} gives {report.nature} priority {rule.route.priority}"
            yield RulesRefused(rule.where, f"{given}: 1 is for violence, and for it alone")


def _every_report(rules: Sequence[Rule]) -> Iterator[Report]:
    # A place is told apart by the finest area that a rule names and that holds it.
    areas = sorted({"", *itertools.chain.from_iterable(rule.when.areas for rule in rules)})
    for nature, medium, area in itertools.product(Nature, Medium, areas):
        for silent, life_threat, injured, rescue, child in itertools.product((False, True), repeat=5):
            yield Report(
                nature, silent, medium, area=area, life_threat=life_threat, injured=injured, rescue=rescue, child=child
            )


def _exposed_victims(rules: Sequence[Rule], agencies: Mapping[str, Agency]) -> Iterator[RulesRefused]:
    """Where rules for violence would harm who told of it, or leave out who protects them."""
    for rule in rules:
        when, route = rule.when, rule.route
        if Nature.VIOLENCE not in when.natures:
            continue
        if route.abandoned != FollowUp.NOTHING:
            why = "the telephone may be in the other person's hand: write `abandoned: nothing`"
            yield RulesRefused(
                rule.where, f"rule {rule.name!r} is for violence and has abandoned {route.abandoned}: {why}"
            )
        if not agencies[route.queue].sees_violence and not (when.life_threat or when.injured):
            why = "give it `sees_violence: yes`, or the rule another queue or the condition `injured: yes`"
            yield RulesRefused(
                rule.where, f"rule {rule.name!r} sends violence to {route.queue}, which may not know: {why}"
            )
        if PROTECTION in agencies and PROTECTION not in (route.queue, *route.inform):
            why = f"add `inform: [{PROTECTION}]`"
            yield RulesRefused(
                rule.where, f"rule {rule.name!r} is for violence, and {PROTECTION} does not learn of it: {why}"
            )


def _line(fault: RulesRefused) -> int:
    line = fault.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


class CurrentRules:
    """The rules in force, for many threads. A caller never waits for a change to be read, but the one who finds it.

    Args:
        alarm: told once of each faulty change; the last good rules stay in force.

    Raises:
        RulesRefused: the file is faulty at start, when there are no last good rules to stay in force.
    """

    def __init__(self, settings: Settings, alarm: Callable[[str], object], clock: Callable[[], float] = time.monotonic):
        self._path = settings.rules
        self._alarm = alarm
        self._clock = clock
        self._lock = threading.Lock()
        self._seen = _stamp(self._path)
        self._checked = clock()
        self._book = load(self._path)

    def fresh(self) -> Rulebook:
        """The rules as they stand; looks at the file at most once a second. Never raises."""
        if self._clock() - self._checked >= CHECK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._book

    def _look(self) -> None:
        self._checked = self._clock()
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._book = load(self._path)
        except Exception as fault:
            # Whatever is wrong with the file or with our reading of it, callers are still routed.
            self._alarm(f"the changed rules were refused, the last good ones stay in force: {fault}")


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when the file does; zeros while there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
