"""What Asterisk's SIP stack does with `urn:service:sos` (RFC 5031), so that whoever puts an edge proxy before it, which
makes 112 of it, sees this change.
"""

from __future__ import annotations

import secrets
import socket

from tests.live.city import City
from tests.live.desk import Message
from tests.live.rtp import Voice
from tests.live.stand_in import StandIn

URN, SIP = "urn:service:sos", "sip:112@127.0.0.1"


def request(port: int, method: str, target: str, to: str, body: bytes = b"") -> bytes:
    lines = [
        f"{method} {target} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{secrets.token_hex(8)};rport",
        f"From: <sip:+628120000001@127.0.0.1>;tag={secrets.token_hex(4)}",
        f"To: <{to}>",
        f"Call-ID: {secrets.token_hex(8)}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:caller@127.0.0.1:{port}>",
        "Max-Forwards: 70",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, *(["Content-Type: application/sdp"] if body else []), "", ""]).encode() + body


def answers(city: City, target: str, to: str) -> list[str]:
    """The statuses with which an INVITE is answered before a request that was sent well after it is."""
    voice, found = Voice(), list[str]()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(10)
        port = line.getsockname()[1]
        line.sendto(request(port, "INVITE", target, to, voice.description()), city.asterisk.address)
        # Each of these is answered, which takes as long as to answer an INVITE, if it is to be answered.
        for _ in range(20):
            line.sendto(request(port, "OPTIONS", SIP, SIP), city.asterisk.address)
            while (message := Message.parse(line.recv(65536))).method != "OPTIONS":
                found.append(message.start.split()[1])
    voice.close()
    return found


def test_a_call_to_112_is_answered(city: City, stand_in: StandIn) -> None:
    stand_in.hand_off("112")
    assert answers(city, SIP, SIP)[0] == "100"


def test_a_call_to_the_emergency_urn_is_not_answered_at_all(city: City, stand_in: StandIn) -> None:
    assert answers(city, URN, SIP) == []
    assert answers(city, URN, URN) == []
    assert stand_in.requests == []


def test_a_call_that_names_the_emergency_urn_as_whom_it_is_to_is_refused(city: City, stand_in: StandIn) -> None:
    assert answers(city, SIP, URN) == ["416"]
    assert stand_in.requests == []
