"""A telephone tells where it is while its owner already speaks with a desk: by SMS through Kannel, and over HTTPS."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from gateway.channels.trial_smsc import TrialNetwork
from gateway.evidence import aml_door
from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from sms import gsm7
from tests.live.city import City
from tests.live.kannel_server import KannelServer, MobileNetwork
from tests.live.parts import Parts
from tests.live.wait import PATIENCE_SECONDS, until

IMEI = "350000000000006"


def text(lat: float, radius: int) -> str:
    return (
        f'A"ML=1;lt={lat:+.5f};lg=+106.89250;rd={radius};lc=68;pm=G;si=510100000000000;ei={IMEI};mcc=510;mnc=10;ml=99'
    )


@pytest.fixture(scope="module")
def kannel(whole_city: City, parts: Parts) -> Iterator[KannelServer]:
    parts.start("redis", "agi", "replay", "web", "messages", "locator")
    server = KannelServer(whole_city.settings)
    server.start()
    parts.start("kannel")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def telephones(kannel: KannelServer) -> Iterator[MobileNetwork]:
    network = kannel.network()
    yield network
    network.close()


class HandedOff:
    """A call that a desk of the police has on the line."""

    def __init__(self, city: City, number: str):
        self.number = number
        self._store = Store(city.settings)
        desk = city.desk("110-2", 0.0)
        city.call(number=number).answered().voice.press("4")
        until(lambda: desk.invitations, what="the desk rings")
        self.incident = desk.call.header("X-Incident-ID")
        self.url = desk.call.header("Geolocation").strip("<>")
        until(lambda: self.told(Kind.ANSWERED), what="the desk answered")

    def told(self, kind: Kind) -> list[Entry]:
        return [entry for entry in self._store.timeline(self.incident) if entry.kind is kind]

    def sources(self) -> list[object]:
        return [entry.data["source"] for entry in self.told(Kind.EVIDENCE)]

    def announced(self) -> list[object]:
        """The radius of each location that desks were told of since the hand-off."""
        return [entry.data["location"]["radius_m"] for entry in self.told(Kind.LOCATED)]  # type: ignore[index,call-overload]

    def location(self) -> dict[str, object]:
        request = urllib.request.Request(self.url, headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return dict(json.loads(answer.read())["location"])


def post(city: City, body: str) -> int:
    request = urllib.request.Request(aml_door.url(city.settings), data=body.encode(), method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        return int(answer.status)


def form(number: str, accuracy: float) -> str:
    return (
        "v=1&emergency_number=112&source=CALL&location_latitude=-6.2437&location_longitude=106.8925"
        f"&location_accuracy={accuracy}&location_confidence=0.95&location_source=gps"
        f"&device_number=%2B{number.removeprefix('+')}&device_imei={IMEI}"
    )


def by_data(network: TrialNetwork, number: str, message: str) -> None:
    bits = sum(septet << 7 * place for place, septet in enumerate(gsm7.encode(message)))
    packed = bits.to_bytes((7 * len(message) + 7) // 8, "little")
    assert isinstance(network, MobileNetwork)
    network.write_bytes(number, packed)


def test_a_location_by_sms_and_one_by_https_reach_a_call_that_a_desk_has(city: City, telephones: MobileNetwork) -> None:
    call = HandedOff(city, "+628120000401")
    assert "aml" not in call.sources()
    telephones.write(call.number, text(-6.2440, 60))
    until(lambda: call.sources().count("aml") == 1, what="the SMS is on the timeline")
    assert (call.location()["source"], call.location()["radius_m"]) == ("aml", 60.0)
    until(lambda: call.announced() == [60.0], what="it is announced")
    assert post(city, form(call.number, 12.5)) == 200
    until(lambda: call.sources().count("aml") == 2, what="what came by HTTPS is on the timeline")
    assert (call.location()["radius_m"], call.location()["lat"]) == (12.5, -6.2437)
    until(lambda: call.announced() == [60.0, 12.5], what="that is announced, too")
    telephones.write(call.number, text(-6.2437, 13))
    until(lambda: call.sources().count("aml") == 3, what="the same by SMS is on the timeline")
    assert not call.told(Kind.MESSAGE)


def test_as_data_in_septets_it_comes_through_kannel_as_well(city: City, telephones: MobileNetwork) -> None:
    call = HandedOff(city, "+628120000402")
    by_data(telephones, call.number, text(-6.2450, 25))
    until(lambda: call.sources().count("aml") == 1, what="the data is on the timeline")
    [claim] = [entry.data for entry in call.told(Kind.EVIDENCE) if entry.data["source"] == "aml"]
    assert base64.b64decode(str(claim["original"])).decode() == text(-6.2450, 25)


def test_no_fix_takes_nothing_away_and_a_telephone_unknown_is_nobody_s(city: City, telephones: MobileNetwork) -> None:
    call = HandedOff(city, "+628120000403")
    telephones.write(call.number, text(-6.2440, 60))
    until(lambda: call.sources().count("aml") == 1, what="the SMS is on the timeline")
    telephones.write(call.number, 'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;lc=0;pm=N;mcc=510;mnc=10;ml=70')
    until(lambda: call.told(Kind.EVIDENCE_REFUSED), what="the fix that is none is kept as refused")
    assert call.location()["radius_m"] == 60.0
    assert post(city, form("+628120000499", 9)) == 200
    assert call.sources().count("aml") == 1


def test_an_address_that_is_not_ours_is_refused(city: City, kannel: KannelServer) -> None:
    request = urllib.request.Request(f"{city.settings.inside_url}/aml/{'0' * 32}", data=b"x=1", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
