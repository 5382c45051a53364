"""What a desk is told: headers, PIDF-LO by value, a reference, and a whisper."""

from __future__ import annotations

import pytest

from gateway.evidence import pidf_lo
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle, Point
from tests.live.city import City
from tests.live.desk import Invitation
from tests.live.rtp import strength
from tests.live.sounds import NEED_HZ, PLACE_HZ, SECONDS, SILENT_HZ
from tests.live.stand_in import StandIn
from tests.live.wait import until

PLACE = "Kelurahan Cipinang Melayu, Jakarta Timur; radius 50 meter (operator, 10.15)"
CIRCLE = "-6.2470000 106.9050000 50.0 95 2026-11-21T10:15:00Z"
URL = "https://gateway.invalid/location/abc.DEF-123_~"
CALLERS_OWN_PLACE = """<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
 xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:gml="http://www.opengis.net/gml"
 xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:caller@caller.invalid">
<dm:device id="d"><gp:geopriv><gp:location-info>
<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>-6.1754 106.8272</gml:pos>
<gs:radius uom="urn:ogc:def:uom:EPSG::9001">30</gs:radius></gs:Circle>
</gp:location-info><gp:usage-rules/><gp:method>GPS</gp:method></gp:geopriv></dm:device></presence>"""


def rung(city: City, stand_in: StandIn, desk_name: str, answers_after: float | None = None, **order: str) -> Invitation:
    """The invitation that a desk of the queue gets for a call with this order."""
    desk = city.desk(desk_name, answers_after)
    stand_in.hand_off(desk_name.partition("-")[0], **order)
    city.call()
    until(lambda: desk.invitations, what="the desk rings")
    return desk.call


def document(call: Invitation) -> bytes:
    """The PIDF-LO in the invitation's body."""
    return call.invite.body.partition(b"application/pidf+xml")[2].partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]


