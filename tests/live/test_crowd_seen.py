"""Two hundred callers at once: each is led by the gateway to the right queue, and each one's timeline is whole.

The crowd presses by SIP INFO; every path of the menu is walked by RTP events in test_calls.py.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable

from gateway.incident.timeline import Entry, Kind
from gateway.numbers import e164
from gateway.store import Store, StoreAway
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.wait import until

CALLERS = 200
PATIENCE_SECONDS = 120.0
"""For two hundred calls on a machine that has much else to do. What Redis was too slow for is replayed meanwhile."""

Timelines = dict[str, list[Entry]]


def numbers(first: str) -> list[str]:
    """As many as there are callers, each such that a caller of it can be known again."""
    made = [f"{first}{index:03}" for index in range(CALLERS)]
    assert [e164(number) for number in made] == made
    return made


def timelines(city: City, callers: list[str], settled: Callable[[list[Entry]], bool], what: str) -> Timelines:
    """The timeline of each caller, by number, once all are settled."""
    store, found = Store(city.settings), Timelines()

    def look() -> None:
        for incident in store.recent(2 * CALLERS):
            if incident.number in callers and incident.number not in found:
                entries = store.timeline(incident.id)
                if settled(entries):
                    found[incident.number] = entries

    def all_settled() -> bool:
        with contextlib.suppress(StoreAway):  # too slow just now, as for the gateway itself
            look()
        return len(found) == len(callers)

    until(all_settled, PATIENCE_SECONDS, what)
    return found


def count(entries: list[Entry]) -> Counter[Kind]:
    return Counter(entry.kind for entry in entries)


def the_only(entries: list[Entry], kind: Kind) -> Entry:
    [entry] = [entry for entry in entries if entry.kind is kind]
    return entry


def test_two_hundred_calls_at_once_are_each_led_to_the_right_queue_and_none_is_lost(city: City, parts: Parts) -> None:
    callers = numbers("+6281200004")
    crowd = city.crowd(callers, per_second=50, key="2")
    told = timelines(city, callers, lambda entries: count(entries)[Kind.QUEUED] > 0, "every caller is in a queue")
    assert len({entries[0].incident for entries in told.values()}) == CALLERS, "and each in an incident of its own"
    for entries in told.values():
        assert the_only(entries, Kind.FILED).data["nature"] == "medical"
        handed_off = the_only(entries, Kind.HANDED_OFF)
        assert (handed_off.data["queue"], handed_off.data["rule"]) == ("118", "medical"), (
            "by the gateway, not around it"
        )
        assert next(entry for entry in entries if entry.kind is Kind.QUEUED).data["queue"] == "118"
    assert crowd.hang_up() == 0, "and all were there to the end"


def is_whole(entries: list[Entry]) -> bool:
    """It tells once that the caller came, hung up and is gone; and of each queue it was in, how that ended."""
    kinds = count(entries)
    once = (Kind.OPENED, Kind.FILED, Kind.HANDED_OFF, Kind.LEFT, Kind.ABANDONED, Kind.ENDED)
    return all(kinds[kind] == 1 for kind in once) and kinds[Kind.QUEUED] == kinds[Kind.OVERFLOWED] + kinds[Kind.LEFT]


def test_everyone_of_a_crowd_that_hangs_up_waiting_has_a_whole_timeline(city: City, parts: Parts) -> None:
    callers = numbers("+6281200005")
    crowd = city.crowd(callers, per_second=50, key="2")
    timelines(city, callers, lambda entries: count(entries)[Kind.QUEUED] > 0, "every caller is in a queue")
    assert crowd.hang_up() == 0
    timelines(city, callers, is_whole, "every timeline is whole")
