"""Nobody's messages wait beyond their bound, in a queue where nobody is, or with a desk that has gone.

As with calls: who comes near the bound goes to the head, and whom an agency does not answer goes on along its chain to
the operators. Besides, violence that came to an agency which may not know of it is parted (parting.py). What is decided
is pure; ``Waits`` looks once a second and has it written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from gateway.hand_off import inform_jobs
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.log import get_logger
from gateway.messages.absent import DESK_GONE, Absent
from gateway.messages.parting import parted, route_of_violence
from gateway.rules.rulebook import OPERATORS, Agency, Rulebook, Target
from gateway.store import GATEWAY, Store
from gateway.store.waiting import TASK, WORDS, Wait

log = get_logger("messages")

UNATTENDED = "no desk is there"
UNANSWERED = "nobody accepted it"

NOBODY = "messages wait, and no agency has a desk that is there: somebody has to start `gateway112 desk`"
AT_ONCE = 500
"""Entries that the store surely takes in its time."""

NOBODY_SECONDS = 60.0
"""The alarm is given so often while nobody comes."""


def comes_near_its_bound(wait: Wait, raise_at: float, now: float) -> bool:
    """Whether it must go before all others now.

    Args:
        raise_at: share of the bound, above 0 and at most 1 (policy).
    """
    return wait.bound is not None and not wait.raised and now - wait.since >= raise_at * wait.bound


def chain(agency: Agency) -> tuple[Target, ...]:
    """The queues in which an agency's messages wait, in order; the last is the operators'. Numbers take none."""
    return (Target(0, queue=agency.id), *(target for target in agency.overflow if target.queue))


def stops_of(wait: Wait, book: Rulebook) -> tuple[Target, ...]:
    """The chain that a wait goes along. What may not be read everywhere passes only where it may."""
    stops = chain(book.agencies.get(wait.first) or book.agencies[OPERATORS])
    if wait.part == TASK or not (wait.violent or wait.part == WORDS):
        return stops
    reading = tuple(stop for stop in stops if book.agencies[str(stop.queue)].sees_violence)
    return reading or (Target(0, queue=OPERATORS),)


def is_to_be_parted(wait: Wait, book: Rulebook) -> bool:
    """Whether it is violence, all of it with an agency that may not read it."""
    agency = book.agencies.get(wait.queue)
    return wait.violent and not wait.part and agency is not None and not agency.sees_violence


def goes_on(
    wait: Wait, stops: Sequence[Target], attended: Collection[str], unattended_seconds: float, now: float
) -> tuple[str, str] | None:
    """The queue to which it goes on now and why; None: it stays.

    It goes on to where somebody is, further on in the chain first, and from where nobody is also back. Where nobody is
    anywhere, it ends with the operators.

    Args:
        attended: queues in which a desk is there.
    """
    queues = [str(stop.queue) for stop in stops]
    here = queues.index(wait.queue) if wait.queue in queues else len(queues) - 1
    later = [queue for queue in queues[here + 1 :] if queue in attended]
    waited = now - wait.entered
    if wait.queue in attended:
        in_time = here + 1 < len(stops) and waited >= stops[here + 1].after
        return (later[0], UNANSWERED) if later and in_time else None
    if waited < unattended_seconds:
        return None
    anywhere = [*later, *(queue for queue in queues[:here] if queue in attended), queues[-1]]
    return (anywhere[0], UNATTENDED) if anywhere[0] != wait.queue else None


def raised(wait: Wait, now: float) -> Entry:
    return _entry(wait, Kind.RAISED, now, queue=wait.queue, waited=round(now - wait.since, 1))


def overflowed(wait: Wait, to: str, why: str, now: float) -> Entry:
    return _entry(wait, Kind.OVERFLOWED, now, queue=wait.queue, to=to, waited=round(now - wait.entered, 1), why=why)


def released(wait: Wait, why: str, now: float) -> Entry:
    """Its desk gives it back, or it is taken from it."""
    return _entry(wait, Kind.RELEASED, now, queue=wait.queue, desk=wait.desk, why=why)


def _entry(wait: Wait, kind: Kind, now: float, **data: object) -> Entry:
    part = {"part": wait.part} if wait.part else {}
    return Entry(wait.incident, kind, now, {"medium": "message", **part, **data})


@dataclass
class Waits:
    """Looks once a second; one process at a time does.

    Attributes:
        rulebook: the rules in force, asked each time.
    """

    store: Store
    rulebook: Callable[[], Rulebook]
    _absent: Absent = field(default_factory=Absent)

    def tick(self, now: float) -> None:
        """Have written what this moment asks for.

        Raises:
            StoreAway: nothing is lost by it; the next look decides anew.
        """
        book, waiting, held = self.rulebook(), self.store.waits.everybody(), self.store.waits.held()
        if self._part([wait for wait in (*waiting, *held) if is_to_be_parted(wait, book)], book, now):
            waiting, held = self.store.waits.everybody(), self.store.waits.held()
        desks = {desk.id: agency.id for agency in book.agencies.values() for desk in agency.desks}
        present = self.store.waits.present({*desks, *(wait.desk for wait in held)}) if waiting or held else set()
        gone = self._absent.gone({wait.desk for wait in held} - present, now)
        attended = {desks[desk] for desk in present if desk in desks}
        entries = [released(wait, DESK_GONE, now) for wait in held if wait.desk in gone]
        entries += [entry for wait in waiting for entry in _due(wait, book, attended, now)]
        if not attended and any(now - wait.since >= book.policies.operators_after for wait in waiting):
            key = f"waiting:nobody:{now // NOBODY_SECONDS:.0f}"
            if self.store.add([Entry(GATEWAY, Kind.ALARM, now, {"what": NOBODY}, key)])[0]:
                log.error("alarm", what=NOBODY)
        for begin in range(0, len(entries), AT_ONCE):
            self.store.add(entries[begin : begin + AT_ONCE])

    def _part(self, waits: Sequence[Wait], book: Rulebook, now: float) -> bool:
        """Where a case became violence by a call, or came to an agency that may not read it; whether any did."""
        done = False
        for wait in waits:
            entries = self.store.timeline(wait.incident)
            apart = parted(wait.incident, entries, book, now, wait.queue)
            route = route_of_violence(book, add_up(wait.incident, entries), entries)
            jobs = inform_jobs(wait.incident, (*(str(entry.data["queue"]) for entry in apart), *route.inform))
            done = (bool(apart) and self.store.add(apart, jobs)[0]) or done
        return done


def _due(wait: Wait, book: Rulebook, attended: Collection[str], now: float) -> list[Entry]:
    on = goes_on(wait, stops_of(wait, book), attended, book.policies.unattended_seconds, now)
    entries = [overflowed(wait, *on, now)] if on else []
    if comes_near_its_bound(wait, book.policies.raise_at, now):
        # Before it moves: it is raised where it is, and stays so.
        entries.insert(0, raised(wait, now))
    return entries
