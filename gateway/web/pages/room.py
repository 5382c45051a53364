"""What a supervisor is shown and does: of the agencies of the account, and of no other.

Who may do what with a contact is in gateway/desk/supervision.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gateway.calls.conference import CallRefused
from gateway.calls.moving import move as move_call
from gateway.desk import supervision
from gateway.desk.alarm_words import in_language
from gateway.desk.brief import Brief, brief
from gateway.desk.glance import Kept
from gateway.desk.shown import Told
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry
from gateway.queues.alarms import Alarm, acknowledged
from gateway.queues.board import contact_lines, is_old, queue_lines
from gateway.queues.overview import Overview
from gateway.queues.snapshot import ask
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store import StoreAway
from gateway.store.board import BoardStore
from gateway.store.duty import OFF, Seats
from gateway.time_of_day import zone
from gateway.web.pages.asterisk import asked_of_asterisk, manager_of
from gateway.web.pages.dead_letters import DeadLetters
from gateway.web.pages.floor import floor_of
from gateway.web.pages.guard import told, visitor
from gateway.web.pages.listening_in import ListeningIn
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused

CONCERNS_SECONDS = 5.0
BRIEF_SECONDS = 15.0


class Room:
    """What a visitor may see and do; each method raises PageRefused, and StoreAway."""

    def __init__(self, parts: Parts):
        self._parts = parts
        self._zone = zone(parts.settings)
        self._kept = BoardStore(parts.store.redis)
        self._asked = Kept()
        self._letters = DeadLetters(parts.settings, parts.store)
        self.overview = Overview(parts.store, parts.rulebook, lambda now: ask(manager_of(parts), now), parts.clock)
        self.listening = ListeningIn(parts, lambda: manager_of(parts)).start()

    def _own(self) -> tuple[dict[str, Agency], Rulebook]:
        book = self._parts.rulebook()
        return {name: book.agencies[name] for name in visitor().agencies if name in book.agencies}, book

    # what is shown

    def shown(self) -> dict[str, Any]:
        """The board of the visitor's agencies; it is told though the store is away."""
        own, book = self._own()
        seen, now = self.overview.look(), self._parts.clock()
        figures = seen.figures
        return {
            "now": now,
            "at": seen.at or None,
            "old": is_old(seen, now),
            "store_away": self.overview.store_away,
            "queues": queue_lines(seen, own, visitor().language, now, self._zone),
            "contacts": [asdict(line) for line in contact_lines(seen, own)],
            "targets": [{"id": each.id, "short": each.short} for each in book.agencies.values()],
            "drills": figures.periods.drills_of_today(now, self._zone) if figures else None,
            "alarms": sum(not alarm["acknowledged"] for alarm in self._alarms_or_none()),
            "listening": self._listens(),
        }

    def contacts(self) -> list[dict[str, Any]]:
        """What each contact is, as far as the visitor may know; never on the wall, where others read along."""
        own, _ = self._own()
        floor = floor_of(self._parts)
        floor.hub.start()
        lines = [line for line in contact_lines(self.overview.look(), own) if line.incident]
        told_of = floor.hub.glance.told([line.incident for line in lines])
        return [
            {"incident": line.incident, "queue": line.queue, **asdict(self._brief(known, line.queue, own))}
            for line, known in zip(lines, told_of, strict=True)
            if known.lines
        ]

    def _brief(self, known: Told, queue: str, own: dict[str, Agency]) -> Brief:
        agency = supervision.as_whom(own, queue, known.incident, known.entries)
        version = (len(known.lines), known.lines[-1].id)
        around, now = floor_of(self._parts).around, self._parts.clock()
        make = lambda: brief(known.incident.id, known.entries, agency, around.names, now)  # noqa: E731 - handed on
        return self._asked.get(("brief", known.incident.id, agency.id), version, BRIEF_SECONDS, make)

    def _alarms_or_none(self) -> list[dict[str, Any]]:
        try:
            return self.alarms()
        except StoreAway:
            return []

    def _listens(self) -> list[dict[str, Any]]:
        try:
            found = self.listening.of(visitor().account.name).values()
        except StoreAway:
            return []
        return [{"incident": what["incident"], "desk": what["desk"], "since": what["since"]} for what in found]

    def alarms(self) -> list[dict[str, Any]]:
        """Those that the visitor is told of, the newest first."""
        found = sorted(self.overview.troubles.alarms.values(), key=lambda alarm: -alarm.last)
        return [self._worded(alarm) for alarm in self._known_of(found)]

    def _worded(self, alarm: Alarm) -> dict[str, Any]:
        what, language = in_language(alarm.what, visitor().language)
        seen_by = acknowledged(alarm, self.overview.acknowledged)
        return {**asdict(alarm), "what": what, "language": language, "acknowledged": seen_by}

    def _known_of(self, alarms: Sequence[Alarm]) -> list[Alarm]:
        own, book = self._own()
        if supervision.sees_all(own, book):
            return list(alarms)
        # Boards ask each second; whom an alarm concerns changes less often.
        version = tuple((alarm.id, alarm.last) for alarm in alarms)
        make = lambda: self._concerning(alarms, own, book)  # noqa: E731 - handed on
        return self._asked.get(tuple(own), version, CONCERNS_SECONDS, make)

    def _concerning(self, alarms: Sequence[Alarm], own: dict[str, Agency], book: Rulebook) -> list[Alarm]:
        entries = self._timelines([alarm.incident for alarm in alarms if alarm.incident])
        return [alarm for alarm in alarms if not alarm.incident or _is_of(own, book, entries, alarm.incident)]

    def _timelines(self, incidents: Sequence[str]) -> dict[str, list[Entry]]:
        wanted = list(dict.fromkeys(incidents))
        return dict(zip(wanted, self._parts.store.timelines(wanted), strict=True)) if wanted else {}

    def dead(self) -> list[dict[str, object]]:
        own, book = self._own()
        self.overview.look()
        return self._letters.shown_to(list(own), book, self.overview.troubles)

    # what is done

    def acknowledge(self, name: str) -> None:
        told(about=name)
        self.overview.look()
        alarm = next((alarm for alarm in self.alarms() if alarm["id"] == name), None)
        if alarm is None:
            raise PageRefused(404, "no_alarm")
        told(incident=str(alarm["incident"]))
        if not alarm["acknowledged"]:
            self._kept.acknowledge(name, visitor().account.name, max(self._parts.clock(), float(alarm["last"])))
            self.overview.forget()

    def again(self, name: str) -> None:
        own, book = self._own()
        told(about=name)
        letter = self._letters.again(name, list(own), book)
        if letter is None:
            raise PageRefused(404, "no_letter")
        told(incident=letter.incident)

    def listen(self, incident: str) -> str:
        """Ring the desk at which the visitor is on duty. Why a call may not be listened to is not told: it may be what
        the visitor may not know."""
        who = visitor()
        told(incident=incident)
        if self.listening.of(who.account.name):
            raise PageRefused(409, "listening_already")
        desk = self._desk_of(who.account.name)
        agency = self._agency_that_talks(incident)
        if agency is None or not self.listening.may(agency, incident):
            raise PageRefused(409, "not_heard")
        told(agency=agency.id, about=desk)
        with asked_of_asterisk():
            try:
                return self.listening.begin(who.account, agency, incident, desk)
            except CallRefused as refused:
                raise PageRefused(409, "own_call" if refused.where == "own_call" else "not_heard") from None

    def stop(self) -> int:
        """Hear no more; how much was listened to."""
        mine = self.listening.of(visitor().account.name)
        with asked_of_asterisk():
            for name in mine:
                self.listening.stop(name)
        return len(mine)

    def _desk_of(self, account: str) -> str:
        desks = [desk.id for agency in self._parts.rulebook().agencies.values() for desk in agency.desks]
        seats = Seats(self._parts.store.redis).of(desks)
        found = next((seat.desk for seat in seats.values() if seat.account == account and seat.state != OFF), "")
        if not found:
            raise PageRefused(409, "at_no_desk")
        return found

    def _agency_that_talks(self, incident: str) -> Agency | None:
        own, _ = self._own()
        talking = (line for line in contact_lines(self.overview.look(), own) if line.desk and line.medium == "call")
        found = next((line.queue for line in talking if line.incident == incident and incident), "")
        return own.get(found)

    def move(self, incident: str, queue: str, medium: str) -> None:
        """Have a contact that waits for one of the visitor's agencies wait for another one."""
        _, book = self._own()
        to = book.agencies.get(queue)
        told(incident=incident, about=queue)
        if to is None:
            raise PageRefused(404, "no_queue")
        if medium == "message":
            self._move_words(incident, to)
        else:
            self._move_call(incident, to)
        self.overview.forget()

    def _move_call(self, incident: str, to: Agency) -> None:
        own, _ = self._own()
        lines = (line for line in contact_lines(self.overview.look(), own) if not line.desk and line.medium == "call")
        agency = own.get(next((line.queue for line in lines if line.incident == incident and incident), ""))
        if agency is None:
            raise PageRefused(409, "not_waiting")
        told(agency=agency.id)
        known = add_up(incident, self._parts.store.timeline(incident))
        if not supervision.may_move(agency, to, violent=supervision.is_violence(known)):
            raise PageRefused(409, "not_there")
        with asked_of_asterisk():
            try:
                before = move_call(manager_of(self._parts), incident, to.id)
            except CallRefused as refused:
                raise PageRefused(409, "not_there" if refused.where == "there_already" else "not_waiting") from None
        self._parts.journal.add([supervision.call_moved(incident, before, to.id, self._parts.clock())])

    def _move_words(self, incident: str, to: Agency) -> None:
        own, _ = self._own()
        waits = [wait for wait in self._parts.store.waits.of_each([incident]) if wait.queue in own and not wait.desk]
        if not waits:
            raise PageRefused(409, "not_waiting")
        told(agency=waits[0].queue)
        free = [wait for wait in waits if supervision.may_move_words(own[wait.queue], to, wait)]
        if not free:
            raise PageRefused(409, "not_there")
        now = self._parts.clock()
        if not any(self._parts.store.add([supervision.moved(wait, to.id, now) for wait in free])):
            raise PageRefused(409, "not_waiting")


def _is_of(own: dict[str, Agency], book: Rulebook, entries: dict[str, list[Entry]], incident: str) -> bool:
    known = entries.get(incident, [])
    return supervision.may_know_of(list(own), book, add_up(incident, known), known)
