"""A conversation as a telephone sees it, through Kannel and every process between: asked, answered, and left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.rules.phrases import phrases
from gateway.settings import ROOT
from tests.live.sms_city import SmsCity
from tests.live.wait import until

SAID = {name: phrase.text for name, phrase in phrases()["id"].items()}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmsCity]:
    folder = tmp_path_factory.mktemp("answers")
    rules = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    assert "    pause: 5\n" in rules
    assert "    waiting_after: 60\n" in rules
    # A telephone here answers as soon as it is asked, and no test waits for a minute; nor is one that goes on meanwhile
    # overtaken on a busy machine.
    rules = rules.replace("    pause: 5\n", "    pause: 0\n").replace(
        "    waiting_after: 60\n", "    waiting_after: 25\n"
    )
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    city = SmsCity(folder, rules=str(folder / "rules.yaml"))
    try:
        yield city.start()
    finally:
        city.stop()


def arrived(city: SmsCity, number: str) -> list[str]:
    return [each.text for each in city.network.arrived(number)]


def told(city: SmsCity, number: str, kind: Kind) -> list[Entry]:
    incident = next((each for each in city.store.recent(50) if each.number == number), None)
    entries = city.store.timeline(incident.id) if incident else []
    return [entry for entry in entries if entry.kind is kind]


def write(city: SmsCity, number: str, text: str) -> None:
    """Returns when it is filed."""
    before = len(told(city, number, Kind.FILED))
    city.network.write(number, text)
    until(lambda: len(told(city, number, Kind.FILED)) > before)


def test_a_victim_is_asked_whether_it_is_safe_then_where_and_left_alone_after_a_stop(city: SmsCity) -> None:
    number = "+6281200000081"
    write(city, number, "suami saya mukulin saya lagi")
    until(lambda: arrived(city, number) == [SAID["safe"]])
    write(city, number, "ya aman")
    until(lambda: arrived(city, number) == [SAID["safe"], SAID["where"]])
    write(city, number, "STOP")
    until(lambda: told(city, number, Kind.MUTED))
    write(city, number, "halo")
    assert arrived(city, number) == [SAID["safe"], SAID["where"]]
    assert not told(city, number, Kind.CLOSED)


def test_who_says_that_it_is_not_safe_gets_nothing_more(city: SmsCity) -> None:
    number = "+6281200000082"
    write(city, number, "suami saya mukulin saya lagi")
    until(lambda: arrived(city, number) == [SAID["safe"]])
    write(city, number, "ga")
    muted = until(lambda: told(city, number, Kind.MUTED))
    assert muted[0].data["why"] == "not_safe"
    assert arrived(city, number) == [SAID["safe"]]


def test_seconds_after_a_case_of_violence_was_closed_it_may_go_on(city: SmsCity) -> None:
    number = "+6281200000084"
    write(city, number, "suami saya mukulin saya lagi")
    until(lambda: arrived(city, number) == [SAID["safe"]])
    before = told(city, number, Kind.OPENED)[0].incident
    closed = Entry(before, Kind.CLOSED, time.time(), {"by": "desk:110-1", "outcome": "helped"})
    city.store.add([closed])
    city.network.write(number, "halo?")
    until(lambda: arrived(city, number) == [SAID["safe"], SAID["safe"]])
    (opened,) = told(city, number, Kind.OPENED)
    assert opened.incident != before
    assert opened.data["before"]["incident"] == before
    handed_off = told(city, number, Kind.HANDED_OFF)[0].data
    assert (handed_off["priority"], handed_off["inform"]) == (2, ["110", "ppa"])


def test_who_waits_too_long_for_a_fire_brigade_that_has_no_desk_is_told_so(city: SmsCity) -> None:
    number = "+6281200000083"
    write(city, number, "rumah kebakaran di kelurahan kalibata")
    until(lambda: arrived(city, number)[:1] == [SAID["hello"]])
    until(lambda: arrived(city, number) == [SAID["hello"], SAID["waiting"]])


def test_a_short_code_is_filed_and_not_answered(city: SmsCity) -> None:
    city.network.write("96000", "PROMO pulsa murah")
    until(lambda: any(each.nature == "not_emergency" and not each.number for each in city.store.recent(20)))
    assert arrived(city, "96000") == []
