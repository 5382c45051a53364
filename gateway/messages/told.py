"""What a timeline tells of an incident's messages, for whoever files the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.contact import IncomingMessage
from gateway.incident.report import Medium
from gateway.incident.timeline import Entry, Kind
from gateway.messages.filed import findings
from sms.reading import Reading

DOUBLE_SECONDS = 4.0
"""The same text under another name within this time is a network's double; a minute later it is urgency."""


def texts(told: Sequence[Entry]) -> list[str]:
    """What was written, in the order it was written; of a message its latest state."""
    latest: dict[str, str] = {}
    for entry in sorted((entry for entry in told if entry.kind is Kind.MESSAGE), key=lambda entry: entry.at):
        latest[str(entry.data.get("message", ""))] = str(entry.data.get("text", ""))
    return list(latest.values())


def with_flags(reading: Reading, told: Sequence[Entry]) -> Reading:
    """A reading with what earlier ones of the incident's messages had found: nothing that was told is taken back."""
    filed = (e.data for e in reversed(told) if e.kind is Kind.FILED and e.data.get("medium") == Medium.MESSAGE)
    before = next(filed, {})
    if before.get("silent") and not reading.silent:
        # What it rested on stays with it: a wish in words ends answers, a likeness does not.
        rested = tuple(found for found in findings(before.get("why")) if found.what == "silent")
        reading = replace(reading, findings=(*reading.findings, *rested))
    return replace(
        reading,
        life_threat=reading.life_threat or bool(before.get("life_threat")),
        injured=reading.injured or bool(before.get("injured")),
        rescue=reading.rescue or bool(before.get("rescue")),
        child=reading.child or bool(before.get("child")),
        silent=reading.silent or bool(before.get("silent")),
    )


def thread_for(message: IncomingMessage, told: Sequence[Entry]) -> str:
    """The thread of this incident that the message belongs to: the one of the same line; empty if there is none."""
    for entry in reversed(told):
        data = entry.data
        is_thread = entry.kind is Kind.OPENED and data.get("medium") == Medium.MESSAGE
        if is_thread and (data.get("channel"), data.get("trunk")) == (message.channel, message.connector):
            return entry.channel_id
    return ""


def is_known(message: IncomingMessage, told: Sequence[Entry]) -> bool:
    """Whether anything of the message is told of."""
    return any(entry.kind is Kind.MESSAGE and entry.data.get("message") == message.id for entry in told)


def is_filed(message: IncomingMessage, told: Sequence[Entry]) -> bool:
    """Whether the message is told of with the parts that it has now."""
    state = (message.id, list(message.missing), message.awaited)
    filed = (entry.data for entry in told if entry.kind is Kind.MESSAGE)
    return state in ((data.get("message"), data.get("missing"), data.get("awaited")) for data in filed)


def is_double(message: IncomingMessage, told: Sequence[Entry]) -> bool:
    """Whether the same was written a moment before or after, under another name."""
    return any(
        entry.kind is Kind.MESSAGE
        and entry.data.get("message") != message.id
        and entry.data.get("text") == message.text
        and abs(entry.at - message.at) <= DOUBLE_SECONDS
        and abs(_sent(entry.data.get("sent_at"), entry.at) - _sent(message.sent_at, message.at)) <= DOUBLE_SECONDS
        for entry in told
    )


def _sent(sent_at: object, at: float) -> float:
    """When it was sent, as far as is known: what comes late may come at one time and be hours apart."""
    return float(sent_at) if isinstance(sent_at, int | float) else at


def last_hand_off(told: Sequence[Entry]) -> Entry | None:
    """How the incident's messages were last handed off; None if they were not."""
    found = (e for e in reversed(told) if e.kind is Kind.HANDED_OFF and e.data.get("medium") == Medium.MESSAGE)
    return next(found, None)
