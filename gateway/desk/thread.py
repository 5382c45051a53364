"""What a writer wrote and was written, as desks read it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind
from gateway.messages.thread import delivery_of, number
from sms.thread import Author


@dataclass(frozen=True, slots=True)
class Written:
    """One message of the thread, or one event a reader of it must know.

    Attributes:
        id: the message's or the reply's own name.
        who: the desk, where a desk wrote it.
        missing: how many parts have not come.
        status: of a reply: a Delivery's value; empty: it waits for its channel.
        late: seconds that a text was under way.
    """

    id: str
    at: float
    author: Author
    text: str
    who: str = ""
    phrase: str = ""
    missing: int = 0
    status: str = ""
    late: float = 0.0


def thread(entries: Sequence[Entry]) -> list[Written]:
    """What the writer wrote and was written, in order, each with what is known of it by now."""
    written: dict[str, Written] = {}
    for entry in entries:
        data = entry.data
        if entry.kind is Kind.MESSAGE:
            name = str(data.get("message", entry.key))
            # Later parts complete a text where it stood.
            at = written[name].at if name in written else entry.at
            missing = _count(data.get("missing"))
            late = number(data.get("late"))
            written[name] = Written(name, at, Author.WRITER, str(data.get("text", "")), missing=missing, late=late)
        elif entry.kind is Kind.REPLY:
            by = str(data.get("by", ""))
            author = Author.DESK if by.startswith("desk:") else Author.GATEWAY
            name, desk = str(data.get("reply", "")), by.removeprefix("desk:") if author is Author.DESK else ""
            phrase, status = str(data.get("phrase", "")), delivery_of(entries, name) or ""
            written[name] = Written(name, entry.at, author, str(data.get("text", "")), desk, phrase, status=status)
    return list(written.values())


def _count(missing: object) -> int:
    if isinstance(missing, list | tuple):
        return len(missing)
    return int(missing) if isinstance(missing, int) else 0
