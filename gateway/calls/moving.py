"""A waiting caller goes to another queue, keeping its place among those who wait there."""

from __future__ import annotations

from gateway.calls.conference import CallRefused
from gateway.channels.ami_actions import ActionRefused, Actions
from gateway.queues.state import variable


def move(manager: Actions, incident: str, queue: str) -> str:
    """Move the caller of an incident who waits in a queue; returns the queue it came from.

    Args:
        queue: of an agency of the rules.

    Raises:
        CallRefused: no caller of it waits, or it waits there already.
        AmiAway, ActionRefused: Asterisk's manager is away, or will not.
    """
    entries = [event for event in manager.queue_status() if event["Event"] == "QueueEntry"]
    channels = {event["Uniqueid"]: event for event in manager.send_for_list({"Action": "CoreShowChannels"})}
    for entry in entries:
        channel = channels.get(entry["Uniqueid"], {})
        # Who is rung for a caller that has a desk already waits for nobody of its own.
        if variable(channel, "G112_INCIDENT") != incident or variable(channel, "G112_INVITED"):
            continue
        if entry["Queue"] == queue:
            raise CallRefused("there_already", "the caller waits in that queue already")
        try:
            manager.redirect(entry["Channel"], "g112-move", queue)
        except ActionRefused:
            break
        return str(entry["Queue"])
    raise CallRefused("not_waiting", "nobody of this case waits in a queue: a desk may have answered just now")
