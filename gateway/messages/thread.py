"""What an incident's timeline says of its messages: the thread, and what became of each reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from sms.thread import Author, Line, Thread

GATEWAY, FOLLOW_UP = "gateway", "follow_up"
"""Who wrote a reply (``by``), where it was no desk: the gateway answering, or the one neutral SMS after a hang-up."""


class Delivery(StrEnum):
    """What became of a reply."""

    SENDING = "sending"  # about to be given to its channel
    HELD = "held"  # it surely did not leave; it is tried again
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"  # it surely did not leave, and trying again will not help
    EXPIRED = "expired"  # it did not leave in its time
    UNCERTAIN = "uncertain"  # it may have left or not; it is never sent again
    MUTED = "muted"  # it was to leave, and then nothing more was to be answered


_RANKS = {
    Delivery.SENDING: 1,
    Delivery.HELD: 1,
    Delivery.UNCERTAIN: 2,
    Delivery.FAILED: 3,
    Delivery.EXPIRED: 3,
    Delivery.MUTED: 3,
    Delivery.SENT: 4,
    Delivery.UNDELIVERED: 5,
    Delivery.DELIVERED: 6,
}
"""Receipts come twice, late and out of order: what tells more stands, and among equals the latest."""

UNFINISHED = (Delivery.SENDING, Delivery.HELD)
NEVER_LEFT = (Delivery.FAILED, Delivery.EXPIRED, Delivery.MUTED)


@dataclass(frozen=True, slots=True)
class Way:
    """How the writer of an incident is reached.

    Attributes:
        to: E.164.
        sender: whom the writer wrote to; empty: the channel's own.
        thread: the contact's channel_id.
    """

    channel: str
    connector: str
    to: str
    sender: str = ""
    thread: str = ""


def way_to(entries: Sequence[Entry]) -> Way | None:
    """The way by which the incident's last message came; None if there is none, or no answer reaches its writer."""
    message = next((entry for entry in reversed(entries) if entry.kind is Kind.MESSAGE), None)
    if message is None:
        return None
    opened = [e.data for e in entries if e.kind is Kind.OPENED and e.channel_id == message.channel_id]
    number = next((str(data["number"]) for data in opened if data.get("number")), "")
    if not number:
        return None
    sender = next((str(data["dialled"]) for data in opened if data.get("dialled")), "")
    data = message.data
    return Way(str(data.get("channel", "")), str(data.get("connector", "")), number, sender, message.channel_id)


def thread_of(entries: Sequence[Entry], now: float) -> Thread:
    """The thread of an incident's messages; a reply that surely never left is no part of it.

    Args:
        now: a reply whose time is over is taken for expired, though nobody has said so yet.
    """
    held = False
    waiting, accepted, closed, person = None, None, None, None
    for entry in entries:
        match entry.kind:
            case Kind.HANDED_OFF if entry.data.get("medium") == "message" and not held:
                waiting = waiting or entry.at
            case Kind.PARTED:
                # Whoever has it may not read it: nobody has accepted the words yet.
                held, waiting, accepted = False, waiting or entry.at, None
            case Kind.RELEASED if entry.data.get("part") != "task":
                held, waiting, person = False, entry.at, entry.at
            case Kind.ACCEPTED if entry.data.get("part") != "task":
                held, waiting, accepted, person = True, None, entry.at, entry.at
            case Kind.ANSWERED | Kind.UNMUTED:
                person = entry.at
            case Kind.CLOSED:
                closed = entry.at
    return Thread(tuple(_lines(entries, now)), waiting, accepted, closed, add_up("", entries).muted, person)


def is_talking(entries: Iterable[Entry]) -> bool:
    """Whether a desk speaks with the writer by telephone now."""
    calls = set()
    for entry in entries:
        if entry.kind is Kind.ANSWERED:
            calls.add(entry.channel_id)
        elif entry.kind in (Kind.ENDED, Kind.ABANDONED):
            calls.discard(entry.channel_id)
    return bool(calls)


def deliveries(entries: Iterable[Entry], reply: str) -> list[Entry]:
    """What was told of a reply's delivery, in the order of time."""
    return [e for e in entries if e.kind is Kind.DELIVERY and e.data.get("reply") == reply]


def delivery_of(entries: Iterable[Entry], reply: str) -> Delivery | None:
    """What became of a reply; None: it waits for its channel."""
    return _outcomes(entries).get(reply)


def is_pending(entries: Sequence[Entry], now: float) -> bool:
    """Whether an answer of the gateway is still to leave."""
    outcomes = _outcomes(entries)
    return any(
        outcomes.get(str(entry.data.get("reply"))) in (None, *UNFINISHED) and not _is_over(entry, now)
        for entry in entries
        if entry.kind is Kind.REPLY and entry.data.get("by") == GATEWAY
    )


def _outcomes(entries: Iterable[Entry]) -> dict[str, Delivery]:
    """What became of each reply of which anything was told."""
    found: dict[str, Delivery] = {}
    for entry in entries:
        delivery = _delivery(entry.data.get("status")) if entry.kind is Kind.DELIVERY else None
        reply = str(entry.data.get("reply"))
        if delivery and (reply not in found or _RANKS[delivery] >= _RANKS[found[reply]]):
            found[reply] = delivery
    return found


def _lines(entries: Sequence[Entry], now: float) -> list[Line]:
    lines: dict[str, Line] = {}
    outcomes = _outcomes(entries)
    for entry in entries:
        if entry.kind is Kind.MESSAGE:
            name, data = f"message {entry.data.get('message')}", entry.data
            at = lines[name].at if name in lines else entry.at
            late, complete = number(data.get("late")), not data.get("awaited")
            lines[name] = Line(at, Author.WRITER, str(data.get("text", "")), complete=complete, late=late)
        elif entry.kind is Kind.REPLY and not _never_left(entry, outcomes, now):
            ours = entry.data.get("by") in (GATEWAY, FOLLOW_UP)
            author, phrase = Author.GATEWAY if ours else Author.DESK, str(entry.data.get("phrase", ""))
            lines[f"reply {entry.data.get('reply')}"] = Line(entry.at, author, str(entry.data.get("text", "")), phrase)
    return list(lines.values())


def _never_left(reply: Entry, outcomes: Mapping[str, Delivery], now: float) -> bool:
    delivery = outcomes.get(str(reply.data.get("reply")))
    return delivery in NEVER_LEFT or (delivery in (None, *UNFINISHED) and _is_over(reply, now))


def _is_over(reply: Entry, now: float) -> bool:
    return now > number(reply.data.get("valid_until"))


def number(value: object) -> float:
    """A number of an entry's data; 0 where it is none."""
    return float(value) if isinstance(value, int | float) else 0.0


def _delivery(value: object) -> Delivery | None:
    try:
        return Delivery(str(value))
    except ValueError:
        return None
