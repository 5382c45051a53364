"""A supervisor hears a call at a desk of its own agencies, from a desk of its own, and is not heard."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Collection

from gateway.calls.conference import NORMAL, CallRefused
from gateway.calls.lines import Line, contacts
from gateway.channels.ami_actions import ActionRefused, Actions

RING_SECONDS = 20.0


def listen(manager: Actions, incident: str, of: Collection[str], desk: str) -> str:
    """Ring a desk; once it answers, it hears the call. Returns a name by which ``stop`` knows it.

    Args:
        of: the desks that may be listened to.
        desk: where the supervisor is.

    Raises:
        CallRefused: none of those desks talks with a caller of the incident, or the supervisor's own does.
        AmiAway, ActionRefused: Asterisk's manager is away, or will not.
    """
    line = _line(manager, incident, of)
    if line.desk == desk:
        raise CallRefused("own_call", "this call is at your own desk")
    name = f"listen-{secrets.token_hex(8)}"
    values = {"G112_LISTEN": line.channel}
    manager.originate(f"PJSIP/{desk}", "g112-listen", "s", values, ring_seconds=RING_SECONDS, channel_id=name)
    return name


def stop(manager: Actions, name: str) -> None:
    """Hear no more. What has ended already is no fault."""
    for channel in manager.send_for_list({"Action": "CoreShowChannels"}):
        if channel["Uniqueid"] == name:
            with contextlib.suppress(ActionRefused):
                manager.hang_up(channel["Channel"], NORMAL)


def _line(manager: Actions, incident: str, of: Collection[str]) -> Line:
    channels = manager.send_for_list({"Action": "CoreShowChannels"})
    lines = [line for contact in contacts(channels) if contact.incident == incident for line in contact.lines]
    found = next((line for line in lines if line.talks and line.desk in of), None)
    if found is None:
        raise CallRefused("no_call", "no desk talks with a caller of this case: the call may have ended just now")
    return found
