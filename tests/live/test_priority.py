"""Who is served first in a busy queue, and that nobody pays for it with an endless wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.incident.timeline import Kind
from gateway.store import Store
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.wait import until

CRIME, VIOLENCE = "4", "11"


def place(city: City, number: str, keys: str) -> None:
    """Call, press, and return when the call waits in the police's queue or talks to its desk."""
    waiting = len(city.asterisk.waiting("110"))
    city.call(number=number).answered().voice.press(keys)
    until(lambda: len(city.asterisk.waiting("110")) > waiting, what="the call is in the queue")


def busy_desk(city: City) -> Desk:
    desk = city.desk("110-1")
    city.call(number="+628120002000").answered().voice.press(CRIME)
    until(lambda: desk.invitations and desk.call.answered_at)
    return desk


def order(desk: Desk) -> list[str]:
    """The callers' numbers as they rang, the last three digits of each."""
    return [call.header("From").partition("@")[0][-3:] for call in desk.invitations]


def test_violence_waits_at_the_head_of_its_queue(city: City, parts: Parts) -> None:
    desk = busy_desk(city)
    for number in ("+628120002001", "+628120002002", "+628120002003"):
        place(city, number, CRIME)
    place(city, "+628120002009", VIOLENCE)
    desk.hang_up()
    until(lambda: len(desk.invitations) > 1)
    assert order(desk)[1] == "009"


@pytest.fixture
def hasty_city(tmp_path: Path) -> Iterator[City]:
    """With its gateway, and a bound that comes near while a test goes on."""
    city = City(tmp_path, bound=6)
    try:
        city.asterisk.start()
        with city.running("redis", "agi", "ami", "replay"):
            yield city
            city.clear()
    finally:
        city.asterisk.stop()


def test_a_call_whose_bound_comes_near_is_served_before_violence_that_came_later(hasty_city: City) -> None:
    city, desk = hasty_city, busy_desk(hasty_city)
    place(city, "+628120002011", CRIME)
    callers = [f"+6281200021{index:02}" for index in range(8)]
    for number in callers:
        place(city, number, VIOLENCE)
    desk.hangs_up_after = 1.0
    desk.hang_up()
    until(lambda: "011" in order(desk))
    assert city.asterisk.waiting("110"), "violence is still waiting then"
    incident = desk.invitations[order(desk).index("011")].header("X-Incident-ID")
    until(lambda: Kind.RAISED in [entry.kind for entry in Store(city.settings).timeline(incident)])
