"""What a page has opened and closed it holds no longer: a shift is long, and its browser is not begun anew."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gateway.incident.timeline import Entry, Kind
from tests.live.desk_browser import DeskCity, DeskPage, Desks
from tests.live.pages_desk import written

CASES, CALLS = 10, 2

ATTACHED = """
() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let count = 1;
  while (walker.nextNode()) count += 1;
  return count;
}
"""


@dataclass(frozen=True)
class Held:
    """After a collection: listeners, nodes that are in no document, bytes of heap, and connections of calls."""

    listeners: int
    loose: int
    heap: int
    connections: int


def held(desk: DeskPage) -> Held:
    page = desk.page
    page.evaluate("connections.length = 0")  # which the tests' own script keeps
    devtools = page.context.new_cdp_session(page)
    for _ in range(2):
        devtools.send("HeapProfiler.collectGarbage")
    devtools.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    kind = devtools.send("Runtime.evaluate", {"expression": "Object.getPrototypeOf(RTCPeerConnection).prototype"})
    found = devtools.send("Runtime.queryObjects", {"prototypeObjectId": kind["result"]["objectId"]})
    count = devtools.send(
        "Runtime.callFunctionOn",
        {"objectId": found["objects"]["objectId"], "functionDeclaration": "function () { return this.length; }"},
    )
    devtools.send("Runtime.releaseObject", {"objectId": found["objects"]["objectId"]})
    devtools.detach()
    return Held(
        int(metrics["JSEventListeners"]),
        int(metrics["Nodes"]) - page.evaluate(ATTACHED),
        int(metrics["JSHeapUsedSize"]),
        int(count["result"]["value"]),
    )


def end(city: DeskCity, desk: DeskPage, incident: str) -> None:
    """The case is closed, as another desk may, and leaves the lists."""
    values = {"by": "desk:110-1", "outcome": "helped"}
    city.store.add([Entry(incident, Kind.CLOSED, time.time(), values, f"{incident}:closed")])
    desk.row(incident).first.wait_for(state="detached")


def opens_a_case(city: DeskCity, desk: DeskPage) -> None:
    number = city.number()
    incident = f"held-{number[1:]}"
    city.store.add(written(incident, "ada begal", "110", number=number))
    desk.row(incident).locator(".open").first.click()
    desk.page.locator(f'.whole[data-incident="{incident}"] h1').wait_for()
    end(city, desk, incident)


def takes_a_call(city: DeskCity, desk: DeskPage) -> None:
    caller = city.call(number=city.number()).answered()
    caller.voice.press("4")
    incident = desk.takes_call()
    desk.hears()
    caller.hang_up()
    desk.has_call("none")
    end(city, desk, incident)


def test_cases_and_calls_that_are_over_are_held_no_longer(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")

    def work(cases: int, calls: int) -> Held:
        for _ in range(calls):
            takes_a_call(desk_city, desk)
        for _ in range(cases):
            opens_a_case(desk_city, desk)
        return held(desk)

    # What is made once is made.
    before = work(2, 1)
    after = work(CASES, CALLS)
    print(before, after)
    assert after.connections <= before.connections
    assert after.listeners <= before.listeners + CASES // 2
    assert after.loose <= before.loose + 10 * CASES
    assert after.heap <= before.heap + 60_000 * CASES
