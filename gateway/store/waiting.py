"""Who waits for a desk with messages, which desk has whom, and which desks are there.

A line changes with the entry that says so, in its transaction, and only where it is as the entry says (store.lua): of
two desks that accept one incident, one does, and nobody is raised or passed on who was accepted meanwhile.

What nobody took in time goes on to another queue, and stays before the desks of those it has passed: one of them may be
free first.

Of violence that needs an agency which may not know of it, two parts wait, each for itself: the task (need and place)
with that agency, and the words, to be read and answered, with one that may.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.incident.report import Nature
from gateway.incident.routing import LEAST_URGENT, MOST_URGENT
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import OPERATORS
from gateway.store.connection import away

PRESENT_SECONDS = 7
"""A desk that says nothing for so long is no longer there."""

TASK, WORDS = "task", "words"
"""The two parts; an incident whose parts are not apart is neither."""

MISSED_VIOLENCE = "#violence"
"""The list of missed callers of violence, whatever the queue."""

BY_DESK = "desk"
"""Who had it wait elsewhere, where a desk took back what had gone on from its queue."""

_IN_QUEUE = "queue "
"""How an abandoned call's step names its queue."""

_WORDS_MARK = "#words"
"""What store.lua adds to an incident for its words."""

_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0"
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Wait:
    """An incident whose messages wait for a desk, or are with one.

    Attributes:
        queue: where it waits now, or waited when its desk took it.
        first: the queue that the rules named, where its chain begins.
        passed: queues that it has gone on from, the last one first; their desks may take it still.
        priority: 1 (most urgent) to 5.
        since: when it began to wait in all, seconds since the epoch.
        entered: when it entered ``queue``.
        bound: seconds after which it may no longer wait while desks answer; None: no bound.
        raised: it stands before all who are not.
        desk, at: who has it, and since when; empty and 0 while it waits.
        part: TASK or WORDS; empty: both in one.
        violent: it is a case of violence.
    """

    incident: str
    queue: str
    first: str
    priority: int
    since: float
    entered: float
    bound: float | None = None
    raised: bool = False
    desk: str = ""
    at: float = 0.0
    part: str = ""
    violent: bool = False
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenOn:
    """A caller who hung up before anybody answered, and whom a desk is to reach.

    Attributes:
        queue: its agency, for which the desk took the caller on.
    """

    incident: str
    queue: str
    desk: str


def change_words(entry: Entry) -> str:
    """What an entry changes about who waits, as store.lua takes it; empty: nothing."""
    change = _CHANGES[entry.kind](entry) if entry.kind in _CHANGES else None
    return json.dumps(change, separators=(",", ":")) if change else ""


def _wait(entry: Entry) -> dict[str, object] | None:
    data = entry.data
    if data.get("medium") != "message":
        return None
    queue = str(data.get("queue", ""))
    # Whoever wrote odd figures: a message that waits out of order is better than one that waits nowhere.
    priority = min(max(int(_number(data.get("priority")) or MOST_URGENT), MOST_URGENT), LEAST_URGENT)
    since = min(_number(data.get("since")) or entry.at, entry.at)
    wait: dict[str, object] = {"queue": queue, "first": queue, "priority": priority, "since": since}
    wait |= {"entered": entry.at, "raised": False}
    bound = _number(data.get("wait_at_most"))
    return {"how": "wait", "wait": wait | ({"bound": bound} if bound else {})}


def _parted(entry: Entry) -> dict[str, object] | None:
    change = _wait(entry)
    if change is None or not isinstance(change["wait"], dict):
        return None
    return {"how": "part", "from": str(entry.data.get("from", "")), "wait": {**change["wait"], "part": WORDS}}


def _answered(entry: Entry) -> dict[str, object] | None:
    """A desk has a caller on the line."""
    desk = str(entry.data.get("desk", ""))
    queue = str(entry.data.get("queue", ""))
    return {"how": "answered", "desk": desk, "queue": queue, "at": entry.at} if desk else None


def _rings(entry: Entry) -> dict[str, object] | None:
    """Whoever hung up before is in the queues again, by this call."""
    return None if entry.data.get("medium") == "message" else {"how": "rings"}


