"""A call whose number is withheld gets its telephone's own location by the IMEI that the network passed on."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator

import pytest

from gateway.evidence import aml_door
from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from tests.live.edge import EdgedCity, edged_city, whole_edged_city  # noqa: F401 - fixtures
from tests.live.sip_caller import SDP, SipCaller
from tests.live.wait import PATIENCE_SECONDS, until

IMEI = "350000000000006"
INSTANCE = "<urn:gsma:imei:35000000-000000-6>"


class Withheld(SipCaller):
    """A caller without a number, whose Contact names the telephone."""

    def __init__(self, door: tuple[str, int], instance: str):
        super().__init__(door)
        self._number = "anonymous"
        self._instance = instance

    def call(self) -> Withheld:
        named = f'Contact: <sip:anonymous@{self._own}>;+sip.instance="{self._instance}"'
        self.invite([named, "Content-Type: application/sdp"], SDP)
        return self


@pytest.fixture(scope="module")
def store(whole_edged_city: EdgedCity) -> Iterator[Store]:  # noqa: F811 - the fixture
    city = whole_edged_city
    with city.running("redis", "agi", "ami", "replay", "web", "messages", "locator"):
        yield Store(city.settings)


def opened(store: Store, call_id: str) -> str:
    def find() -> str:
        told = (entry for one in store.recent(10) for entry in store.timeline(one.id))
        return next((e.incident for e in told if e.kind is Kind.OPENED and e.data.get("call_id") == call_id), "")

    return until(find, what="the call is opened")


def evidence(store: Store, incident: str, source: str) -> list[Entry]:
    told = store.timeline(incident)
    return [entry for entry in told if entry.kind is Kind.EVIDENCE and entry.data["source"] == source]


def locate(city: EdgedCity, imei: str) -> None:
    body = f"v=1&location_latitude=-6.2437&location_longitude=106.8925&location_accuracy=12.5&device_imei={imei}"
    body += f"&location_time={int(time.time() * 1000)}"
    urllib.request.urlopen(aml_door.url(city.settings), data=body.encode(), timeout=PATIENCE_SECONDS).close()


def test_the_telephone_s_location_is_the_call_s(edged_city: EdgedCity, store: Store) -> None:  # noqa: F811
    caller = Withheld(edged_city.door, INSTANCE).call()
    incident = opened(store, caller.call_id)
    until(lambda: store.joins.of_telephones([(None, IMEI)])[0][1] == [incident], what="the telephone is known")
    locate(edged_city, IMEI)
    until(lambda: evidence(store, incident, "aml"), what="the location is the call's")
    caller.hang_up()


def test_another_telephone_s_is_a_maybe(edged_city: EdgedCity, store: Store) -> None:  # noqa: F811
    caller = Withheld(edged_city.door, "<urn:gsma:imei:35000000-000001-4>").call()
    incident = opened(store, caller.call_id)
    locate(edged_city, "350000000000022")
    until(lambda: evidence(store, incident, "aml_unmatched"), what="it is offered")
    assert not evidence(store, incident, "aml")
    caller.hang_up()
