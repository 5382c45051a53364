"""`make bench`: calls, messages, reading, places, the desk. Some: `.venv/bin/python -m tests.bench reading calls`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from gateway import settings as settings_table
from gateway.settings import Settings
from tests.bench.desk import print_desk
from tests.bench.load import Burst, Desk
from tests.bench.messages import print_messages
from tests.bench.places import print_places
from tests.bench.reading import print_reading
from tests.bench.whole import bare, free_ports, gateway

FLOOD, AT_ONCE = 3000, 200
STEADY_RATE, STEADY = 50, 1000

Start = Callable[[Path, Path, int], AbstractContextManager[Settings]]


def print_calls() -> None:
    natives = settings_table.read().natives.resolve()
    with tempfile.TemporaryDirectory(prefix="g112-bench-") as folder:
        print(
            f"calls through INVITE, one key, queue, desk, BYE; {os.cpu_count()} cores shared with the load", flush=True
        )
        alone = _measure("bare dialplan", bare, Path(folder) / "bare", natives)
        whole = _measure("whole gateway", gateway, Path(folder) / "whole", natives)
    print(f"\nthroughput, gateway to bare: {whole[0].per_second / alone[0].per_second:.2f} (aim: at least 0.50)")
    for percent in (50, 99):
        added = whole[1].delay_ms(percent) - alone[1].delay_ms(percent)
        aim = "" if percent == 50 else " (aim: at most 10)"
        print(f"added to the desk's INVITE at {STEADY_RATE} calls/s, p{percent}: {added:.1f} ms{aim}")


def _measure(name: str, start: Start, folder: Path, natives: Path) -> tuple[Burst, Burst]:
    folder.mkdir(mode=0o700)
    port = free_ports(1)[0]
    with start(folder, natives, port) as settings:
        sip = settings.number("sip_port")
        desk = Desk(natives / "bin" / "sipp", folder, port)
        with desk:
            desk.call(200, sip, rate=STEADY_RATE, at_once=AT_ONCE)  # what is loaded on first use is loaded now
            steady = desk.call(STEADY, sip, rate=STEADY_RATE, at_once=AT_ONCE)
            flood = desk.call(FLOOD, sip, rate=1000, at_once=AT_ONCE)
    print(
        f"{name:<14} {flood.per_second:6.0f} calls/s with {AT_ONCE} at once ({flood.failed} of {FLOOD} failed);  "
        f"to the desk's INVITE at {STEADY_RATE}/s: p50 {steady.delay_ms(50):.1f} ms, p99 {steady.delay_ms(99):.1f} ms "
        f"({len(steady.delays)} of {STEADY} seen, {steady.failed} failed)",
        flush=True,
    )
    return flood, steady


PARTS = {
    "reading": print_reading,
    "places": print_places,
    "messages": print_messages,
    "desk": print_desk,
    "calls": print_calls,
}


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