def hung_up_in(entry: Entry) -> str:
    """The queue in which a caller hung up; in the dialogue it is the operators'."""
    step = str(entry.data.get("step", ""))
    return step.removeprefix(_IN_QUEUE) if step.startswith(_IN_QUEUE) else str(entry.data.get("queue") or OPERATORS)


def _missed(entry: Entry) -> dict[str, object]:
    return {"how": "missed", "queue": hung_up_in(entry), "at": entry.at}


def _taken(entry: Entry) -> dict[str, object]:
    return {"how": "taken", "queue": str(entry.data.get("queue", "")), "desk": str(entry.data.get("desk", "")),
            "at": entry.at}  # fmt: skip


def _put_back(entry: Entry) -> dict[str, object]:
    since = _number(entry.data.get("since")) or entry.at
    return {**_taken(entry), "how": "put_back", "since": since}


def _moved(entry: Entry) -> dict[str, object] | None:
    return _of_message("go_on" if entry.data.get("by") == BY_DESK else "move", "queue", "to")(entry)


def _told(entry: Entry) -> dict[str, object] | None:
    """By message or call, it is violence for good."""
    return {"how": "violence"} if entry.data.get("nature") == Nature.VIOLENCE else None


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 0 < number < 1e10 else None


def _of_message(how: str, *names: str) -> Callable[[Entry], dict[str, object] | None]:
    def change(entry: Entry) -> dict[str, object] | None:
        if entry.data.get("medium") != "message":
            return None
        values = {name: str(entry.data.get(name, "")) for name in (*names, "part")}
        return {"how": how, "at": entry.at, **values}

    return change


_CHANGES: dict[Kind, Callable[[Entry], dict[str, object] | None]] = {
    Kind.OPENED: _rings,
    Kind.ANSWERED: _answered,
    Kind.JOINED: _answered,
    Kind.ABANDONED: _missed,
    Kind.TAKEN: _taken,
    Kind.PUT_BACK: _put_back,
    Kind.ASKED: _told,
    Kind.FILED: _told,
    Kind.NATURE: _told,
    Kind.HANDED_OFF: _wait,
    Kind.PARTED: _parted,
    Kind.RAISED: _of_message("raise", "queue"),
    Kind.OVERFLOWED: _of_message("go_on", "queue", "to"),
    Kind.MOVED: _moved,
    Kind.ACCEPTED: _of_message("accept", "queue", "desk"),
    Kind.RELEASED: _of_message("release", "desk"),
    Kind.DONE: _of_message("done", "desk"),
    Kind.CLOSED: lambda _: {"how": "end"},
}


