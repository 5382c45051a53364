"""A call that comes by several ways, and connections of those who are no trunk."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from gateway.channels import kamailio_conf
from tests.live.edge import EdgedCity, options
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until

pytest_plugins = ["tests.live.edge"]

STRANGER = "127.0.0.9"


@pytest.fixture
def first(edged_city: EdgedCity, edged_stand_in: StandIn) -> Iterator[Line]:
    edged_stand_in.hand_off("112")
    with contextlib.closing(Line(edged_city.door)) as line:
        yield line


@pytest.fixture
def second(edged_city: EdgedCity, first: Line) -> Iterator[Line]:
    """The same request by another way."""
    with contextlib.closing(Line(edged_city.door, call_id=first.call_id, tag=first.tag)) as line:
        yield line


def test_a_call_by_two_ways_at_once_is_one_call(first: Line, second: Line, edged_stand_in: StandIn) -> None:
    first.invite()
    second.invite()
    assert sorted([first.final(), second.final()]) == [200, 482]
    assert len(edged_stand_in.requests) == 1


def test_a_network_that_heard_nothing_of_its_first_try_is_answered(first: Line, second: Line) -> None:
    first.invite()

    def tried() -> bool:
        second.branch += "x"
        return second.invite().final() == 200

    until(tried, what="a later way is no repetition")


def test_a_stranger_cannot_come_before_a_trunks_call(edged_city: EdgedCity, first: Line) -> None:
    with contextlib.closing(Line(edged_city.door, host=STRANGER, call_id=first.call_id, tag=first.tag)) as stranger:
        assert stranger.invite().final() == 401
    assert first.invite().final() == 200


def connection(city: EdgedCity, host: str) -> socket.socket:
    return socket.create_connection(city.door, timeout=PATIENCE_SECONDS, source_address=(host, 0))


def is_served(line: socket.socket, city: EdgedCity) -> bool:
    line.sendall(options(city.door).replace(b"UDP", b"TCP"))
    return line.recv(4096).startswith(b"SIP/2.0 200")


def is_closed(line: socket.socket) -> bool:
    line.settimeout(0)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_an_idle_stranger_is_gone_soon_and_a_trunk_stays(edged_city: EdgedCity) -> None:
    with connection(edged_city, "127.0.0.1") as trunk, connection(edged_city, STRANGER) as stranger:
        assert is_served(trunk, edged_city)

        def gone() -> bool:
            # Kamailio looks at its clock when something happens, or every five seconds.
            connection(edged_city, STRANGER).close()
            return is_closed(stranger)

        until(gone, what="the stranger's connection is closed")
        assert is_served(trunk, edged_city)


@pytest.fixture
def small_edge(edged_city: EdgedCity, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgedCity]:
    """With room for few connections."""
    monkeypatch.setattr(kamailio_conf, "CONNECTIONS", 80)
    edged_city.edge.stop()
    edged_city.edge.start()
    until(lambda: edged_city.edge.forwards, what="the edge knows that Asterisk is there")
    yield edged_city
    monkeypatch.undo()
    edged_city.edge.stop()
    edged_city.edge.start()
    until(lambda: edged_city.edge.forwards, what="the edge knows that Asterisk is there")


@pytest.mark.parametrize("sent", [b"", b"INVITE sip:112@x SIP/2.0\r\n", None], ids=["nothing", "a part", "a whole one"])
def test_strangers_connections_keep_no_trunk_out(small_edge: EdgedCity, sent: bytes | None) -> None:
    with contextlib.ExitStack() as held:
        trunk = held.enter_context(connection(small_edge, "127.0.0.1"))
        assert is_served(trunk, small_edge)
        whole = options(small_edge.door).replace(b"UDP", b"TCP")
        for _ in range(10):
            for _ in range(30):
                stranger = held.enter_context(connection(small_edge, STRANGER))
                with contextlib.suppress(OSError):
                    stranger.sendall(whole if sent is None else sent)
            # No flood is quicker than the edge's clock.
            until(lambda: is_let_in(small_edge), what="a new connection of a trunk is served")
        assert is_served(trunk, small_edge)


def is_let_in(city: EdgedCity) -> bool:
    with connection(city, "127.0.0.1") as trunk, contextlib.suppress(OSError):
        return is_served(trunk, city)
    return False


LOOPBACK = b"a=loopback:rtp-pkt-loopback rtp-media-loopback\r\na=loopback-source\r\n"


def test_a_test_call_that_offers_loopback_is_told_which_it_gets(edged_city: EdgedCity) -> None:
    """RFC 6849."""

    def answered() -> str:
        with contextlib.closing(Line(edged_city.door)) as line:
            target = ("INVITE", "urn:service:test.sos", "<urn:service:test.sos>")
            line.send(line.head(*target), line.voice.description() + LOOPBACK)
            status = line.final()
            line.within("ACK") if status == 200 else None
            line.within("BYE") if status == 200 else None
            return line.answers[-1] if status == 200 else ""

    answer = until(answered, what="a test call is answered")
    assert "a=loopback:rtp-media-loopback\r\na=loopback-mirror\r\n" in answer
    assert "rtp-pkt-loopback" not in answer


def test_a_call_that_is_no_test_promises_no_loopback(first: Line) -> None:
    first.send(first.head("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>"), first.voice.description() + LOOPBACK)
    assert first.final() == 200
    assert "loopback" not in first.answers[-1]


def test_one_address_does_not_take_all_the_room_for_tests(edged_city: EdgedCity) -> None:
    def reached_asterisk(host: str) -> bool:
        with contextlib.closing(Line(edged_city.door, host=host)) as line:
            assert line.invite(target="urn:service:test.sos", to="<urn:service:test.sos>").final() in (200, 486)
            return bool(line.header("Allow"))

    assert not [reached_asterisk("127.0.0.1") for _ in range(4)][3]
    assert reached_asterisk("127.0.0.3")
