"""Many callers at once, and each one's timeline is whole."""

from __future__ import annotations

from collections import Counter

from gateway.incident.timeline import Kind
from gateway.store import Store
from tests.live.conftest import City
from tests.live.parts import Parts
from tests.live.wait import until

CALLERS = 200


def is_whole(kinds: Counter[Kind]) -> bool:
    """It is told once that the caller came, hung up and is gone; and of a queue both its beginning and its end."""
    return (
        kinds[Kind.OPENED] == kinds[Kind.ABANDONED] == kinds[Kind.ENDED] == 1
        and kinds[Kind.QUEUED] <= 2 * kinds[Kind.LEFT]
    )


def test_everyone_of_a_crowd_that_hangs_up_waiting_has_a_whole_timeline(city: City, parts: Parts) -> None:
    store = Store(city.settings)
    before = {incident.id for incident in store.recent(5000)}
    assert city.crowd(CALLERS, per_second=50, key="2", seconds=6) == 0

    def told() -> list[Counter[Kind]]:
        new = [incident.id for incident in store.recent(5000) if incident.id not in before]
        return [Counter(entry.kind for entry in store.timeline(each)) for each in new]

    until(lambda: len(told()) == CALLERS and all(map(is_whole, told())), 60, "every timeline is whole")
    assert sum(kinds[Kind.QUEUED] for kinds in told()) > CALLERS / 2, "most waited in a queue"