class Waits:
    """Reads the lines, and keeps which desks are there. Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client
        self._renew = client.register_script(_RENEW)
        self._leave = client.register_script(_LEAVE)

    def line(self, queue: str, most: int = 200) -> list[Wait]:
        """Who waits for a desk of a queue, the next one first: in it, or elsewhere and has gone on from it."""
        with away():
            found = [self._redis.zrange(name, 0, most - 1, withscores=True) for name in _lines_of(queue)]
            incidents = [name for name, _ in sorted((pair for line in found for pair in line), key=_by_score)][:most]
            texts = self._redis.hmget("waits", incidents) if incidents else []
        return _waits(zip(incidents, texts, strict=True))

    def lengths(self, queues: Iterable[str]) -> dict[str, int]:
        """How many wait for the desks of each of the queues; who has gone on waits for those of several."""
        queues = list(queues)
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for queue in queues:
                pipe.zunion(_lines_of(queue))
            found = pipe.execute()
        # Of an incident that waits here with both its parts there is one.
        return {queue: len({_incident(name) for name in names}) for queue, names in zip(queues, found, strict=True)}

    def everybody(self) -> list[Wait]:
        """Who waits, in any queue, in no order; of an incident in two parts both."""
        with away():
            return _waits(self._redis.hgetall("waits").items())

    def held(self) -> list[Wait]:
        """Incidents that desks have, or their parts."""
        with away():
            return _waits(self._redis.hgetall("held").items())

    def answered(self, desk: str, since: float) -> list[str]:
        """Incidents whose callers a desk has or had on the line, the latest first.

        Args:
            since: only those that it answered later, seconds since the epoch.
        """
        with away():
            found = self._redis.zrevrangebyscore(f"answered:{desk}", "+inf", since)
        return [incident.decode() for incident in found]

    def missed(self, queues: Iterable[str], since: float) -> dict[str, list[str]]:
        """Incidents whose callers hung up in each of the queues before anybody answered, and that no desk has taken on;
        the latest first. MISSED_VIOLENCE is a queue here.

        Args:
            since: only those who hung up later, seconds since the epoch.
        """
        queues = list(queues)
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for queue in queues:
                pipe.zrevrangebyscore(f"missed:{queue}", "+inf", since)
            found = pipe.execute()
        return {queue: [name.decode() for name in names] for queue, names in zip(queues, found, strict=True)}

    def taken_on(self, since: float) -> list[TakenOn]:
        """Callers whom nobody had answered, and the desks that took them on and have not ended that.

        Args:
            since: only those taken on later, seconds since the epoch.
        """
        with away():
            incidents = self._redis.zrangebyscore("taken_on", since, "+inf")
            with self._redis.pipeline(transaction=False) as pipe:
                for incident in incidents:
                    pipe.hgetall(b"taken_on:" + incident)
                found = pipe.execute()
        return [
            TakenOn(incident.decode(), queue.decode(), desk.decode())
            for incident, takers in zip(incidents, found, strict=True)
            for queue, desk in takers.items()
        ]

    def of(self, incident: str) -> Wait | None:
        """An incident's wait, or the desk that has it (``desk`` is not empty then); None of neither.

        Of two parts it is the task, until that is done.
        """
        return next(iter(self.of_each([incident])), None)

    def of_each(self, incidents: Sequence[str]) -> list[Wait]:
        """The same of several incidents, in their order, both parts; of those that neither wait nor are with a desk
        nothing.
        """
        if not incidents:
            return []
        names = [f"{incident}{mark}" for incident in incidents for mark in ("", _WORDS_MARK)]
        with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget("waits", names)
            pipe.hmget("held", names)
            waits, held = pipe.execute()
        told = zip(names, waits, held, strict=True)
        return _waits((name.encode(), wait or desk) for name, wait, desk in told)

    def arrive(self, desk: str, session: str, *, instead: bool = False) -> bool:
        """Say that a desk is there; False while another session says so.

        Args:
            session: names this session of the desk, as no other does.
            instead: take over from another session.
        """
        with away():
            taken = self._redis.set(f"desk:{desk}", session, ex=PRESENT_SECONDS, nx=not instead)
        return bool(taken) or self.stay(desk, session)

    def stay(self, desk: str, session: str) -> bool:
        """Say it again; False if this session is not, or no longer, the desk's."""
        with away():
            return bool(self._renew(keys=[f"desk:{desk}"], args=[session, PRESENT_SECONDS]))

    def leave(self, desk: str, session: str) -> None:
        """Say that it is gone."""
        with away():
            self._leave(keys=[f"desk:{desk}"], args=[session])

    def present(self, desks: Iterable[str]) -> set[str]:
        """Those of the desks that are there."""
        desks = list(desks)
        with away():
            found = self._redis.mget([f"desk:{desk}" for desk in desks]) if desks else []
        return {desk for desk, session in zip(desks, found, strict=True) if session}


def _lines_of(queue: str) -> list[str]:
    return [f"waiting:{queue}", f"passed:{queue}"]


def _by_score(pair: tuple[bytes, float]) -> float:
    return pair[1]


def _waits(found: Iterable[tuple[bytes, bytes | None]]) -> list[Wait]:
    return [_read(_incident(name), json.loads(text)) for name, text in found if text]


def _incident(name: bytes) -> str:
    return name.decode().removesuffix(_WORDS_MARK)


def _read(incident: str, values: Mapping[str, Any]) -> Wait:
    return Wait(
        incident=incident,
        queue=str(values["queue"]),
        first=str(values["first"]),
        priority=int(values["priority"]),
        since=float(values["since"]),
        entered=float(values["entered"]),
        bound=values.get("bound"),
        raised=bool(values.get("raised")),
        desk=str(values.get("desk", "")),
        at=float(values.get("at", 0.0)),
        part=str(values.get("part") or ""),
        violent=bool(values.get("violent")),
        passed=tuple(values.get("passed") or ()),
    )
