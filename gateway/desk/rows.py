"""The lists of a desk as a page shows them: who waits, what it has, of what it was told, whom it has on the line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.desk.case import Case, case
from gateway.desk.earlier import medium_of
from gateway.desk.glance import Glance, Kept
from gateway.desk.limits import LIMITS_AT_ONCE, LIMITS_LOOKED_AT, NEAR_SECONDS, running_out
from gateway.desk.missed import MISSED_AT_ONCE, MISSED_SECONDS, lists_of, may_take, missed_for
from gateway.desk.on_the_line import ENDED
from gateway.desk.order import seen_order
from gateway.desk.parts import as_one
from gateway.desk.rights import has_answered, is_here
from gateway.desk.shown import Told, call_shown
from gateway.desk.sight import INFORMED_AT_ONCE, SNAPSHOT_SECONDS, WAITING_AT_ONCE
from gateway.incident.location import Names
from gateway.incident.timeline import Kind
from gateway.queues.drills import is_drill
from gateway.queues.raising import RAISED_PRIO
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store.waiting import Wait

ROW_SECONDS = 10.0
"""A row that nothing happened to is made anew so often: the place in it tells its age."""

TOLD_OF_SECONDS = 24 * 3600.0
"""A call's case that an agency was told of, and that nobody closed, is listed for so long."""

TALKED_SECONDS = 24 * 3600.0
"""A call's case that its desk has not ended stays its own for so long."""

LIMITS_SECONDS = 2.0
"""What the law wants before long is looked at so often."""

Row = dict[str, Any]

_FIELDS = ("incident", "nature", "priority", "place", "is_placed", "silent", "life_threat", "discreet", "messages",
           "desk", "queue", "warnings",
           "radius_m", "observed_at")  # fmt: skip


