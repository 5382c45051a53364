"""The channel by which a message goes to somebody who never wrote one: a caller who hung up."""

from __future__ import annotations

from gateway.messages.channel import CHANNELS, load
from gateway.messages.thread import Way
from gateway.settings import Settings

TRIAL = "trial"
"""The line to a network of our own, which has no caller's telephone: only where the setting names its channel."""


def chosen_way(settings: Settings, number: str) -> Way | None:
    """The way by the channel of the setting ``sms_channel``, or by the first in force; None: there is none."""
    chosen = settings.text("sms_channel")
    for name in [chosen] if chosen else CHANNELS:
        lines = load(name).connectors(settings) if name in CHANNELS else ()
        if real := [line for line in lines if chosen or line != TRIAL]:
            return Way(name, real[0], number)
    return None
