"""Several Asterisks behind the edge: a killed or frozen one loses no call, and nobody ever hears busy."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from gateway.channels import kamailio_conf
from gateway.channels.kamailio_status import nodes_away
from tests.live.edge_nodes import Line, Nodes
from tests.live.wait import until

CALLS = 8


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path_factory.mktemp("nodes"))
    try:
        nodes.start().whole()
        yield nodes
    finally:
        nodes.stop()


@pytest.fixture
def nodes(both: Nodes) -> Iterator[Nodes]:
    both.whole()
    yield both
    both.clear()


def called(nodes: Nodes, calls: int = CALLS) -> list[Line]:
    lines = [nodes.line().invite() for _ in range(calls)]
    for line in lines:
        assert line.final() == 200
    return lines


def test_calls_are_spread_over_all_nodes(nodes: Nodes) -> None:
    before = nodes.calls()
    called(nodes, 24)
    assert all(after > was for after, was in zip(nodes.calls(), before, strict=True))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_a_node_that_is_gone_loses_no_new_call(nodes: Nodes, number: int, how: signal.Signals) -> None:
    nodes.nodes[number].send(how)
    there = nodes.stand_ins[1 - number]
    before = len(there.requests)
    called(nodes)
    assert len(there.requests) == before + CALLS


def test_a_call_that_a_frozen_node_wakes_up_to_is_ended_there_and_its_caller_learns_nothing(nodes: Nodes) -> None:
    nodes.nodes[0].send(signal.SIGSTOP)
    lines = called(nodes)
    for line in lines:
        line.within("ACK")
    nodes.whole()
    until(nodes.nodes[0].idle, what="who wakes up has no call")
    # An answer that came again is the same one.
    told = [{each.partition("\r\nTo: ")[2].partition("\r\n")[0] for each in line.receive()} for line in lines]
    assert [len(tags) for tags in told] == [1] * CALLS
    called(nodes)


@pytest.fixture
def patient(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nodes]:
    """An edge that gives no call up by itself, and gateways that hang."""
    monkeypatch.setattr(kamailio_conf, "ANSWER_WITHIN_MS", 60_000)
    nodes.again()
    for stand_in in nodes.stand_ins:
        stand_in.script = ("hang",)
    yield nodes
    monkeypatch.undo()
    nodes.again()


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_a_call_that_a_node_took_up_goes_on_as_soon_as_the_node_is_known_to_be_gone(
    patient: Nodes, number: int, how: signal.Signals
) -> None:
    nodes, before = patient, patient.calls()
    lines = [nodes.line().invite() for _ in range(CALLS)]
    for line in lines:
        line.wait(lambda status: status == 180)
    until(lambda: sum(nodes.calls()) == sum(before) + CALLS)
    for stand_in in nodes.stand_ins:
        stand_in.script = stand_in.NORMAL
    nodes.nodes[number].send(how)
    assert [line.final() for line in lines] == [200] * CALLS
    assert nodes.calls()[1 - number] == before[1 - number] + CALLS
    for line in lines:
        line.within("ACK")
    nodes.whole()
    until(nodes.nodes[number].idle, what="who wakes up has no call")
    assert all(line.statuses == [200] for line in lines)


def test_a_caller_is_held_while_no_node_is_there_and_answered_when_one_is(nodes: Nodes) -> None:
    for node in nodes.nodes:
        node.send(signal.SIGKILL)
    lines = [nodes.line().invite() for _ in range(3)]
    for line in lines:
        line.wait(lambda status: status == 182)
    nodes.nodes[1].start()
    assert [line.final() for line in lines] == [200, 200, 200]


def test_a_held_caller_may_give_up(nodes: Nodes) -> None:
    for node in nodes.nodes:
        node.send(signal.SIGKILL)
    line = nodes.line().invite()
    line.wait(lambda status: status == 182)
    line.cancel()
    assert line.wait(lambda status: status == 487) == 487
    before = nodes.calls()
    nodes.whole()
    assert nodes.calls() == before


def test_after_its_patience_the_edge_lets_the_network_take_another_way(nodes: Nodes) -> None:
    for node in nodes.nodes:
        node.send(signal.SIGKILL)
    line = nodes.line().invite()
    assert line.final() == 503
    assert line.header("Retry-After").isdigit()


class Refusing:
    """In a node's place: answers probes, and every call with one status."""

    def __init__(self, port: int, status: str):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self.status, self.invited = status, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                text, peer = self._socket.recvfrom(65536)
            except OSError:
                return
            lines = text.decode().split("\r\n")
            if not text or lines[0].startswith("ACK"):
                continue
            kept = [line for line in lines if line.startswith(("Via:", "From:", "Call-ID:", "CSeq:"))]
            to = next(line for line in lines if line.startswith("To:"))
            self.invited += lines[0].startswith("INVITE")
            status = self.status if lines[0].startswith("INVITE") else "200 OK"
            answer = [f"SIP/2.0 {status}", *kept, f"{to};tag=x", "Content-Length: 0", "", ""]
            self._socket.sendto("\r\n".join(answer).encode(), peer)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RD)
        self._socket.close()


@pytest.mark.parametrize(
    "status",
    ["503 Overload", "500 Fault", "486 Busy", "600 Busy Everywhere", "480 Away", "404 Not Found", "401 Unauthorized"],
)
def test_a_node_that_refuses_a_trunks_call_is_passed_over(nodes: Nodes, status: str) -> None:
    node = nodes.nodes[0]
    node.send(signal.SIGKILL)
    refusing = Refusing(node.settings.asterisk_port, status)
    try:
        until(lambda: nodes_away(nodes.settings) == [])
        line = until(lambda: one_more(nodes, refusing), what="a call was refused and went on")
    finally:
        refusing.close()
    assert set(line.statuses) <= {100, 180, 182, 183, 200}


def one_more(nodes: Nodes, refusing: Refusing) -> Line | None:
    """A call that was answered, if it was refused before."""
    (line,) = called(nodes, 1)
    return line if refusing.invited else None
