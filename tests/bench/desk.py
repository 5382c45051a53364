"""The desk's page with 500 open contacts and 50 events a second: frames, memory, and from Asterisk to the screen."""

from __future__ import annotations

import itertools
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from tests.live.browser import Browser
from tests.live.desk_browser import DeskCity, DeskPage
from tests.live.pages_desk import written

OPEN, PER_SECOND, SECONDS = 500, 50, 30
OF_THE_OPEN_CASE = 5
"""So many of the events a second are of the case that the page has open."""

KEYS = "12"
FRAME_MS, HEAP_MB, DELAY_MS = 100, 150, 300

FED = """
window.delays = [];
window.EventSource = class extends EventSource {
  addEventListener(name, act) {
    super.addEventListener(name, (event) => {
      act(event);
      const { kind, at } = name === "entry" ? JSON.parse(event.data) : {};
      // The page draws in the next frame; the one after it tells that this one was shown.
      const seen = () => delays.push(Date.now() - 1000 * at);
      if (kind === "keyed") requestAnimationFrame(() => requestAnimationFrame(seen));
    });
  }
};
"""
FRAMES = """
window.gaps = [];
let last = performance.now();
const tick = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(tick); };
requestAnimationFrame(tick);
"""


def print_desk() -> None:
    print(
        f"the desk's page, {OPEN} open contacts, {PER_SECOND} events/s for {SECONDS} s; {os.cpu_count()} cores shared"
        " with the browser, Asterisk and the load",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="g112-bench-") as folder:
        city, browser = DeskCity(Path(folder)), Browser()
        try:
            city.start()
            _measure(city, browser)
        finally:
            browser.stop()
            city.stop()


def _measure(city: DeskCity, browser: Browser) -> None:
    incidents = [f"bench{number}" for number in range(OPEN)]
    for incident in incidents:
        city.store.add(written(incident, "ada begal", "110", number=city.number()))
    tab = browser.tab()
    tab.page.add_init_script(FED)
    desk = city.page(tab).log_in(city.call_taker("110-2")).on_duty("110-2")
    caller = city.call(number=city.number()).answered()
    caller.voice.press("4")
    incident = desk.takes_call()
    tab.page.evaluate(FRAMES)
    caller.voice.press(KEYS * (2 * SECONDS))
    with _events(city.store, incidents, incident) as sent:
        tab.page.wait_for_timeout(1000 * SECONDS)
    _print(desk, sent)
    city.clear()


@contextmanager
def _events(store: Store, incidents: Sequence[str], opened: str) -> Iterator[list[Entry]]:
    """Things happen at the rate, until the block is left; what happened."""
    sent: list[Entry] = []
    over = threading.Event()
    count = itertools.count(1)
    chance = random.Random(112)

    def happen() -> None:
        begun = time.monotonic()
        for number in count:
            own = number % (PER_SECOND // OF_THE_OPEN_CASE) == 0
            entry = _message(opened if own else chance.choice(incidents), number)
            store.add([entry])
            sent.append(entry)
            if over.wait(max(0.0, begun + number / PER_SECOND - time.monotonic())):
                return

    thread = threading.Thread(target=happen, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        thread.join()


def _message(incident: str, number: int) -> Entry:
    data = {"channel": "kannel", "connector": "a", "message": f"b{number}", "text": f"kabar ke {number}", "parts": 1}
    return Entry(incident, Kind.MESSAGE, time.time(), data | {"missing": []}, f"bench:{number}", f"kannel:a:{incident}")


def _print(desk: DeskPage, sent: Sequence[Entry]) -> None:
    gaps, delays = sorted(desk.page.evaluate("gaps")), sorted(desk.page.evaluate("delays"))
    devtools = desk.page.context.new_cdp_session(desk.page)
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    p99 = delays[len(delays) * 99 // 100]
    print(f"  {len(sent)} events sent, {len(gaps)} frames, {len(delays)} keys of the caller seen")
    print(f"  longest frame {gaps[-1]:.0f} ms (aim: under {FRAME_MS}), p99 {gaps[len(gaps) * 99 // 100]:.0f} ms")
    print(f"  JavaScript heap {heap:.0f} MB (aim: under {HEAP_MB})")
    print(f"  AMI event to the screen: p50 {delays[len(delays) // 2]:.0f} ms, p99 {p99:.0f} ms (aim: under {DELAY_MS})")
