"""What Asterisk's stack would not read reaches it legibly, and the caller hears and is heard."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest

from tests.live.edge import EdgedCity, edged_city, edged_stand_in, whole_edged_city  # noqa: F401 - fixtures
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.test_edge_odd import MIXED, PLACE, SDP, instead, line, offer, parts  # noqa: F401 - line is a fixture
from tests.live.wait import until

TARGET = ("INVITE", "sip:112@127.0.0.1", "<sip:112@127.0.0.1>")


def in_base64(sdp: bytes) -> bytes:
    return parts((b"Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64", base64.encodebytes(sdp)))


def profile(name: bytes) -> Callable[[bytes], bytes]:
    return lambda sdp: sdp.replace(b"RTP/AVP", name)


BODIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "no type": ("", lambda sdp: sdp),
    "text": ("text/plain", lambda sdp: sdp),
    "a type without its first half": ("sdp", lambda sdp: sdp),
    "a type without its second half": ("application/", lambda sdp: sdp),
    "a type with an empty parameter": ("application/sdp;", lambda sdp: sdp),
    "a type with quotes that do not end": ('application/sdp; a="b', lambda sdp: sdp),
    "a mark with a space": ("multipart/mixed;boundary=a b", lambda sdp: parts(offer(sdp), boundary=b"a b")),
    "another mark": ("multipart/mixed;boundary=other", lambda sdp: parts(PLACE, offer(sdp))),
    "parts that are not closed": (MIXED, lambda sdp: parts(PLACE, offer(sdp))[:-7]),
    "parts closed by half": (MIXED, lambda sdp: parts(PLACE, offer(sdp))[:-4] + b"\r\n"),
    "base64": (MIXED, in_base64),
    "feedback": (SDP, profile(b"RTP/AVPF")),
    "no address": (SDP, lambda sdp: sdp.replace(b"c=IN IP4 127.0.0.1\r\n", b"")),
    "an address that nobody knows": (SDP, lambda sdp: sdp.replace(b"c=IN IP4 127.0.0.1", b"c=IN IP4 nowhere.invalid")),
    "an origin of twenty digits": (SDP, lambda sdp: sdp.replace(b"o=- 1 1", b"o=- " + b"9" * 20 + b" 1")),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_caller_with_an_odd_offer_hears_and_its_key_is_understood(
    line: Line,  # noqa: F811 - the fixture
    edged_city: EdgedCity,  # noqa: F811 - the fixture
    edged_stand_in: StandIn,  # noqa: F811 - the fixture
    what: str,
) -> None:
    prompt = edged_city.settings.state.resolve() / "sounds" / "id" / "stay_on_the_line"
    edged_stand_in.script = ("ANSWER", f"GET DATA {prompt} 20000 1", "order")
    kind, made = BODIES[what]
    head = line.head(*TARGET, *([f"Content-Type: {kind}"] if kind else []))
    line.raw(head, made(line.voice.description()))
    assert line.final() == 200
    answer = line.answers[-1]
    line.within("ACK")
    line.voice.send_to(answer)
    until(lambda: len(line.voice.heard) > 800, what="the caller hears")
    line.voice.press("7")
    until(
        lambda: any(answer.startswith("200 result=7") for answer in edged_stand_in.answers),
        what="its key is understood",
    )


def test_the_answer_names_the_profile_that_was_offered(line: Line) -> None:  # noqa: F811 - the fixture
    line.raw(line.head(*TARGET, f"Content-Type: {SDP}"), profile(b"RTP/AVPF")(line.voice.description()))
    assert line.final() == 200
    assert re.search(r"^m=audio [1-9][0-9]* RTP/AVPF ", line.answers[-1], re.MULTILINE)


HEADS: dict[str, Callable[[list[str]], list[str]]] = {
    **{
        f"From {each}": instead("From", f"From: {each};tag=1")
        for each in (
            "<sip:@anonymous.invalid>", "<tel:anonymous>", "<sip:+628120000001>", "<sip:siti\u00e9@caller.invalid>",
            "<sip:a{b}@caller.invalid>", "<sip:1^2@caller.invalid>", "<sip:1@caller.invalid:abc>", "<sip:1@[::1>",
        )
    },
    **{f"To {each}": instead("To", f"To: {each}") for each in ("<sip:>", "<sip:@x>", "<sip:\u00e9@x>", "<sip:a{b}@x>")},
    **{
        f"Contact {each}": instead("Contact", f"Contact: {each}")
        for each in (
            "<sip:a{b}@127.0.0.1:9>", "<sip:\u00e9@127.0.0.1:9>", "<sip:1@127.0.0.1:9>;q=high;expires=never",
            "<tel:+628120000001>, <sip:1@127.0.0.1:9>",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("what", HEADS)
def test_a_caller_of_an_odd_name_is_answered_at_once(line: Line, what: str) -> None:  # noqa: F811 - the fixture
    head = HEADS[what](line.head(*TARGET, f"Content-Type: {SDP}"))
    line.raw(head, line.voice.description())
    assert line.final() == 200
    assert 182 not in line.statuses


def test_a_caller_of_an_odd_name_gets_it_back_and_its_number_is_told(
    line: Line,  # noqa: F811 - the fixture
    edged_stand_in: StandIn,  # noqa: F811 - the fixture
) -> None:
    line.raw(
        instead("From", "From: <sip:+628120000002>;tag=1")(line.head(*TARGET, f"Content-Type: {SDP}")),
        line.voice.description(),
    )
    assert line.final() == 200
    assert line.header("From") == "<sip:+628120000002>;tag=1"
    assert "+628120000002" in edged_stand_in.last().arguments
