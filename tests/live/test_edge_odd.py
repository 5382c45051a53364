"""Odd SIP at the edge: whatever can be lived with is answered, and of the rest nothing falls over."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.live.edge import EdgedCity, ask, edged_city, edged_stand_in, options, whole_edged_city  # noqa: F401 - fixtures
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until

SDP = "application/sdp"
MIXED = "multipart/mixed;boundary=b"
PIDF = b"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:a@caller.invalid'/>"


@pytest.fixture
def line(edged_city: EdgedCity, edged_stand_in: StandIn) -> Iterator[Line]:  # noqa: F811 - the fixtures
    edged_stand_in.hand_off("112")
    line = Line(edged_city.door)
    yield line
    line.close()


def parts(*each: tuple[bytes, bytes], boundary: bytes = b"b") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + part + b"\r\n" for head, part in each)
    return body + b"--" + boundary + b"--\r\n"


PLACE = (b"Content-Type: application/pidf+xml\r\nContent-ID: <p@caller.invalid>", PIDF)


def offer(sdp: bytes) -> tuple[bytes, bytes]:
    return b"Content-Type: application/sdp", sdp


BODIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "no offer": ("", lambda _sdp: b""),
    "type in capitals": ("Application/SDP", lambda sdp: sdp),
    "place before the offer": (MIXED, lambda sdp: parts(PLACE, offer(sdp))),
    "related": ("multipart/related;boundary=b", lambda sdp: parts(PLACE, offer(sdp))),
    "nested": (
        MIXED,
        lambda sdp: parts(PLACE, (b"Content-Type: multipart/alternative;boundary=i", parts(offer(sdp), boundary=b"i"))),
    ),
    "wrong boundary": ("multipart/mixed;boundary=other", lambda sdp: parts(offer(sdp), PLACE)),
    "cut off": (MIXED, lambda sdp: parts(PLACE, offer(sdp))[:-7]),
    "part without type": (MIXED, lambda sdp: parts((b"X-Part: 1", sdp), PLACE)),
    "a place alone": ("application/pidf+xml", lambda _sdp: PIDF),
    "noise": ("application/octet-stream", lambda _sdp: b"\xff\xfe\x00\x01"),
    "video and text": (SDP, lambda sdp: sdp + b"m=video 4000 RTP/AVP 96\r\nm=text 4002 RTP/AVP 98\r\n"),
    "text first": (SDP, lambda sdp: sdp.replace(b"m=audio", b"m=text 4002 RTP/AVP 98\r\nm=audio", 1)),
    "broken video": (SDP, lambda sdp: sdp + b"m=video x RTP/AVP\r\na=rtpmap:zz\r\n"),
    "broken audio": (SDP, lambda sdp: re.sub(rb"(m=audio \d+ RTP/AVP)[^\r]*", rb"\1", sdp)),
    "audio that nothing describes": (SDP, lambda sdp: re.sub(rb"(m=audio \d+ RTP/AVP)[^\r]*", rb"\1 8 112 113", sdp)),
    "junk line": (SDP, lambda sdp: sdp + b"hello world\r\n"),
    "line feeds": (SDP, lambda sdp: sdp.replace(b"\r\n", b"\n")),
    "no name": (SDP, lambda sdp: sdp.replace(b"s=-\r\n", b"")),
    "zeros at the end": (SDP, lambda sdp: sdp + b"\0\0"),
    "empty": (SDP, lambda _sdp: b"\r\n"),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_call_with_an_odd_body_is_answered(line: Line, what: str) -> None:
    kind, made = BODIES[what]
    line.send(line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), made(line.voice.description()), kind)
    assert line.final() == 200
    assert re.search(r"^m=audio [1-9]", line.answers[-1], re.MULTILINE)


@pytest.mark.parametrize(("what", "media"), [("broken video", ["audio", "video"]), ("text first", ["text", "audio"])])
def test_an_answer_has_a_line_for_each_one_of_the_offer(line: Line, what: str, media: list[str]) -> None:
    _, made = BODIES[what]
    line.send(line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), made(line.voice.description()))
    assert line.final() == 200
    assert re.findall(r"^m=([a-z]+)", line.answers[-1], re.MULTILINE) == media
    assert re.findall(r"^m=([a-z]+) 0 ", line.answers[-1], re.MULTILINE) == [name for name in media if name != "audio"]


def instead(name: str, *new: str) -> Callable[[list[str]], list[str]]:
    """The headers with others for the one of this name."""
    return lambda head: [kept for line in head for kept in (new if line.startswith(f"{name}:") else (line,))]


SHORT = {"Via": "v", "From": "f", "To": "t", "Call-ID": "i", "Contact": "m", "Content-Type": "c"}

HEADS: dict[str, Callable[[list[str]], list[str]]] = {
    "no branch": lambda head: [re.sub(";branch=[^;]*", "", line) for line in head],
    "an old branch": lambda head: [line.replace("z9hG4bK", "") for line in head],
    "no rport": lambda head: [line.replace(";rport", "") for line in head],
    "no Max-Forwards": instead("Max-Forwards"),
    "Max-Forwards 0": instead("Max-Forwards", "Max-Forwards: 0"),
    "Max-Forwards in words": instead("Max-Forwards", "Max-Forwards: many"),
    "no Contact": instead("Contact"),
    "a Contact that cannot be reached": instead("Contact", "Contact: <tel:112>"),
    "any Contact": instead("Contact", "Contact: *"),
    "no tag": lambda head: [re.sub(";tag=.*", "", line) for line in head],
    "a From of no scheme": instead("From", "From: 0812;tag=1"),
    "a From of another scheme": instead("From", "From: <im:siti@caller.invalid>;tag=1"),
    "a To of no scheme": instead("To", "To: 112"),
    "compact": lambda head: [re.sub("^([A-Za-z-]+):", lambda name: SHORT.get(name[1], name[1]) + ":", x) for x in head],
    "folded": lambda head: [*head, "Subject: tolong\r\n kami\r\n\tsegera"],
    "unknown": lambda head: [*head, "X-Whatever: ;;,,", "P-Something-New: <a>;b"],
    "many": lambda head: [*head, *(f"X-Header-{number}: {'y' * 50}" for number in range(300))],
    "what nobody can": lambda head: [*head, "Require: precondition, foo", "Proxy-Require: bar"],
    "a short session": lambda head: [*head, "Session-Expires: 20", "Min-SE: 10", "Supported: timer"],
    "a session that is no number": lambda head: [*head, "x: soon", "Min-SE: now", "Expires: never"],
    "a way back that is none": lambda head: [*head, "Record-Route: <sip:x"],
    "a way back over others": lambda head: [
        *head,
        "Record-Route: <sip:192.0.2.1;lr>",
        "Record-Route: <sip:192.0.2.2;lr>",
    ],
    "a password in no form": lambda head: [*head, "Authorization: secret", "Proxy-Authorization: Basic x"],
    "what belongs elsewhere": lambda head: [*head, "Event: ;", "Contact: x"],
    "a Route to elsewhere": lambda head: [*head, "Route: <sip:192.0.2.1;lr>"],
    "a line in no scheme": lambda head: ["INVITE 112 SIP/2.0", *head[1:]],
    "a long line": lambda head: [f"INVITE sip:{'9' * 3000}@example.invalid SIP/2.0", *head[1:]],
    "hostile": lambda head: ["INVITE sip:112@x\x01';DROP SIP/2.0", *head[1:]],
}


@pytest.mark.parametrize("what", HEADS)
def test_a_call_with_odd_headers_is_answered(line: Line, what: str) -> None:
    head = line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>", f"Content-Type: {SDP}")
    body = line.voice.description()
    line.raw(HEADS[what](head), body)
    assert line.final() == 200


SILENCING = ("Session-Expires: 90;refresher=;;", "Record-Route: <sip:caller.invalid:99999999;lr>")


@pytest.mark.parametrize("header", SILENCING)
def test_a_header_that_silences_asterisk_costs_seconds_and_no_call(line: Line, header: str) -> None:
    head = line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>", f"Content-Type: {SDP}", header)
    line.raw(head, line.voice.description())
    assert line.final() == 200


@pytest.mark.parametrize("told", [9999, 50, None], ids=["too long", "too short", "none"])
def test_a_length_that_is_wrong_costs_no_call(line: Line, told: int | None) -> None:
    head = line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>", f"Content-Type: {SDP}")
    line.raw(head, line.voice.description(), told)
    assert line.final() == 200


GARBAGE = (
    b"", b"\r\n\r\n", b"\0" * 50, b"hello", b"INVITE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\xff" * 60000,
    b"INVITE sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"INVITE sip:112@x SIP/2.0\r\nVia: x\r\n\r\n",
    b"INVITE sip:112@x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKx\r\nFrom: \"\r\nTo: <\r\nCSeq: x\r\n\r\n",
)  # fmt: skip


def test_garbage_stops_nothing(edged_city: EdgedCity, line: Line) -> None:  # noqa: F811 - the fixture
    for each in GARBAGE:
        line.datagram(each)
        with socket.create_connection(edged_city.door, timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(each)
    assert edged_city.edge.runs
    assert line.invite().final() == 200


@pytest.mark.parametrize("size", [3_000, 20_000, 60_000, 64_500])
def test_a_large_request_by_udp_is_answered(line: Line, size: int) -> None:
    body = parts((PLACE[0], PIDF + b" " * size), offer(line.voice.description()))
    line.send(line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), body, MIXED)
    assert line.final() == 200


def by_tcp(door: tuple[str, int], line: Line, body: bytes) -> bytes:
    """The final answer; empty: the connection was closed."""
    head = line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>", f"Content-Type: {MIXED}")
    text = "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).replace("SIP/2.0/UDP", "SIP/2.0/TCP").encode()
    with socket.create_connection(door, timeout=PATIENCE_SECONDS) as connection:
        try:
            connection.sendall(text + body)
            got = b""
            while not re.search(rb"^SIP/2\.0 [2-6]", got, re.MULTILINE):
                more = connection.recv(65536)
                if not more:
                    return b""
                got += more
        except (BrokenPipeError, ConnectionResetError):
            return b""
    return got


@pytest.mark.parametrize("size", [1_000, 120_000, 200_000])
def test_a_large_request_by_tcp_is_answered(edged_city: EdgedCity, line: Line, size: int) -> None:  # noqa: F811 - fixture
    body = parts((PLACE[0], PIDF + b" " * size), offer(line.voice.description()))
    assert b"SIP/2.0 200" in by_tcp(edged_city.door, line, body)


def test_calls_go_on_while_a_request_beyond_all_measure_comes_in(edged_city: EdgedCity, line: Line) -> None:  # noqa: F811 - fixture
    head = [*line.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), "Content-Length: 10000000", "", ""]
    with (
        socket.create_connection(edged_city.door, timeout=PATIENCE_SECONDS) as connection,
        contextlib.suppress(OSError),
    ):
        connection.sendall("\r\n".join(head).encode() + b" " * 200_000)
        assert line.invite().final() == 200
        connection.sendall(b" " * 9_800_000)
    line.within("ACK")
    line.within("BYE")
    assert line.final() == 200


def test_a_request_beyond_all_measure_ends_its_connection_and_takes_no_memory(
    edged_city: EdgedCity,  # noqa: F811 - the fixture
    line: Line,
) -> None:
    before = edged_city.edge.memory
    for _ in range(5):
        assert by_tcp(edged_city.door, line, parts((PLACE[0], b" " * 10_000_000))) == b""
    assert edged_city.edge.memory < before + 20_000_000
    until(lambda: edged_city.edge.log.count("tcp_read_req: error reading") >= 5, what="the log tells of each")
    assert ask(edged_city.door, options(edged_city.door)).startswith(b"SIP/2.0 200")
