"""A call back as Asterisk has it: what its channels are called, and where in the dialplan they begin (calls.conf)."""

from __future__ import annotations

import re

WAITING = "Local/s@g112-callback/n"
"""The gateway's own: it waits in a queue for a desk."""

OUT = "g112-callback-out"
"""Where the caller is rung from, once a desk has taken it."""

_BEGINNING = "callback-"
_OWN = re.compile(_BEGINNING + r"(.+)-\d+(;\d)?")
_OUTWARD = re.compile(r"Local/s@g112-callback-[^;]*;1")


def at_desk(desk: str) -> str:
    """A desk's, which rings there alone."""
    return f"Local/{desk}@g112-callback-desk/n"


def named(whose: str, which: int | str) -> str:
    """The identifier of its channel: unlike all others, as each try has one of its own.

    Args:
        whose: the contact for which the gateway calls back, or the desk that does.
    """
    return f"{_BEGINNING}{whose}-{which}"


def is_call_back(channel_id: str) -> bool:
    """Whether a channel is a call back: a desk's call, no caller's."""
    return channel_id.startswith(_BEGINNING)


def called_back(channel_id: str) -> str:
    """The contact for which the gateway calls back by this channel; empty: it does not."""
    own = _OWN.fullmatch(channel_id)
    return own[1] if own else ""


def is_outward(channel: str) -> bool:
    """Whether a channel of this name is the end of a waiting call back from which the caller will be rung; its other
    end is queued, and all is told of that one.
    """
    return bool(_OUTWARD.match(channel))