def test_a_desk_is_told_incident_priority_need_and_place(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-1", PRIO="50", PRIORITY="1", NEED="violence", SILENT="1", LOCATION_TEXT=PLACE)
    told = {name: value for name, value in call.invite.headers if name.startswith("X-")}
    assert told == {
        "X-Incident-ID": "abc123",
        "X-Priority": "1",
        "X-Need": "violence",
        "X-Silent": "yes",
        "X-Language": "id",
        "X-Location": PLACE,
    }


def test_a_telephone_that_takes_it_gets_the_place_by_value(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-1", GEOLOC=CIRCLE, LOCATION_URL=URL)
    assert call.header("Content-Type").startswith("multipart/mixed")
    assert call.header("Geolocation").startswith("<cid:")
    assert call.header("X-Location-Observed") == "2026-11-21T10:15:00Z"
    found = pidf_lo.parse(document(call), 0.0)
    assert [(one.shape, one.confidence) for one in found if isinstance(one, Evidence)] == [
        (Circle(-6.247, 106.905, 50.0), 95.0)
    ]


def test_a_point_of_unknown_accuracy_is_given_without_a_radius(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-1", GEOLOC=CIRCLE.replace("50.0", "-"))
    found = pidf_lo.parse(document(call), 0.0)
    assert [one.shape for one in found if isinstance(one, Evidence)] == [Point(-6.247, 106.905)]


def test_a_desk_that_takes_references_gets_the_url_and_no_body(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-2", GEOLOC=CIRCLE, LOCATION_URL=URL)
    assert call.invite.all("Geolocation") == [f"<{URL}>"]
    assert call.header("Content-Type") == "application/sdp"


def test_a_browser_gets_the_url_and_media_it_can_speak(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "112-2", GEOLOC=CIRCLE, LOCATION_URL=URL)
    assert call.invite.all("Geolocation") == [f"<{URL}>"]
    assert b"UDP/TLS/RTP/SAVPF" in call.invite.body


def test_who_may_not_know_of_violence_gets_a_url_of_its_own(city: City, stand_in: StandIn) -> None:
    call = rung(
        city, stand_in, "118-2", NEED="violence", DISCREET_NEED="other", LOCATION_URL=URL, DISCREET_URL=URL + "d",
        LOCATION_TEXT="rumah suami; Kel. Gambir", DISCREET_TEXT="Kel. Gambir",
    )  # fmt: skip
    assert call.header("X-Location") == "Kel. Gambir"
    assert call.invite.all("Geolocation") == [f"<{URL}d>"]


def test_where_others_tell_the_place_is_handed_on_as_it_came_after_our_url(city: City, stand_in: StandIn) -> None:
    others = ("https://lis.example/place/1?a=b,c&d=(e);f=%3C$g", "sips:somebody@lis.example", "http://[2001:db8::1]/x")
    call = rung(city, stand_in, "110-2", LOCATION_URL=URL, REFERENCES=" ".join(others))
    assert call.invite.all("Geolocation") == [f"<{url}>" for url in (URL, *others)]


def test_with_a_place_by_value_others_urls_come_beside_it(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-1", GEOLOC=CIRCLE, REFERENCES="https://lis.example/1")
    assert any("cid:" in value for value in call.invite.all("Geolocation"))
    assert any("<https://lis.example/1>" in value for value in call.invite.all("Geolocation"))
    assert document(call)


@pytest.mark.parametrize("desk", ["110-1", "110-2"])
def test_without_evidence_no_place_is_made_up(city: City, stand_in: StandIn, desk: str) -> None:
    call = rung(city, stand_in, desk)
    assert call.invite.all("Geolocation") == []
    assert call.header("X-Location") == "tidak diketahui"
    assert call.header("Content-Type") == "application/sdp"


@pytest.mark.parametrize("place", [CALLERS_OWN_PLACE, CALLERS_OWN_PLACE.replace("<gp:usage-rules/>", "")])
def test_a_callers_own_claim_is_not_asterisk_s_to_read_and_reaches_no_desk(
    city: City, stand_in: StandIn, place: str
) -> None:
    desk = city.desk("110-1", None)
    stand_in.hand_off("110")
    city.call(pidf=place, headers=("P-Access-Network-Info: 3GPP-E-UTRAN; utran-cell-id-3gpp=5101012345",))
    until(lambda: desk.invitations)
    assert stand_in.last().arguments[:2] == ["trial", "3GPP-E-UTRAN; utran-cell-id-3gpp=5101012345"]
    assert b"-6.1754" not in desk.call.invite.body
    assert desk.call.invite.all("Geolocation") == []


def test_an_agency_that_need_not_know_of_violence_is_told_another_need(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "118-1", NEED="violence", DISCREET_NEED="other")
    assert call.header("X-Need") == "other"
    assert "violence" not in str(call.invite.headers)


def test_need_and_place_are_whispered_before_the_caller_is_joined(city: City, stand_in: StandIn) -> None:
    desk = city.desk("110-1")
    stand_in.hand_off("110", NEED="violence", SILENT="1", WHISPER="place/31.75")
    city.call().answered()
    call = until(lambda: desk.invitations)[-1]
    length = int(SECONDS * 8000)
    until(lambda: call.voice and len(call.voice.heard) > 5 * length)
    assert call.voice
    heard = bytes(call.voice.heard)
    for place, hertz in enumerate((NEED_HZ, SILENT_HZ, PLACE_HZ)):
        assert strength(heard[place * length + 480 : (place + 1) * length], hertz) > 0.8
    assert strength(heard[-1600:], 440.0) > 0.8, "then it hears the caller"


def test_a_desk_that_leaves_during_the_whisper_loses_no_caller(city: City, stand_in: StandIn) -> None:
    hasty = city.desk("110-1")
    hasty.hangs_up_after = 0.2
    stand_in.hand_off("110", NEED="violence", WHISPER="place/31.75")
    caller = city.call().answered()
    until(lambda: hasty.invitations and hasty.call.ended_at)
    until(lambda: len(hasty.invitations) > 1, what="the caller is still in the queue and rings again")
    assert caller.there
