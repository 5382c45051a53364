"""Callers who hung up before anybody answered, until a desk has taken them on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.desk.rights import is_on_the_line
from gateway.incident.report import Medium, Nature
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Job, Kind
from gateway.messages.parting import reader, route_of_violence
from gateway.rules.rulebook import Agency, Rulebook
from gateway.store.changes import hung_up_in
from gateway.store.waiting import MISSED_VIOLENCE, TASK

MISSED_SECONDS = 24 * 3600.0
"""A caller is listed for so long after the hang-up."""

MISSED_AT_ONCE = 50
"""The latest who are listed."""

_DESK = "desk:"
"""How an act tells which desk did it."""

_HAS_THE_CALLER = (Kind.ANSWERED, Kind.JOINED)


@dataclass(frozen=True, slots=True)
class Missed:
    """
    Attributes:
        queue: the agency for which the caller waited; of the dialogue the operators'.
        channel_id: the call.
        since: when the caller hung up, seconds since the epoch.
        what: which follow-up the rules wanted: ``call_back``, ``sms``, ``nothing``.
        outcome: what became of it so far (gateway.incident.follow_up.Outcome); empty: nothing yet.
        takers: by agency, the desk that has taken the caller on.
        done: agencies whose desk has ended that.
        reached_by: desks that have talked or written with the caller since.
        put_back: how often a desk has put the caller back.
        tried: desks that have rung or written since they took the caller on.
    """

    queue: str
    channel_id: str
    since: float
    what: str
    outcome: str = ""
    takers: tuple[tuple[str, str], ...] = ()
    done: tuple[str, ...] = ()
    reached_by: tuple[str, ...] = ()
    put_back: int = 0
    tried: tuple[str, ...] = ()

    def taken_by(self, agency: Agency) -> str:
        """The desk of the agency that has taken the caller on; empty: none has."""
        return dict(self.takers).get(agency.id, "")


def missed(entries: Sequence[Entry]) -> Missed | None:
    """The last hang-up of a case, and what was done about it since; None: there is none, or the caller rang again."""
    found: Missed | None = None
    talking: set[str] = set()
    for entry in entries:
        if entry.kind in _HAS_THE_CALLER:
            talking.add(entry.channel_id)
        elif entry.kind is Kind.ENDED:
            talking.discard(entry.channel_id)
        if entry.kind is Kind.ABANDONED and not talking:
            what = str(entry.data.get("follow_up", ""))
            found = Missed(hung_up_in(entry), entry.channel_id, entry.at, what)
        elif found:
            found = _after(found, entry)
    return None if found and is_on_the_line(entries) else found


def _after(found: Missed, entry: Entry) -> Missed | None:
    """What a later entry leaves of it."""
    data = entry.data
    if entry.kind is Kind.CLOSED:
        return None
    if entry.kind in _HAS_THE_CALLER or (entry.kind is Kind.ACCEPTED and data.get("part") != TASK):
        return replace(found, reached_by=(*found.reached_by, str(data.get("desk", ""))))
    # Who rings again is in the queues by that call, and if that one is abandoned, it is told as that.
    if entry.kind is Kind.OPENED and data.get("medium") != Medium.MESSAGE:
        return None
    if entry.kind is Kind.TAKEN:
        return replace(found, takers=(*found.takers, (str(data.get("queue", "")), str(data.get("desk", "")))))
    if entry.kind is Kind.PUT_BACK:
        takers = tuple(taker for taker in found.takers if taker[0] != data.get("queue"))
        return replace(found, takers=takers, put_back=found.put_back + 1)
    if entry.kind is Kind.DONE:
        return replace(found, done=(*found.done, str(data.get("queue", ""))))
    if entry.kind in (Kind.FOLLOW_UP, Kind.REPLY) and str(data.get("by", "")).startswith(_DESK):
        return replace(found, tried=(*found.tried, str(data["by"]).removeprefix(_DESK)))
    if entry.kind is Kind.FOLLOW_UP and entry.channel_id == found.channel_id:
        return replace(found, outcome=str(data.get("outcome", "")))
    return found


def missed_for(agency: Agency, known: Incident, entries: Sequence[Entry], book: Rulebook) -> Missed | None:
    """The hang-up as far as it is for this agency, taken on by one of its desks or not; None: there is none.

    Of violence whose task was to be done by who may not know of it, there are two: that task, and for who may know the
    caller, as messages are parted.
    """
    found = missed(entries)
    if found is None or agency.id in found.done:
        return None
    if found.queue == agency.id:
        return None if _is_reached(found, agency) else found
    if found.reached_by or known.nature != Nature.VIOLENCE:
        return None
    here = book.agencies.get(found.queue)
    if here and here.sees_violence:
        return None
    route = route_of_violence(book, known, entries)
    return found if reader(book, (route.queue, *route.inform, *known.inform)) == agency.id else None


def _is_reached(found: Missed, agency: Agency) -> bool:
    """Whether the caller is somebody's already. An agency that may not know of violence has a task, and does that
    whoever talks with the caller."""
    own = {desk.id for desk in agency.desks}
    by = [desk for desk in found.reached_by if agency.sees_violence or desk in own]
    return bool(by)


def lists_of(agency: Agency) -> list[str]:
    """The store's lists of missed callers in which those of this agency stand, among others."""
    others = [MISSED_VIOLENCE] if agency.sees_violence else []
    return [agency.id, *others]


def may_take(agency: Agency, known: Incident, entries: Sequence[Entry], book: Rulebook) -> bool:
    """Whether a desk of the agency may take the caller on."""
    found = missed_for(agency, known, entries, book)
    if found is None:
        return False
    return not found.taken_by(agency)


def has_taken(agency: Agency, desk: str, known: Incident, entries: Sequence[Entry], book: Rulebook) -> Missed | None:
    """The hang-up whose caller this desk is to reach; None: there is none, or somebody has reached him."""
    found = missed_for(agency, known, entries, book)
    return found if found and found.taken_by(agency) == desk else None


def taken(agency: Agency, desk: str, incident: str, found: Missed, now: float) -> Entry:
    """The entry by which a desk takes the caller on; of an agency's desks one does."""
    return Entry(
        incident, Kind.TAKEN, now, {"queue": agency.id, "desk": desk}, _key("taken", agency.id, incident, found)
    )


def put_back(agency: Agency, desk: str, incident: str, found: Missed, why: str, now: float) -> Entry:
    """The entry by which the caller may be taken on by any desk of the agency again, listed as before."""
    data = {"queue": agency.id, "desk": desk, "since": found.since, "why": why}
    return Entry(incident, Kind.PUT_BACK, now, data, _key("put_back", agency.id, incident, found))


def followed_again(incident: str, found: Missed) -> list[Job]:
    """The work of a put back: what the rules wanted may follow after all, if it still may."""
    key = f"follow_up:{found.channel_id}:put_back:{found.put_back + 1}"
    return [Job("follow_up", (incident, found.channel_id, found.what), key=key)] if found.what else []


def _key(act: str, agency: str, incident: str, found: Missed) -> str:
    """Each act once, until the next one of the other kind."""
    again = f":{found.put_back}" if found.put_back else ""
    return f"{incident}:{act}:{agency}:{found.channel_id}:{found.since}{again}"
