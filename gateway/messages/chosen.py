"""The channel by which a message goes to somebody who never wrote one: a caller who hung up."""

from __future__ import annotations

from gateway.messages.channel import CHANNELS, load
from gateway.messages.thread import Way
from gateway.settings import Settings


def chosen_way(settings: Settings, number: str) -> Way | None:
    """The way by the channel of the setting ``sms_channel``, or by the first in force; None: there is none."""
    chosen = settings.text("sms_channel")
    for name in [chosen] if chosen else CHANNELS:
        if name in CHANNELS and (lines := load(name).connectors(settings)):
            return Way(name, lines[0], number)
    return None