@dataclass
class Rows:
    """Safe to share between threads.

    Attributes:
        rulebook: the rules in force, asked each time.
        names: the gazetteer.
    """

    glance: Glance
    rulebook: Callable[[], Rulebook]
    names: Names | None = None
    now: Callable[[], float] = time.time
    _kept: Kept = field(default_factory=Kept)

    def of_agency(self, agency: Agency, language: str) -> dict[str, Any]:
        """What every desk of the agency is shown.

        Raises:
            StoreAway: nobody can say.
        """
        waiting = as_one(self.glance.line(agency.id, WAITING_AT_ONCE))
        if not agency.sees_violence:
            waiting = self._as_seen(waiting, agency, language)
        return {
            "waiting": self._of_waits(waiting, agency, language),
            "waiting_count": self.glance.length(agency.id),
            "missed": self._missed(agency, language),
            "limits": self.glance.kept.get(
                ("limits of", agency.id, language), "", LIMITS_SECONDS, lambda: self._limits(agency, language)
            ),
            "queue": self._queue(agency, language),
        }

    def _as_seen(self, waits: Sequence[Wait], agency: Agency, language: str) -> list[Wait]:
        """In the order of what the agency may know of each."""
        known = self.glance.told([wait.incident for wait in waits])
        seen = [
            (seen_order(self._seen(each, agency, language)[0], wait.since, raised=wait.raised), wait)
            for each, wait in zip(known, waits, strict=True)
            if each.lines
        ]
        return [wait for _, wait in sorted(seen, key=lambda pair: pair[0])]

    def _missed(self, agency: Agency, language: str) -> list[Row]:
        """Callers who hung up before anybody answered, and whom no desk of the agency has taken on; the latest,
        in the order in which they are to be reached: priority first, then who has waited longest.

        What follows such a call tells what the case is: nothing does after violence.
        """
        listed = self.glance.missed(lists_of(agency), self.now() - MISSED_SECONDS)
        book, rows = self.rulebook(), []
        for known in self.glance.told(list(dict.fromkeys(listed))):
            found = missed_for(agency, known.incident, known.entries, book) if known.lines else None
            if found and not found.taken_by(agency):
                row = self.row(known, agency, language, None)
                then = None if row["discreet"] else {"what": found.what, "outcome": found.outcome}
                rows.append({**row, "since": found.since, "follow_up": then})
        latest = sorted(rows, key=lambda row: -row["since"])[:MISSED_AT_ONCE]
        return sorted(latest, key=lambda row: (row["priority"], row["since"]))

    def _limits(self, agency: Agency, language: str) -> list[Row]:
        """Cases of which the law wants something before long; an agency that may not know of violence has none."""
        if not agency.sees_violence:
            return []
        rows = []
        for known in self.glance.told(self.glance.limits(self.now() + NEAR_SECONDS, LIMITS_LOOKED_AT)):
            due = running_out(agency, known.incident, known.entries, self.now()) if known.lines else []
            if due:
                limits = [{"what": e.what, "due_at": e.due_at, "late": e.due_at < self.now()} for e in due]
                rows.append({**self.row(known, agency, language, None), "limits": limits})
        return sorted(rows[-LIMITS_AT_ONCE:], key=lambda row: row["limits"][0]["due_at"])

    def of_desk(self, agency: Agency, desk: str, language: str, on_line: Iterable[str] = ()) -> dict[str, Any]:
        """What one desk is shown besides."""
        held = sorted((wait for wait in self.glance.held() if wait.desk == desk), key=lambda wait: wait.at)
        calls = self._calls(agency, desk, language, on_line)
        listed = {wait.incident for wait in held} | {row["incident"] for row in calls}
        return {
            "mine": [*self._of_waits(held, agency, language), *self._talked(agency, desk, language, listed)],
            "informed": [row for row in self._informed(agency, desk, language) if row["incident"] not in listed],
            "calls": calls,
        }

    def _talked(self, agency: Agency, desk: str, language: str, listed: set[str]) -> list[Row]:
        """Cases of callers whom the desk had on the line, and that it has not ended."""
        answered = self.glance.answered(desk, self.now() - TALKED_SECONDS)
        known = self.glance.told([incident for incident in answered if incident not in listed])
        return [self.row(each, agency, language, None) for each in known if each.lines and _is_its(each, desk)]

    def _of_waits(self, waits: Sequence[Wait], agency: Agency, language: str) -> list[Row]:
        waits = as_one(waits)
        known = self.glance.told([wait.incident for wait in waits])
        return [self.row(each, agency, language, wait) for each, wait in zip(known, waits, strict=True) if each.lines]

    def _informed(self, agency: Agency, desk: str, language: str) -> list[Row]:
        """Open cases that another agency has."""
        make = lambda: self._told_of(agency, language)  # noqa: E731 - handed on
        found = self.glance.moment(("informed", agency.id, language), make)
        return [row for desks, row in found if desk not in desks]

    def _told_of(self, agency: Agency, language: str) -> list[tuple[set[str], Row]]:
        """The rows, each with the desks that have something of it."""
        inbox = self.glance.inbox(agency.id, INFORMED_AT_ONCE)
        waits = self.glance.waits_of(inbox)
        elsewhere = [name for name in inbox if not any(is_here(agency, wait) for wait in waits[name])]
        found = []
        for known in self.glance.told(elsewhere):
            own = waits[known.incident.id]
            is_late = self.now() - known.incident.last_at > TOLD_OF_SECONDS
            is_missed = may_take(agency, known.incident, known.entries, self.rulebook())
            if known.lines and not known.incident.closed and not is_missed and (own or not is_late):
                row = self.row(known, agency, language, own[-1] if own else None)
                found.append(({wait.desk for wait in own}, row))
        return found

    def _calls(self, agency: Agency, desk: str, language: str, on_line: Iterable[str]) -> list[Row]:
        seen = self.glance.snapshot()
        fresh = seen.queues if seen and self.now() - seen.at <= SNAPSHOT_SECONDS else ()
        talking = [call.incident for queue in fresh for call in queue.talking if call.desk == desk and call.incident]
        rows = []
        for known in self.glance.told(list(dict.fromkeys([*talking, *on_line]))):
            call = call_shown(known, agency, desk)
            if call and call["state"] != ENDED:
                rows.append({**self.row(known, agency, language, None), "call": call})
        return rows

    def _queue(self, agency: Agency, language: str) -> dict[str, Any]:
        """The callers who wait for the agency, the next one first."""
        seen = self.glance.snapshot()
        if seen is None or self.now() - seen.at > SNAPSHOT_SECONDS:
            return {"waiting": None, "calls": []}
        waiting = [call for queue in seen.queues if queue.name == agency.id for call in queue.callers]
        known = {
            each.incident.id: each
            for each in self.glance.told([c.incident for c in waiting if c.incident][:WAITING_AT_ONCE])
        }
        rows = [
            {
                **self.row(known[call.incident], agency, language, None),
                "since": call.since,
                "raised": agency.sees_violence and call.prio >= RAISED_PRIO,
            }
            for call in waiting[:WAITING_AT_ONCE]
            if call.incident in known and known[call.incident].lines
        ]
        if not agency.sees_violence:  # as in the order of messages
            rows.sort(key=lambda row: row["since"])
        return {"waiting": len(waiting), "calls": rows}

    def row(self, known: Told, agency: Agency, language: str, wait: Wait | None) -> Row:
        """The case in short."""
        seen, medium = self._seen(known, agency, language)
        shown = not seen.discreet
        return {
            **{name: getattr(seen, name) for name in _FIELDS},
            "medium": medium,
            "since": wait.since if wait else known.incident.opened_at,
            "raised": bool(wait and wait.raised),
            "part": wait.part if wait and shown else "",
            "test": is_drill(known.entries),
        }

    def _seen(self, known: Told, agency: Agency, language: str) -> tuple[Case, str]:
        version = (len(known.lines), known.lines[-1].id)
        name = (known.incident.id, agency.id, language)
        make = lambda: self._made(known, agency, language)  # noqa: E731 - handed on
        return self._kept.get(name, version, ROW_SECONDS, make)

    def _made(self, known: Told, agency: Agency, language: str) -> tuple[Case, str]:
        seen = case(known.incident.id, known.entries, agency, self.names, self.now(), language)
        return seen, medium_of(known.entries)


def _is_its(known: Told, desk: str) -> bool:
    """Whether the desk has the case still, or its task in it."""
    if known.incident.closed:
        return False
    if any(entry.kind is Kind.DONE and entry.data.get("desk") == desk for entry in known.entries):
        return False
    return has_answered(desk, known.entries)
