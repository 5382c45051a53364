"""An incident as one agency's desk may see it. Pure: whoever shows it need not know what may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.desk.calls import Call, calls_of, is_lost
from gateway.desk.near import MOST_FIRST, Near, in_words
from gateway.desk.place import SOURCE, WORDS_SOURCE, Offer, whereabouts
from gateway.desk.rights import may_see_all
from gateway.desk.task import Task, task_of
from gateway.desk.thread import Written, thread
from gateway.evidence.discreet import street
from gateway.incident.location import Names
from gateway.incident.report import Nature, told_discreetly
from gateway.incident.routing import MOST_URGENT
from gateway.incident.summary import Before, Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.messages.thread import Delivery, way_to
from gateway.rules.rulebook import Agency

NEEDS = ("life_threat", "injured", "rescue")
"""What every agency sees of every case, besides the place."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and the words it rests on; empty words: they are not for this desk."""

    what: str
    words: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """
    Attributes:
        discreet: need and place alone are shown; the rest is withheld.
        nature: what this desk may call it.
        queue: where it was handed off last; empty where that is not for this desk to know.
        priority: 1 to 5; of a discreet case never 1, which alone would tell what it is.
        place: in words, with how sure it is, its age, and what contradicts it.
        is_placed: somebody can be sent there.
        position: latitude and longitude of its centre; None of an area.
        named: what the texts name: street, rt, rw, landmark; and ``said``, a desk's last words that name no area.
        number: E.164; None if there is none or it is not for this desk.
        reachable: an answer has somewhere to go.
        calls: those of this incident, in order.
        messages: how many came in all.
        desk: who has the thread now; empty: nobody, or not for this desk to know.
        warnings: what stands on top, the worst first: names as in words.WARNINGS.
        informed: agencies that were told; empty where that would tell what it is.
        before: the number's case before this one, which may be going on; None: none, or not for this desk.
        task: what another agency does about it, where the words are apart from that; None: they are not.
        radius_m, source, observed_at, doubts, proposals, offers: as in place.Whereabouts.
        facilities: who helps and who comes, the most useful first, in words.
    """

    incident: str
    discreet: bool
    nature: str
    priority: int
    queue: str
    opened_at: float
    place: str
    is_placed: bool
    position: tuple[float, float] | None
    named: Mapping[str, str]
    number: str | None
    reachable: bool
    silent: bool
    life_threat: bool
    language: str
    calls: tuple[Call, ...]
    messages: int
    desk: str
    closed: bool
    muted: str
    warnings: tuple[str, ...]
    found: tuple[Found, ...]
    lines: tuple[Written, ...]
    informed: tuple[str, ...]
    before: Before | None = None
    task: Task | None = None
    radius_m: float | None = None
    source: str = ""
    observed_at: float | None = None
    doubts: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    facilities: tuple[str, ...] = ()

    @property
    def caller_with(self) -> str:
        """The desk that has a caller of it on the line now; empty: none, or not for this desk to know."""
        return next((call.desk for call in reversed(self.calls) if call.desk and not call.over), "")


def case(
    identifier: str,
    entries: Sequence[Entry],
    agency: Agency,
    names: Names | None,
    now: float,
    language: str = "id",
    nearby: Near | None = None,
) -> Case:
    """The case that these entries, in their order, amount to for a desk of this agency.

    Args:
        names: the gazetteer.
        language: of what the desk reads: ``id``, ``en``.
        nearby: who helps and who comes; None: nobody is named.
    """
    incident = add_up(identifier, entries)
    readable = may_see_all(agency, incident, entries)
    place = whereabouts(incident, names, now, language, discreet=not readable)
    filed = _last(entries, Kind.FILED, medium="message")
    whole = Case(
        incident=identifier,
        discreet=False,
        nature=incident.nature,
        priority=incident.priority or MOST_URGENT,
        queue=incident.queue,
        opened_at=incident.opened_at,
        place=place.words,
        is_placed=place.is_placed,
        position=place.position,
        named={**_named(filed), **_worded(incident)},
        number=incident.number,
        reachable=way_to(entries) is not None,
        silent=incident.silent,
        life_threat=incident.life_threat,
        language=str(filed.get("language", "id")),
        calls=tuple(calls_of(entries)),
        messages=incident.messages,
        desk=incident.desk,
        closed=incident.closed,
        muted=incident.muted,
        warnings=tuple(_warnings(incident, filed, entries)),
        found=tuple(_found(filed)),
        lines=tuple(thread(entries)),
        informed=incident.inform,
        before=incident.before,
        task=task_of(entries),
        radius_m=place.radius_m,
        source=place.source,
        observed_at=place.observed_at,
        doubts=place.doubts,
        proposals=place.proposals,
        offers=place.offers,
    )
    if incident.before and not agency.sees_violence:
        # Of the case before it knows nothing, and who was told because of that would tell it.
        others = tuple(name for name in whole.informed if name not in incident.before.agencies)
        whole = replace(whole, before=None, informed=others)
    if not readable:
        # With whom it was first would tell what it is.
        whole = replace(_discreet(whole), queue=whole.queue if whole.queue == agency.id else "")
    if nearby is None or not place.is_placed:
        return whole
    # By what this desk may call it: an order of its own would tell what it is.
    found = nearby(place.location, whole.nature)[:MOST_FIRST]
    return replace(whole, facilities=tuple(in_words(each, language) for each in found))


