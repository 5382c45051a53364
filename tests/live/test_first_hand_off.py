"""What the edge copied of a request is in the very first hand-off: the place as sent, references as they came."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Kind
from gateway.store import Store
from tests.hep_copy import multipart, part, pidf
from tests.live.desk import Desk
from tests.live.edge import EdgedCity, edged_city, whole_edged_city  # noqa: F401 - fixtures
from tests.live.parts import Parts
from tests.live.sip_caller import SDP, SipCaller
from tests.live.wait import until

MIXED = 'Content-Type: multipart/mixed; boundary="b1"'
LIS = "https://lis.example.invalid/place/1?a=b"
INSIDE, BEKASI = (-6.2475, 106.8910), (-6.2350, 107.0000)


@pytest.fixture(scope="module")
def parts(whole_edged_city: EdgedCity) -> Iterator[Parts]:  # noqa: F811 - the fixture
    city = whole_edged_city
    with city.running("redis", "agi", "ami", "replay", "locator") as parts:
        yield parts


def rung(city: EdgedCity, place: tuple[float, float], *headers: str) -> Desk:
    """The operators' desk, as it rings for a silent caller whose request says where he is."""
    desk = city.desk("112-2", answers_after=None)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 5))
    document = part(pidf(*place, 37.5, when), "Content-Type: application/pidf+xml", "Content-ID: <p@a.invalid>")
    session = part(SDP, "Content-Type: application/sdp")
    SipCaller(city.door).invite([*headers, "Geolocation: <cid:p@a.invalid>", MIXED], multipart(session, document))
    until(lambda: desk.invitations, what="the desk rings")
    return desk


def test_the_first_hand_off_has_the_place_as_it_was_sent_and_references_as_they_came(
    edged_city: EdgedCity,  # noqa: F811
    parts: Parts,
) -> None:
    call = rung(edged_city, INSIDE, f"Geolocation: <{LIS}>").call
    assert "radius 38 m" in call.header("X-Location")
    ours, *others = call.invite.all("Geolocation")
    assert ours.startswith(f"<{edged_city.settings.public_url}/location/")
    assert others == [f"<{LIS}>"]
    told = Store(edged_city.settings).timeline(call.header("X-Incident-ID"))
    [handed_off] = [entry for entry in told if entry.kind is Kind.HANDED_OFF]
    assert handed_off.data["location"]["source"] == "pidf_lo"  # type: ignore[index]
    assert not [entry for entry in told if entry.kind is Kind.LOCATED], "nothing came late"


def test_the_desk_of_a_call_from_outside_is_told_so_at_once(edged_city: EdgedCity, parts: Parts) -> None:  # noqa: F811
    call = rung(edged_city, BEKASI).call
    assert "serahkan ke 112 Kota Bekasi" in call.header("X-Location")
    assert "di luar DKI Jakarta" in call.header("X-Location")
    store = Store(edged_city.settings)
    until(lambda: store.incident(call.header("X-Incident-ID")).proposals, what="it is proposed")
