"""Calls by the edge: whatever is dialled and whatever To says it is 112, and nothing of that shows to the caller."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest

from tests.live.edge import EdgedCity, edged_city, edged_stand_in, whole_edged_city  # noqa: F401 - fixtures
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.wait import until

# ruff: noqa: F811 - fixtures of tests/live/edge.py are parameters here

SOS = "urn:service:sos"
CALLED = [
    (SOS, SOS, ""),
    ("urn:service:sos.police", "urn:service:sos.police", "sos.police"),
    ("URN:Service:SOS.Fire", "urn:service:sos", "sos.fire"),
    ("urn:service:sos", "urn:service:sos.ecall.automatic", "sos.ecall.automatic"),
    ("sip:112@127.0.0.1", "urn:service:sos.ambulance", "sos.ambulance"),
    ("urn:nena:service:sos.police", "urn:service:sos", "sos.police"),
    ("tel:112", "tel:112", ""),
    ("tel:+62112", "sip:112@127.0.0.1", ""),
    ("sip:112@127.0.0.1;user=phone", "sip:112@127.0.0.1", ""),
    ("sips:112@127.0.0.1", "sips:112@127.0.0.1", ""),
    ("sip:0812@elsewhere.invalid", "sip:112@127.0.0.1", ""),
    ("sip:127.0.0.1", "im:112@127.0.0.1", ""),
]


@pytest.fixture
def line(edged_city: EdgedCity, edged_stand_in: StandIn) -> Iterator[Line]:
    edged_stand_in.hand_off("112")
    line = Line(edged_city.door)
    yield line
    line.close()


@pytest.mark.parametrize(("target", "to", "service"), CALLED)
def test_whatever_is_called_reaches_the_dialogue_with_its_service(
    line: Line, edged_stand_in: StandIn, target: str, to: str, service: str
) -> None:
    line.invite(target=target, to=f"<{to}>")
    assert line.final() == 200
    arguments = edged_stand_in.last().arguments
    assert (arguments[0], arguments[5]) == ("trial", line.call_id)
    assert arguments[6] in {service, "sos" if to == SOS or target == SOS else service}


@pytest.mark.parametrize("to", ["<urn:service:sos.police>", '"Darurat" <tel:112>', "<sip:112@127.0.0.1>", "tel:112"])
def test_a_caller_gets_its_own_to_back_through_the_whole_call(line: Line, edged_city: EdgedCity, to: str) -> None:
    line.invite(target="urn:service:sos", to=to)
    assert line.final() == 200
    assert line.header("To").startswith(f"{to};tag=")
    line.within("ACK")
    line.within("INFO", "Content-Type: application/dtmf-relay", body=b"Signal=1\r\nDuration=100\r\n")
    assert line.final() == 200
    assert line.header("To").startswith(f"{to};tag=")
    line.within("BYE")
    assert line.final() == 200
    until(edged_city.asterisk.idle)


def test_the_network_is_told_when_our_side_ends_the_call(line: Line, edged_city: EdgedCity) -> None:
    line.invite(target=SOS, to=f"<{SOS}>")
    assert line.final() == 200
    line.within("ACK")
    edged_city.asterisk.console("channel request hangup all")
    request = line.request("BYE")
    assert f"From: <{SOS}>;tag=" in request
    line.answer(request)
    until(edged_city.asterisk.idle)


def test_a_caller_who_knows_nothing_of_routes_still_ends_its_call(line: Line, edged_city: EdgedCity) -> None:
    line.invite()
    assert line.final() == 200
    line.within("ACK", routes=False)
    line.within("BYE", routes=False)
    assert line.final() == 200
    until(edged_city.asterisk.idle)


def test_a_call_that_is_given_up_while_it_rings_is_over(
    line: Line, edged_stand_in: StandIn, edged_city: EdgedCity
) -> None:
    edged_stand_in.script = ("hang",)
    line.invite()
    line.wait(lambda status: status == 180)
    line.cancel()
    assert line.wait(lambda status: status == 487) == 487
    until(edged_city.asterisk.idle)


def test_a_request_that_comes_again_is_one_call(line: Line, edged_stand_in: StandIn) -> None:
    for _ in range(3):
        line.invite()
    assert line.final() == 200
    assert len(edged_stand_in.requests) == 1


def test_many_callers_at_once_are_all_answered(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    lines = [Line(edged_city.door).invite() for _ in range(40)]
    try:
        assert [line.final() for line in lines] == [200] * 40
    finally:
        for line in lines:
            line.close()


def test_what_says_something_of_a_place_is_copied_as_it_came(edged_city: EdgedCity, line: Line) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as locator:
        locator.bind(("127.0.0.1", edged_city.settings.number("capture_port")))
        locator.settimeout(5)
        line.invite("Geolocation: cid:a@b", "X-G112-Service: sos.forged", target=SOS, to=f"<{SOS}>")
        copy = locator.recv(65536)
    assert copy.startswith(b"HEP3")
    assert copy.endswith(line.voice.description())
    assert f"INVITE {SOS} SIP/2.0\r\n".encode() in copy
    assert b"Geolocation: cid:a@b\r\nX-G112-Service: sos.forged\r\n" in copy
    assert line.final() == 200


PLACES = (
    "Geolocation: <cid:a@b>", "geolocation:<https://lis.example.id/1>", "Geolocation-Routing: no",
    "P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=5100100010000001", "Cellular-Network-Info: x",
    "Call-Info: <https://x.example.id/1>;purpose=EmergencyCallData.SubscriberInfo",
    'Contact: <sip:a@127.0.0.1>;+sip.instance="<urn:gsma:imei:90420156-025763-0>"',
)  # fmt: skip


@pytest.mark.parametrize("header", PLACES)
def test_the_gateway_knows_that_something_was_copied(line: Line, edged_stand_in: StandIn, header: str) -> None:
    line.invite(header)
    assert line.final() == 200
    assert edged_stand_in.last().arguments[7] == "yes"


def test_the_gateway_knows_that_nothing_was_copied(line: Line, edged_stand_in: StandIn) -> None:
    line.invite()
    assert line.final() == 200
    assert edged_stand_in.last().arguments[7:] in ([], [""])


@pytest.mark.parametrize("how", ["gone", "frozen"])
def test_a_locator_that_is_gone_or_frozen_delays_no_call(
    edged_city: EdgedCity, edged_stand_in: StandIn, how: str
) -> None:
    """What it does not read is dropped by the kernel, not waited for: as quick as calls without any place.

    In turn, and the quickest of each: what else a machine has to do slows down both.
    """
    edged_stand_in.hand_off("112")
    locator = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    locator.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    if how == "frozen":
        locator.bind(("127.0.0.1", edged_city.settings.number("capture_port")))
    with locator:
        both = [
            (took(edged_city, "Geolocation: <cid:a@b>", f"X-Filling: {'y' * 3000}"), took(edged_city))
            for _ in range(30)
        ]
    # The first ones still have room.
    with_place, without = zip(*both[10:], strict=True)
    assert min(with_place) < min(without) + 0.1


def took(city: EdgedCity, *headers: str) -> float:
    """Seconds from INVITE to answer."""
    line = Line(city.door)
    try:
        began = time.monotonic()
        assert line.invite(*headers).final() == 200
        return time.monotonic() - began
    finally:
        line.close()


def test_the_only_asterisk_may_fall_silent_for_seconds(edged_city: EdgedCity, line: Line) -> None:
    edged_city.asterisk.send(signal.SIGSTOP)
    try:
        line.invite()
        line.wait(lambda status: status < 200)
        time.sleep(5)
    finally:
        edged_city.asterisk.send(signal.SIGCONT)
    assert line.final() == 200
    assert line.statuses.count(200) == 1
    line.within("ACK")
    line.within("BYE")
    assert line.final() == 200
    until(edged_city.asterisk.idle)


def test_a_killed_asterisk_that_comes_back_answers_who_waits(edged_city: EdgedCity, line: Line) -> None:
    edged_city.asterisk.send(signal.SIGKILL)
    line.invite()
    line.wait(lambda status: status < 200)
    edged_city.asterisk.start()
    assert line.final() == 200


def test_a_killed_edge_leaves_nothing_behind_that_keeps_a_new_one_out(edged_city: EdgedCity, line: Line) -> None:
    os.kill(edged_city.edge.pid, signal.SIGKILL)
    edged_city.edge.start()
    until(lambda: edged_city.edge.forwards)
    assert line.invite().final() == 200


def test_a_call_outlives_the_edge_it_came_by(edged_city: EdgedCity, line: Line) -> None:
    line.invite(target=SOS, to=f"<{SOS}>")
    assert line.final() == 200
    line.within("ACK")
    os.kill(edged_city.edge.pid, signal.SIGKILL)
    edged_city.edge.start()
    line.within("BYE")
    assert line.final() == 200
    assert line.header("To").startswith(f"<{SOS}>;tag=")
    until(edged_city.asterisk.idle)


def test_the_edges_log_tells_nothing_of_a_caller(edged_city: EdgedCity, line: Line) -> None:
    line.invite('P-Asserted-Identity: "Kanari', "Geolocation: kanari", target="foo:kanari", to="<kanari>")
    line.wait(lambda status: status >= 200)
    line.datagram(b"INVITE sip:kanari SIP/2.0\r\nVia: kanari\r\nkanari\r\n\r\nkanari")
    assert line.invite().final() == 200
    assert "anari" not in edged_city.edge.log
