"""Whether Kannel is configured as the settings and the operator's file say, and its lines are up."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gateway.channels.kannel_conf import folder, render, smscs
from gateway.channels.kannel_status import Status, is_stale
from gateway.settings import Settings

AGAIN = "run `gateway112 reload`"


def stale(settings: Settings) -> Iterator[str]:
    """What was generated and no longer follows from the settings."""
    for name, text in render(settings).items():
        file = folder(settings) / name
        if not file.exists():
            yield f"no {name} in {folder(settings)}: run `make setup`"
        elif file.read_text(encoding="utf-8") != text:
            yield f"{name} no longer follows from the settings: {AGAIN}"


def differences(settings: Settings, there: Status) -> Iterator[str]:
    """Lines that are not up, or are not those of the operator's file."""
    for name in there.broken:
        yield f"the line {name} is {there.lines[name]}: check its group in local/smsc.conf, and the way to it"
    if is_stale(settings, there, time.time()):
        yield f"local/smsc.conf or kannel.conf was changed since Kannel read it: {AGAIN}"
    elif set(there.lines) != set(smscs(settings)):
        yield "Kannel has other lines than local/smsc.conf names: look for a fault in that file"
