"""Requests within a call, by the edge: what a network changes while it lasts, and how our own reach the caller."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest

from tests.live.edge import EdgedCity
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.test_edge_odd import SDP, instead
from tests.live.wait import until

pytest_plugins = ["tests.live.edge"]

TARGET = ("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>")


@pytest.fixture
def line(edged_city: EdgedCity, edged_stand_in: StandIn) -> Iterator[Line]:
    edged_stand_in.hand_off("112")
    with contextlib.closing(Line(edged_city.door)) as line:
        yield line


def ends(line: Line, city: EdgedCity) -> None:
    line.within("BYE")
    assert line.final() == 200
    until(city.asterisk.idle)


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_a_call_is_changed_while_it_lasts(line: Line, edged_city: EdgedCity, method: str) -> None:
    assert line.invite().final() == 200
    line.within("ACK")
    held = line.voice.description() + b"a=sendonly\r\n"
    line.within(method, f"Content-Type: {SDP}", body=held)
    assert line.final() == 200
    assert line.header("CSeq").endswith(method)
    assert re.search(r"^a=recvonly", line.answers[-1], re.MULTILINE)
    if method == "INVITE":
        line.within("ACK")
    ends(line, edged_city)


def test_a_ringing_that_must_arrive_is_acknowledged(line: Line, edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    """100rel (RFC 3262)."""
    edged_stand_in.script = ("hang",)
    line.invite("Require: 100rel", "Supported: 100rel")
    line.wait(lambda status: status in (180, 183))
    line.within("PRACK", f"RAck: {line.header('RSeq')} 1 INVITE")
    assert line.final() == 200
    assert line.header("CSeq").endswith("PRACK")


def test_a_caller_behind_address_translation_is_told_that_the_call_ends(line: Line, edged_city: EdgedCity) -> None:
    head = instead("Contact", "Contact: <sip:caller@10.255.255.1:5062>")(line.head(*TARGET))
    line.send(head, line.voice.description())
    assert line.final() == 200
    line.within("ACK")
    edged_city.asterisk.console("channel request hangup all")
    request = line.request("BYE")
    assert request.startswith("BYE sip:caller@10.255.255.1:5062")
    line.answer(request)
    until(edged_city.asterisk.idle)
