"""What no SIP stack reads is refused at once: a network that hears nothing tries for 32 s before it goes elsewhere."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.live.edge import EdgedCity
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.test_edge_odd import instead
from tests.live.wait import PATIENCE_SECONDS

pytest_plugins = ["tests.live.edge"]

TARGET = ("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>")


@pytest.fixture
def line(edged_city: EdgedCity) -> Iterator[Line]:
    with contextlib.closing(Line(edged_city.door)) as line:
        yield line


def with_one_more(header: str) -> Callable[[list[str]], list[str]]:
    return lambda head: [*head, header]


HEADS: dict[str, Callable[[list[str]], list[str]]] = {
    "a header without a colon": with_one_more("Whatever comes"),
    "a name with a space": with_one_more("Odd Name: x"),
    "no name": with_one_more(": x"),
    "a wait that is none": with_one_more("Retry-After: x"),
    "another way that is none": with_one_more("Via: x"),
    "two senders": with_one_more("From: <sip:2@caller.invalid>;tag=2"),
    "two addressees": with_one_more("To: <sip:2@caller.invalid>"),
    "two calls": with_one_more("Call-ID: another"),
    "two numbers": with_one_more("CSeq: 2 INVITE"),
    "two lengths": with_one_more("Content-Length: 3"),
    "no sender": instead("From"),
    "no addressee": instead("To"),
    "a name that does not end": instead("From", 'From: "Siti <sip:1@caller.invalid>;tag=1'),
    "a sender with a space": instead("From", "From: <sip:a b@caller.invalid>;tag=1"),
    "a sender with a backslash": instead("From", "From: <sip:a\\b@caller.invalid>;tag=1"),
    "an addressee with a space": instead("To", "To: <sip:a b@caller.invalid>"),
    "another method's number": instead("CSeq", "CSeq: 1 OPTIONS"),
    "two spaces": lambda head: ["INVITE  sip:112@127.0.0.1 SIP/2.0", *head[1:]],
}


@pytest.mark.parametrize("what", HEADS)
def test_an_unreadable_call_is_refused_at_once(line: Line, what: str) -> None:
    line.raw(HEADS[what](line.head(*TARGET)), line.voice.description())
    assert line.final() == 400
    assert line.header("Call-ID") == line.call_id
    assert f"branch={line.branch}" in line.header("Via")


def test_an_unreadable_call_by_tcp_is_refused_over_its_connection(edged_city: EdgedCity, line: Line) -> None:
    text = "\r\n".join([*line.head(*TARGET, "Whatever comes"), "Content-Length: 0", "", ""]).replace("/UDP", "/TCP")
    with socket.create_connection(edged_city.door, timeout=PATIENCE_SECONDS) as caller:
        caller.sendall(text.encode())
        assert caller.recv(4096).startswith(b"SIP/2.0 400")


def test_an_unreadable_acknowledgement_has_no_answer(line: Line) -> None:
    line.raw(line.head("ACK", *TARGET[1:], "Whatever comes"), b"")
    line.raw(line.head("OPTIONS", *TARGET[1:]), b"")
    assert line.final() == 200
    assert len(line.answers) == 1


@pytest.mark.parametrize("before", ["\r", "\r \t", "\r\r"])
def test_what_the_edge_writes_cannot_be_hidden_behind_a_bare_carriage_return(
    line: Line, edged_stand_in: StandIn, before: str
) -> None:
    edged_stand_in.hand_off("112")
    line.invite(f"X-Whatever: a{before}X-G112-Service: test.sos")
    assert line.final() == 400
    assert edged_stand_in.requests == []