def need_and_place(case: Case) -> Case:
    """Any case in the one form that the systems of who may not know of violence get: nothing which is there, or is
    missing, tells that it is such a case."""
    shown = _discreet(case)
    warnings = tuple(warning for warning in shown.warnings if warning != "discreet")
    return replace(shown, warnings=warnings, named={}, before=None)


_OF_ANY = ("life_threat", "lost", "silent", "calling", "closed")
"""Warnings that any agency may know of any case."""


def _discreet(case: Case) -> Case:
    """Need and place alone."""
    found = tuple(Found(each) for each in dict.fromkeys(found.what for found in case.found) if each in NEEDS)
    warnings = tuple(warning for warning in case.warnings if warning in _OF_ANY)
    nature = _need(case.nature, found)
    return replace(
        case,
        discreet=True,
        nature=nature,
        named={name: words for name in ("street", "rt", "rw") if (words := street(case.named.get(name, "")))},
        # Of what is told alike the priority is, too: never 1, which alone would tell.
        priority=MOST_URGENT + 1 if nature == Nature.OTHER else max(case.priority, MOST_URGENT + 1),
        number=None,
        reachable=False,
        desk="",
        muted="",
        warnings=("discreet", *warnings),
        found=found,
        lines=(),
        informed=(),
        task=None,
        calls=tuple(replace(call, desk="", waits="") for call in case.calls),
    )


def _need(nature: str, found: Sequence[Found]) -> str:
    """What a case is to who may not know of violence: to who comes for the injured, it is what brings him to others."""
    if nature == Nature.VIOLENCE and any(each.what == "injured" for each in found):
        return Nature.MEDICAL.value
    return told_discreetly(nature)


def _warnings(incident: Incident, filed: Mapping[str, object], entries: Sequence[Entry]) -> Iterator[str]:
    if filed.get("takeover") or incident.muted == "takeover":
        yield "takeover"
    if incident.life_threat:
        yield "life_threat"
    if is_lost(entries) and not incident.closed:
        yield "lost"
    if incident.silent:
        yield "silent"
    if incident.muted:
        yield f"muted_{incident.muted}"
    if any(not call.over for call in calls_of(entries)):
        yield "calling"
    if any(line.status == Delivery.UNCERTAIN for line in thread(entries)):
        yield "uncertain"
    if incident.closed:
        yield "closed"


def _found(filed: Mapping[str, object]) -> Iterator[Found]:
    why = filed.get("why")
    for item in why if isinstance(why, list | tuple) else ():
        if isinstance(item, Mapping):
            yield Found(str(item.get("what", "")), str(item.get("words", "")), str(item.get("rule", "")))


def _named(filed: Mapping[str, object]) -> dict[str, str]:
    place = filed.get("place")
    if not isinstance(place, Mapping):
        return {}
    return {name: str(place[name]) for name in ("street", "rt", "rw", "landmark") if place.get(name)}


def _worded(incident: Incident) -> dict[str, str]:
    """A desk's last words of the place, where it has not named an area since."""
    by_desks = [data for data in incident.evidence if data.get("source") in (SOURCE, WORDS_SOURCE)]
    if not by_desks or by_desks[-1].get("source") != WORDS_SOURCE:
        return {}
    return {"said": str(by_desks[-1].get("label", ""))}


def _last(entries: Sequence[Entry], kind: Kind, **wanted: object) -> Mapping[str, object]:
    """The data of the last entry of this kind whose data have these values; none: no data."""
    for entry in reversed(entries):
        if entry.kind is kind and all(entry.data.get(name) == value for name, value in wanted.items()):
            return entry.data
    return {}
