"""A changed configuration put in force: Kannel reads it only when it starts, within some seconds and losing nothing."""

from __future__ import annotations

import time

from gateway.channels.kannel_conf import folder, lines_file, put, write
from gateway.channels.kannel_status import KannelAway, is_stale, status, stop
from gateway.running.readiness import GONE, kill, states
from gateway.settings import Settings

PATIENCE_SECONDS = 20.0
"""Within so long Kannel has ended what it did, and started again."""

ENDING_SECONDS = 8.0
"""Within so long it has ended what it did. With texts that nobody takes it would go on ending for ever."""

REFUSED = "REFUSED"

DYING_SECONDS = 4.0
"""One that still dies then, at its second start or third, cannot use what it read."""

SETTLED_SECONDS = 2
"""A Kannel that cannot use what it read is gone again by then."""


def reload(settings: Settings) -> str:
    """Have a running Kannel start anew if it must; what came of it, in a sentence.

    If it cannot start with what was changed, it is given back the lines it had.
    """
    lines = lines_file(settings)
    before = lines.read_bytes() if lines.exists() else b""
    try:
        there = status(settings)
        write(settings)
        if not is_stale(settings, there, time.time()):
            return "Kannel has nothing to change"
        stop(settings)
    except KannelAway as away:
        write(settings)
        return f"Kannel was not told, it reads its configuration when it starts: {away}"
    if _starts(settings):
        return "Kannel has started anew, with what was changed"
    put(lines, before)
    _starts(settings)
    words = f"{settings.natives / 'bin' / 'bearerbox'} -v 3 {folder(settings) / 'kannel.conf'}"
    return f"{REFUSED} by Kannel: it has the lines it had before. Mend local/smsc.conf; before that, `{words}` says why"


def _starts(settings: Settings) -> bool:
    """Whether a new Kannel is there to stay."""
    began, killed = time.monotonic(), False
    while (elapsed := time.monotonic() - began) < PATIENCE_SECONDS:
        time.sleep(0.2)
        try:
            uptime = status(settings).uptime
        except KannelAway:
            if elapsed > DYING_SECONDS and states(settings.run).get("bearerbox", GONE).word == "BACKOFF":
                return False
            continue
        if SETTLED_SECONDS <= uptime <= elapsed:
            return True
        if uptime > elapsed > ENDING_SECONDS and not killed:
            # What it has is in its files: a killed one loses nothing.
            killed = kill(settings.run, "bearerbox")
    return False
