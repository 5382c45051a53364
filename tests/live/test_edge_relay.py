"""The edge is nobody's relay: what comes from outside goes to an Asterisk or nowhere."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.live.edge import EdgedCity, ask, options
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until

pytest_plugins = ["tests.live.edge"]

STRANGER, VICTIM = "127.0.0.9", "127.0.0.77"
METHODS = ("OPTIONS", "BYE", "INFO", "INVITE", "MESSAGE", "REGISTER", "NOTIFY", "REFER", "ACK", "UPDATE", "PUBLISH")
WAYS = {
    "by its line": ("{victim}", ["{edge};lr"]),
    "by a second Route": ("sip:112@x.invalid", ["{edge};lr", "{victim};lr"]),
    "by both of our Routes": ("{victim}", ["{edge};r2=on;lr", "{edge};r2=on;lr"]),
    "by TCP": ("{victim};transport=tcp", ["{edge};lr"]),
    "by an alias": ("{edge};alias=127.0.0.77~{port}~1", ["{edge};lr"]),
    "without a Route": ("{victim}", []),
    "by a Route alone": ("sip:112@x.invalid", ["{victim};lr"]),
    "as strict routers do": ("{edge};lr", ["{victim};lr"]),
}

ASKED = (
    [("by its line", method) for method in METHODS] + [(way, "BYE") for way in WAYS] + [(way, "INVITE") for way in WAYS]
)


@pytest.fixture
def victim() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door, socket.socket() as tcp:
        door.bind((VICTIM, 0))
        tcp.bind(door.getsockname())
        tcp.listen()
        door.settimeout(0.5)
        yield door


@pytest.fixture
def stranger(edged_city: EdgedCity) -> Iterator[Line]:
    with contextlib.closing(Line(edged_city.door, host=STRANGER)) as line:
        yield line


def nothing_came(victim: socket.socket, city: EdgedCity) -> bool:
    """Whether nothing is there once the edge has answered what it was asked later."""
    assert ask(city.door, options(city.door))
    with contextlib.suppress(TimeoutError):
        return victim.recv(65536) == b""
    return True


@pytest.mark.parametrize(("way", "method"), ASKED)
def test_nothing_is_relayed_to_elsewhere(
    edged_city: EdgedCity, stranger: Line, victim: socket.socket, way: str, method: str
) -> None:
    port = victim.getsockname()[1]
    names = {"edge": f"sip:127.0.0.1:{edged_city.door[1]}", "victim": f"sip:x@{VICTIM}:{port}", "port": port}
    target, routes = WAYS[way]
    head = stranger.head(method, target.format_map(names), "<sip:a@b.invalid>;tag=zz")
    stranger.raw([*head, *(f"Route: <{route.format_map(names)}>" for route in routes)], b"")
    assert nothing_came(victim, edged_city)


def test_an_answer_to_nothing_goes_nowhere(edged_city: EdgedCity, stranger: Line, victim: socket.socket) -> None:
    ways = [f"Via: SIP/2.0/UDP 127.0.0.1:{edged_city.door[1]};branch=z9hG4bKx",
            f"Via: SIP/2.0/UDP {VICTIM}:{victim.getsockname()[1]};branch=z9hG4bKy"]  # fmt: skip
    kept = [line for line in stranger.head("INVITE", "", "<sip:a@b>;tag=2") if line.startswith(("From", "To", "C"))]
    stranger.raw(["SIP/2.0 200 OK", *ways, *kept], b"")
    assert nothing_came(victim, edged_city)


ASIDES = [
    ("OPTIONS", (), b"", 200),
    ("NOTIFY", ("Event: x",), b"", 200),
    ("REFER", ("Refer-To: <sip:x@elsewhere.invalid>",), b"", 405),
    ("SUBSCRIBE", ("Event: x",), b"", 405),
    ("WHATEVER", (), b"", 405),
    ("INFO", (), b"", 200),
    ("INFO", ("Content-Type: application/x-odd",), b"odd", 415),
    ("INFO", ("Content-Type: application/pidf+xml",), b"<presence/>", 200),
]


@pytest.mark.parametrize(("method", "headers", "body", "status"), ASIDES)
def test_what_asterisk_does_not_know_within_a_call_has_an_answer_and_the_call_goes_on(
    edged_city: EdgedCity, edged_stand_in: StandIn, method: str, headers: tuple[str, ...], body: bytes, status: int
) -> None:
    edged_stand_in.hand_off("112")
    with contextlib.closing(Line(edged_city.door)) as line:
        assert line.invite().final() == 200
        line.within("ACK")
        line.within(method, *headers, body=body)
        assert line.final() == status
        line.within("BYE")
        assert line.final() == 200
    until(edged_city.asterisk.idle)


def test_a_large_request_of_a_stranger_is_not_kept(edged_city: EdgedCity, stranger: Line) -> None:
    stranger.send(stranger.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), b" " * 61_000)
    assert stranger.final() == 413


def test_connections_without_end_leave_memory_for_calls(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    with contextlib.ExitStack() as held:
        for _ in range(600):
            idle = held.enter_context(socket.socket())
            idle.bind((STRANGER, 0))
            idle.connect(edged_city.door)
            idle.sendall(b"INVITE sip:112@x SIP/2.0\r\n")
        with contextlib.closing(Line(edged_city.door)) as line:
            assert line.invite().final() == 200
        text = options(edged_city.door).replace(b"UDP", b"TCP")
        with socket.create_connection(edged_city.door, timeout=PATIENCE_SECONDS) as caller:
            caller.sendall(text)
            assert caller.recv(4096).startswith(b"SIP/2.0 200")
