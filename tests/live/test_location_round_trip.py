"""Every way a network may tell a place, sent by SIP through the edge: what the desk can fetch equals what was sent."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.evidence import pidf_lo
from gateway.incident.evidence import Evidence
from gateway.incident.timeline import Kind
from gateway.location_reference import location_url
from gateway.running.doors import doors
from gateway.running.readiness import answers_http
from gateway.store import Store
from tests.gateway.http_server import Asked, Reply, http_server
from tests.gateway.test_locations_fixtures import FILES, expected, told
from tests.hep_copy import multipart, part, pidf
from tests.live.edge import EdgedCity, edged_city, whole_edged_city  # noqa: F401 - fixtures
from tests.live.parts import Parts
from tests.live.sip_caller import SDP, SipCaller
from tests.live.wait import PATIENCE_SECONDS, until

MIXED = 'Content-Type: multipart/mixed; boundary="b1"'
SESSION = part(SDP, "Content-Type: application/sdp")


class Desk:
    """What a desk can fetch of a call."""

    def __init__(self, city: EdgedCity):
        self.settings = city.settings
        self.store = Store(city.settings)

    def incident(self, call_id: str) -> str:
        """The incident of a call, once it is open."""

        def find() -> str:
            recent = [one.id for one in self.store.recent(5)]
            told = (entry for one in recent for entry in self.store.timeline(one))
            return next((e.incident for e in told if e.kind is Kind.OPENED and e.data.get("call_id") == call_id), "")

        return until(find, what="the call is opened")

    def fetch(self, incident: str, path: str = "", accept: str = "application/json") -> bytes:
        url = location_url(self.settings, incident, time.time()) + path
        request = urllib.request.Request(url, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.read()

    def claims(self, incident: str, count: int) -> list[Evidence]:
        """What the network claimed, as the ledger has it, once that is so many claims."""

        def find() -> list[Evidence]:
            rows = json.loads(self.fetch(incident, "/ledger"))["evidence"]
            known = set(Evidence.__dataclass_fields__)
            found = [Evidence.from_dict({name: row[name] for name in known}) for row in rows]
            return [claim for claim in found if claim.source == pidf_lo.SOURCE]

        return until(lambda: len(found := find()) >= count and found, what=f"{count} claims")

    def refusals(self, incident: str) -> list[dict[str, str]]:
        return [e.data for e in self.store.timeline(incident) if e.kind is Kind.EVIDENCE_REFUSED]  # type: ignore[misc]


@pytest.fixture(scope="module")
def parts(whole_edged_city: EdgedCity) -> Iterator[Parts]:  # noqa: F811 - the fixture
    city = whole_edged_city
    environ = {**city.environ, "GATEWAY112_LOCATION_HOSTS": "http://127.0.0.1"}
    parts = Parts(city.settings, environ, city.redis)
    try:
        parts.start("redis", "agi", "ami", "replay", "web", "locator", "messages")
        web = next(door for door in doors(city.settings) if door.service == "web")
        until(answers_http(web), what="the web application answers")
        yield parts
    finally:
        parts.stop()


@pytest.fixture(scope="module")
def desk(whole_edged_city: EdgedCity, parts: Parts) -> Desk:  # noqa: F811 - the fixture
    return Desk(whole_edged_city)


def said(claim: Evidence) -> dict[str, object]:
    """All that a claim says, but when it came."""
    return {name: value for name, value in claim.as_dict().items() if name != "received_at"}


def name_of(path: Path) -> str:
    return path.stem


# All by UDP; that TCP brings the same bytes, every fourth shows.
WAYS = [*((file, False) for file in FILES), *((file, True) for file in FILES[::4])]


@pytest.mark.parametrize(
    ("file", "tcp"), WAYS, ids=[f"{name_of(file)}-{'tcp' if tcp else 'udp'}" for file, tcp in WAYS]
)
def test_what_was_sent_is_what_the_desk_can_fetch(edged_city: EdgedCity, desk: Desk, file: Path, tcp: bool) -> None:  # noqa: F811
    document = file.read_bytes()
    sent = [claim for claim in pidf_lo.parse(document, time.time()) if isinstance(claim, Evidence)]
    body = multipart(SESSION, part(document, "Content-Type: application/pidf+xml", "Content-ID: <place@a.invalid>"))
    caller = SipCaller(edged_city.door, tcp=tcp).invite(["Geolocation: <cid:place@a.invalid>", MIXED], body)
    incident = desk.incident(caller.call_id)
    got = desk.claims(incident, len(sent)) if sent else []
    assert [said(claim) for claim in got] == [said(claim) for claim in sent]
    assert [told(claim) for claim in got] == [claim for claim in expected(file) if "problem" not in claim]
    if not sent:
        until(lambda: desk.refusals(incident), what="why nothing was understood")
    assert all(claim.original in (document, b"") for claim in got)
    caller.hang_up()


@pytest.mark.parametrize("file", ["another_coordinate_system", "entities", "civic_of_a_language_alone"])
def test_what_we_refuse_is_no_place_by_asterisk_s_reading(edged_city: EdgedCity, desk: Desk, file: str) -> None:  # noqa: F811
    document = next(each for each in FILES if each.stem == file).read_bytes()
    body = multipart(SESSION, part(document, "Content-Type: application/pidf+xml", "Content-ID: <place@a.invalid>"))
    caller = SipCaller(edged_city.door).invite(["Geolocation: <cid:place@a.invalid>", MIXED], body)
    incident = desk.incident(caller.call_id)
    refused = until(lambda: desk.refusals(incident), what="why nothing was understood")
    assert {each["source"] for each in refused} == {"pidf_lo"}
    location = json.loads(desk.fetch(incident))["location"]
    assert (location["is_known"], location["source"]) in [(False, ""), (False, "trunk_area")]
    caller.hang_up()


def test_every_part_header_and_cell_of_one_request_arrives(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    first, second = pidf(-6.11), pidf(-6.12)
    inner = multipart(part(second, "Content-Type: application/pidf+xml"), boundary="b2")
    body = multipart(
        SESSION,
        part(base64.b64encode(first), "Content-Type: application/pidf+xml", "Content-Transfer-Encoding: base64",
             "Content-ID: <first@a.invalid>"),
        part(inner, "Content-Type: multipart/alternative; boundary=b2"),
    )  # fmt: skip
    headers = [
        "Geolocation: cid:first@a.invalid, <https://lis.example.invalid/place/1>",
        "Geolocation: <sip:place@example.invalid>",
        "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=510101A2B2B8F2D1",
        MIXED,
    ]
    caller = SipCaller(edged_city.door).invite(headers, body)
    incident = desk.incident(caller.call_id)
    assert {claim.shape.lat for claim in desk.claims(incident, 2)} == {-6.11, -6.12}  # type: ignore[union-attr]
    told = json.loads(desk.fetch(incident, "/ledger"))
    assert {row["url"] for row in told["references"]} == {
        "https://lis.example.invalid/place/1",
        "sip:place@example.invalid",
    }
    assert "network_cell" in {refused["source"] for refused in desk.refusals(incident)}
    caller.hang_up()


def test_the_place_is_fetched_as_a_document_with_the_time_and_method_that_were_sent(
    edged_city: EdgedCity,  # noqa: F811
    desk: Desk,
) -> None:
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 5))
    body = multipart(part(pidf(-6.2345, 106.8765, 37.5, when), "Content-Type: application/pidf+xml"), SESSION)
    caller = SipCaller(edged_city.door).invite([MIXED], body)
    incident = desk.incident(caller.call_id)
    [sent] = desk.claims(incident, 1)
    [fetched] = pidf_lo.parse(desk.fetch(incident, accept="application/pidf+xml"), time.time())
    assert isinstance(fetched, Evidence)
    assert (fetched.shape, fetched.observed_at, fetched.method) == (sent.shape, sent.observed_at, "GPS")
    caller.hang_up()


def test_a_request_larger_than_a_datagram_arrives_by_tcp(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    document = pidf(-6.3).replace(b"<tuple", b"<!--" + b"x" * 120_000 + b"--><tuple")
    body = multipart(SESSION, part(document, "Content-Type: application/pidf+xml"))
    caller = SipCaller(edged_city.door, tcp=True).invite([MIXED], body)
    incident = desk.incident(caller.call_id)
    assert desk.claims(incident, 1)[0].original == document
    caller.hang_up()


def test_a_call_id_of_any_length_and_letters_joins(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    for call_id in ("odd-%[]{}*~'\"<x>&=?/:@a.invalid", "long-" + "x" * 400):
        caller = SipCaller(edged_city.door)
        caller.call_id = call_id
        body = multipart(SESSION, part(pidf(-6.4), "Content-Type: application/pidf+xml"))
        caller.invite([MIXED], body)
        until(lambda: any(e["source"] == "pidf_lo" for e in desk.store.recent(1)[0].evidence), what=call_id)
        caller.hang_up()


def test_a_session_within_containers_is_answered_and_its_place_arrives(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    inner = multipart(part(pidf(-6.6), "Content-Type: application/pidf+xml"), SESSION, boundary="b2")
    body = multipart(part(inner, "Content-Type: multipart/related; boundary=b2"))
    caller = SipCaller(edged_city.door).invite([MIXED], body)
    assert desk.claims(desk.incident(caller.call_id), 1)[0].shape.lat == -6.6  # type: ignore[union-attr]
    caller.hang_up()


def test_a_location_by_reference_is_fetched_and_the_reference_handed_on(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    document = pidf(-6.7).partition(b"?>")[2]
    answer = b'<locationResponse xmlns="urn:ietf:params:xml:ns:geopriv:held">' + document + b"</locationResponse>"

    def held(asked: Asked) -> Reply:
        return Reply(body=answer, hang=1.0) if asked.method == "POST" else Reply(405)

    with http_server(held) as server:
        url = server.url("/place/1")
        headers = [f"Geolocation: <{url}>", "Content-Type: application/sdp"]
        caller = SipCaller(edged_city.door).invite(headers, SDP)
        incident = desk.incident(caller.call_id)
        [claim] = desk.claims(incident, 1)
        caller.hang_up()
    assert (claim.shape.lat, claim.reference, claim.original) == (-6.7, url, answer)  # type: ignore[union-attr]
    assert [row["url"] for row in json.loads(desk.fetch(incident, "/ledger"))["references"]] == [url]


def test_the_place_of_a_message_arrives_with_it(edged_city: EdgedCity, desk: Desk) -> None:  # noqa: F811
    text = part(b"tolong", "Content-Type: text/plain")
    body = multipart(text, part(pidf(-6.8), "Content-Type: application/pidf+xml", "Content-ID: <place@a.invalid>"))
    writer = SipCaller(edged_city.door).message(["Geolocation: <cid:place@a.invalid>", MIXED], body)

    def find() -> str:
        recent = [one.id for one in desk.store.recent(5)]
        told = (entry for one in recent for entry in desk.store.timeline(one) if entry.kind is Kind.MESSAGE)
        return next((entry.incident for entry in told if writer.call_id in str(entry.data["message"])), "")

    incident = until(find, what="the message is filed")
    assert desk.claims(incident, 1)[0].shape.lat == -6.8  # type: ignore[union-attr]


@pytest.mark.parametrize("waits", [True, False], ids=["who waits", "who hung up"])
def test_the_place_of_a_call_that_we_did_not_answer_is_found_afterwards(
    edged_city: EdgedCity,  # noqa: F811
    desk: Desk,
    parts: Parts,
    waits: bool,
) -> None:
    parts.kill("agi", "ami")
    body = multipart(SESSION, part(pidf(-6.5), "Content-Type: application/pidf+xml"))
    caller = SipCaller(edged_city.door).invite([MIXED], body)
    if not waits:
        caller.hang_up()
    parts.start("agi", "ami")
    incident = desk.incident(caller.call_id)
    assert desk.claims(incident, 1)[0].shape.lat == -6.5  # type: ignore[union-attr]
    if waits:
        caller.hang_up()
