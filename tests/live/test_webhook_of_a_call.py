"""From a caller to an agency's system: the hand-off, a later place and the end, each as the agency may know it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from tests.gateway.agency_system import SECRET, AgencySystem, Taken
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.wait import until


@pytest.fixture(scope="module")
def system(whole_city: City) -> Iterator[AgencySystem]:
    """The police's and the ambulance's own system, and the whole gateway that tells them."""
    system, settings = AgencySystem(), whole_city.settings
    rules, secrets = settings.rules, settings.state / "webhooks.toml"
    before = rules.read_text(encoding="utf-8")
    text = before
    for agency in ("110", "118"):
        assert f"\n  {agency}:\n" in text
        text = text.replace(f"\n  {agency}:\n", f"\n  {agency}:\n    webhook: {{url: '{system.url}/{agency}'}}\n", 1)
    rules.write_text(text, encoding="utf-8")
    secrets.write_text(f'110 = "{SECRET}"\n118 = "{SECRET}"\n', encoding="utf-8")
    parts = Parts(settings, whole_city.environ, whole_city.redis)
    try:
        parts.start("redis", "agi", "ami", "replay", "web", "locator", "worker-urgent", "worker-outside")
        yield system
    finally:
        parts.stop()
        rules.write_text(before, encoding="utf-8")
        secrets.unlink()
        system.stop()


def told(system: AgencySystem, incident: str, agency: str) -> list[Taken]:
    return [one for one in system.came if one.told["incident"] == incident and one.told["agency"] == agency]


def test_an_agency_is_told_of_a_call_from_its_hand_off_to_its_end(city: City, system: AgencySystem) -> None:
    desk, store = city.desk("110-1"), Store(city.settings)
    city.call(number="+6281200008801").answered().voice.press("11")
    until(lambda: desk.invitations and desk.call.answered_at, what="the desk answers")
    incident = desk.call.header("X-Incident-ID")
    until(lambda: told(system, incident, "110"), what="the agency was told of the hand-off")
    now = time.time()
    claim = Evidence("aml", Circle(-6.2475, 106.8910, 15.0), now, now, method="GPS", original=b"A-ML")
    store.add([Entry(incident, Kind.EVIDENCE, now, claim.as_dict(), "test:late")])
    until(lambda: len(told(system, incident, "110")) == 2, what="the agency was told of the place")
    store.add([Entry(incident, Kind.CLOSED, time.time(), {"by": "desk:110-1", "outcome": "helped"}, "test:closed")])
    until(lambda: len(told(system, incident, "110")) == 3, what="the agency was told of the end")
    letters = told(system, incident, "110")
    assert [letter.told["event"] for letter in letters] == ["handed_off", "located", "closed"]
    assert all(letter.is_signed_with(SECRET) for letter in letters)
    eido = [letter.told["eido"] for letter in letters]
    assert [one["incidentComponent"]["incidentTypeInternalCode"] for one in eido] == ["violence"] * 3
    assert "106.891" in eido[1]["locationComponent"][0]["locationByValue"]
    assert eido[2]["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]


def test_who_may_not_know_of_violence_is_told_need_and_place(city: City, system: AgencySystem) -> None:
    desk, store = city.desk("110-1"), Store(city.settings)
    number = "+6281200008802"
    city.call(number=number).answered().voice.press("11")
    until(lambda: desk.invitations and desk.call.answered_at, what="the desk answers")
    incident = desk.call.header("X-Incident-ID")
    store.add([Entry(incident, Kind.INFORMED, time.time(), {"agency": "118"}, "test:informed")])
    (letter,) = until(lambda: told(system, incident, "118"), what="the agency was told")
    assert letter.told["event"] == "informed"
    assert number not in letter.body.decode()
    assert b"violence" not in letter.body
