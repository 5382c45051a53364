"""Asterisk dies, and every call with it: the case of who was at a desk says that he was lost, until he is back."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from gateway.desk.case import case
from gateway.incident.timeline import Kind
from gateway.rules import load
from gateway.store import Store
from tests.live.calls_city import calls_city, heard, on_duty
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.wait import until


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("lost")) as city:
        yield city


def test_a_caller_whose_asterisk_died_is_told_as_lost_until_he_calls_again(city: City, parts: Parts) -> None:
    store, number = Store(city.settings), "+628120000951"
    desk = on_duty(city, "110-1")
    city.call(number=number).answered().voice.press("4")
    until(lambda: desk.talks)
    heard(desk)
    incident = until(lambda: store.recent(1))[0].id
    until(lambda: any(entry.kind is Kind.ANSWERED for entry in store.timeline(incident)))

    def warnings() -> tuple[str, ...]:
        agency = load(city.settings.rules).agencies["110"]
        return case(incident, store.timeline(incident), agency, None, store.timeline(incident)[-1].at).warnings

    assert "lost" not in warnings()
    city.asterisk.send(signal.SIGKILL)
    city.asterisk.start()
    until(lambda: "lost" in warnings(), what="the desk is told")
    city.call(number=number).answered()
    until(lambda: "lost" not in warnings(), what="he is back")
