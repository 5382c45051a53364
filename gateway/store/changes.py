"""What an entry changes about who waits for a desk, and which desk has whom.

A line changes with the entry that says so, in its transaction, and only where it is as the entry says (store.lua): of
two desks that accept one incident, one does, and nobody is raised or passed on who was accepted meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from gateway.incident.limits import LIMITS
from gateway.incident.report import Nature
from gateway.incident.routing import LEAST_URGENT, MOST_URGENT
from gateway.incident.timeline import Entry, Kind
from gateway.rules.rulebook import OPERATORS
from gateway.store.waiting import BY_DESK, WORDS

_IN_QUEUE = "queue "
"""How an abandoned call's step names its queue."""


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
    """By message or call, it is violence for good, and the law's time runs."""
    if entry.data.get("nature") != Nature.VIOLENCE:
        return None
    return {"how": "violence", "at": entry.at, "due": {what: entry.at + seconds for what, seconds in LIMITS.items()}}


def _kept_in_time(entry: Entry) -> dict[str, object] | None:
    what = str(entry.data.get("what", ""))
    return {"how": "in_time", "what": what} if what in LIMITS else None


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
    Kind.TIMER: _kept_in_time,
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
