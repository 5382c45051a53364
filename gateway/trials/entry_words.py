"""An entry of a timeline in words, for a terminal. Without the caller's number and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.incident.timeline import Entry, Kind

Data = Mapping[str, object]

_FOUND = ("silent", "life_threat", "injured", "rescue", "child", "takeover", "opt_out")


def entry_words(entry: Entry) -> str:
    """What happened, in a few words."""
    return _WORDS[entry.kind](entry.data)


def _opened(data: Data) -> str:
    repeat = ", and its caller has an open incident" if data.get("repeat") else ""
    what = "message" if data.get("medium") == "message" else "call"
    service = f" to {data['service']}" if data.get("service") else ""
    return f"the {what} came by {data.get('trunk') or data.get('channel')}{service}{repeat}"


def _filed(data: Data) -> str:
    steps = data.get("steps")
    way = ": " + " → ".join(map(str, steps)) if isinstance(steps, list | tuple) else ""
    found = [name for name in _FOUND if data.get(name)]
    return f"nature {', '.join([str(data.get('nature')), *found])}{way}"


def _handed_off(data: Data) -> str:
    inform = data.get("inform")
    told = f", {' and '.join(map(str, inform))} to be informed" if isinstance(inform, list | tuple) and inform else ""
    rule = f"rule {data['rule']}" if data.get("rule") else str(data.get("why", "no rule"))
    place = f"; place: {data['place']}" if data.get("place") else ""
    return f"{rule}: queue {data.get('queue')}, priority {data.get('priority')}{told}{place}"


def _waited(data: Data) -> str:
    return f" after {data['waited']} s" if "waited" in data else ""


def _overflowed(data: Data) -> str:
    return f"nobody of {data.get('queue')} answered{_waited(data)}: on to {data.get('to')}"


def _abandoned(data: Data) -> str:
    unseen = f" ({data['unseen']})" if data.get("unseen") else ""
    return f"the caller hung up at {data.get('step')}{unseen}; what follows: {data.get('follow_up', 'nothing')}"


def _follow_up(data: Data) -> str:
    return f"{data.get('what')}: {data.get('outcome')}"


def _ended(data: Data) -> str:
    return f"{data.get('seconds')} s; {data.get('cause') or data.get('why')}"


def _part(data: Data) -> str:
    return f"its {data['part']}" if data.get("part") else "it"


def _message(data: Data) -> str:
    missing = ", parts of it are missing" if data.get("missing") else ""
    return f"a message by {data.get('channel')}{missing}"


def _reply(data: Data) -> str:
    phrase = f"phrase {data['phrase']}" if data.get("phrase") else "free text"
    return f"{data.get('by')} writes {phrase}, {data.get('segments')} SMS"


def _delivery(data: Data) -> str:
    why = f": {data['why']}" if data.get("why") else ""
    return f"a reply is {data.get('status')}{why}"


def _notified(data: Data) -> str:
    why = f": {data['why']}" if data.get("why") else ""
    return f"the system of {data.get('agency')} was told {data.get('event')}: {data.get('outcome')}{why}"


_WORDS: dict[Kind, Callable[[Data], str]] = {
    Kind.OPENED: _opened,
    Kind.EVIDENCE: lambda data: f"a claim of the place: {data.get('source')}",
    Kind.EVIDENCE_REFUSED: lambda data: f"{data.get('where')}: {data.get('why')}",
    Kind.REFERENCE: lambda data: f"somebody else tells the place, by {data.get('source')}",
    Kind.CAPTURED: lambda _data: "a request was copied by the edge",
    Kind.ADDITIONAL: lambda data: f"more about the call: {data.get('what')} {data.get('provided_by')}".rstrip(),
    Kind.LOCATED: lambda data: f"the place is now {data.get('place')}",
    Kind.PROPOSED: lambda data: f"{data.get('what')} to {data.get('to')}: {data.get('why')}",
    Kind.ASKED: lambda data: f"is asked {data.get('step')}",
    Kind.FILED: _filed,
    Kind.HANDED_OFF: _handed_off,
    Kind.INFORMED: lambda data: f"agency {data.get('agency')}",
    Kind.NATURE: lambda data: f"{data.get('by')} corrects the nature: {data.get('nature')}",
    Kind.CONSENT: lambda data: f"safe to call: {data.get('safe_to_call')}; to pass on: {data.get('share')}",
    Kind.TIMER: lambda data: f"{data.get('by')} has done what the law wants in time: {data.get('what')}",
    Kind.NOTIFIED: _notified,
    Kind.QUEUED: lambda data: f"waits in queue {data.get('queue')}, position {data.get('position')}",
    Kind.RANG: lambda data: f"desk {data.get('desk')} rings",
    Kind.ANSWERED: lambda data: f"desk {data.get('desk')} answered{_waited(data)}",
    Kind.RAISED: lambda data: f"put before all others in {data.get('queue')}{_waited(data)}",
    Kind.OVERFLOWED: _overflowed,
    Kind.MOVED: lambda data: f"the {data.get('by')} moved it from {data.get('queue')} to {data.get('to')}",
    Kind.INVITED: lambda data: f"desk {data.get('desk')} asks {data.get('queue')} to come ({data.get('why')})",
    Kind.JOINED: lambda data: f"desk {data.get('desk')} of {data.get('queue')} came to the call",
    Kind.DECLINED: lambda data: f"{data.get('desk') or data.get('queue')} did not take the call: {data.get('why')}",
    Kind.DEPARTED: lambda data: f"desk {data.get('desk')} left the call",
    Kind.RETURNED: lambda data: f"back to the head of queue {data.get('queue')}: {data.get('why')}",
    Kind.KEYED: lambda data: f"the caller pressed {data.get('key')}",
    Kind.LEFT: lambda data: f"{data.get('why')}{_waited(data)}",
    Kind.ABANDONED: _abandoned,
    Kind.TAKEN: lambda data: f"desk {data.get('desk')} of {data.get('queue')} is to reach the caller",
    Kind.PUT_BACK: lambda data: f"desk {data.get('desk')} leaves the caller to the others of {data.get('queue')}",
    Kind.FOLLOW_UP: _follow_up,
    Kind.ENDED: _ended,
    Kind.ALARM: lambda data: str(data.get("what")),
    Kind.RECEIVED: lambda data: f"a part of a message came by {data.get('channel')}",
    Kind.MESSAGE: _message,
    Kind.PARTED: lambda data: f"its words wait in queue {data.get('queue')}, its task in {data.get('from')}",
    Kind.ACCEPTED: lambda data: f"desk {data.get('desk')} of {data.get('queue')} accepted {_part(data)}{_waited(data)}",
    Kind.RELEASED: lambda data: f"desk {data.get('desk')} gave {_part(data)} back to {data.get('queue')}",
    Kind.DONE: lambda data: f"desk {data.get('desk')} of {data.get('queue')} ends its task: {data.get('outcome')}",
    Kind.REPLY: _reply,
    Kind.DELIVERY: _delivery,
    Kind.MUTED: lambda data: f"nothing is answered of itself: {data.get('why')}",
    Kind.UNMUTED: lambda data: f"{data.get('by')} allows automatic answers",
    Kind.CLOSED: lambda data: f"by {data.get('by')}: {data.get('outcome')}",
}
