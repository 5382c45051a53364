"""Whose call it is, when the edge stands before Asterisk: by address, by password, and never by what a caller says."""

from __future__ import annotations

import re
import socket
from hashlib import md5

import pytest

from gateway.channels.asterisk_trunks import seal
from gateway.channels.kamailio_status import call, reload_trunks
from tests.live.desk import Desk
from tests.live.edge import EdgedCity, edged_city, edged_stand_in, whole_edged_city  # noqa: F401 - fixtures
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS

# ruff: noqa: F811 - fixtures of tests/live/edge.py are parameters here


def test_a_trunk_is_known_by_its_address(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    edged_city.call(address="127.0.0.3").answered()
    assert edged_stand_in.last().arguments[0] == "neighbour"


def test_a_trunk_is_known_by_its_password(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    exchange = Desk("exchange-user", "a-password", edged_city.door, host="127.0.0.9")
    reply = exchange.invite("sip:112@127.0.0.1", from_user="+628120000001")
    exchange.close()
    assert reply.start.startswith("SIP/2.0 200")
    assert edged_stand_in.last().arguments[0] == "exchange"


def digest(name: str, password: str, uri: str, challenge: str) -> str:
    """The header that answers a challenge to an INVITE (RFC 2617)."""
    told = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    secret, asked = (md5(text.encode()).hexdigest() for text in (f"{name}:{told['realm']}:{password}", f"INVITE:{uri}"))
    answer = md5(f"{secret}:{told['nonce']}:00000001:x:auth:{asked}".encode()).hexdigest()
    values = {"username": name, "realm": told["realm"], "nonce": told["nonce"], "uri": uri, "response": answer}
    values |= {"cnonce": "x"} | ({"opaque": told["opaque"]} if "opaque" in told else {})
    return (
        "Authorization: Digest "
        + ", ".join(f'{key}="{value}"' for key, value in values.items())
        + ", qop=auth, nc=00000001"
    )


def test_a_trunk_with_a_password_keeps_the_connection_of_its_call(
    edged_city: EdgedCity, edged_stand_in: StandIn
) -> None:
    edged_stand_in.hand_off("112")
    host = edged_city.door[0]
    with socket.create_connection(
        edged_city.door, timeout=PATIENCE_SECONDS, source_address=("127.0.0.9", 0)
    ) as connection:
        own = connection.getsockname()[1]

        def invited(cseq: int, *extra: str) -> str:
            lines = (
                f"INVITE sip:112@{host} SIP/2.0", f"Via: SIP/2.0/TCP 127.0.0.9:{own};branch=z9hG4bK{cseq}{own}",
                f"From: <sip:+628120000001@127.0.0.9>;tag={own}", f"To: <sip:112@{host}>", f"Call-ID: {own}@127.0.0.9",
                f"CSeq: {cseq} INVITE", f"Contact: <sip:127.0.0.9:{own};transport=tcp>", *extra, "Content-Length: 0",
            )  # fmt: skip
            connection.sendall("\r\n".join((*lines, "", "")).encode())
            answer = ""
            while not re.search(r"^SIP/2\.0 [2-6].*\r\n\r\n", answer, re.MULTILINE | re.DOTALL):
                answer += connection.recv(65536).decode()
            return answer

        challenge = re.search(r"^WWW-Authenticate: (.*?)\r$", invited(1), re.MULTILINE)
        assert challenge
        answer = invited(2, digest("exchange-user", "a-password", f"sip:112@{host}", challenge[1]))
        assert "SIP/2.0 200" in answer
        assert edged_stand_in.last().arguments[0] == "exchange"
        listed = call(edged_city.settings, "core.tcp_list")
        assert isinstance(listed, list)
        assert [each["timeout"] > 3000 for each in listed if each["src_port"] == own] == [True]
        edged_city.asterisk.console("channel request hangup all")


def test_a_wrong_password_opens_nothing(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    thief = Desk("exchange-user", "another", edged_city.door, host="127.0.0.9")
    reply = thief.invite("sip:112@127.0.0.1", from_user="+628120000001")
    thief.close()
    assert reply.start.split()[1] in ("401", "403")
    assert edged_stand_in.requests == []


@pytest.mark.parametrize("name", ["neighbour", "trial", "twilio", "anonymous", "110-1", "+628120000001"])
def test_a_stranger_cannot_call_himself_by_a_name_of_ours(
    edged_city: EdgedCity, edged_stand_in: StandIn, name: str
) -> None:
    edged_city.call(address="127.0.0.9", sender=f"<sip:{name}@127.0.0.9>").wait_for(401)
    assert edged_stand_in.requests == []


@pytest.mark.parametrize("written", ["X-G112-Trunk", "x-g112-trunk", "X-G112-TRUNK "])
def test_a_stranger_cannot_write_what_the_edge_writes(
    edged_city: EdgedCity, edged_stand_in: StandIn, written: str
) -> None:
    line = Line(edged_city.door, host="127.0.0.9")
    line.invite(f"{written}: neighbour {seal(edged_city.settings, 'neighbour')}")
    assert line.final() == 401
    line.close()
    assert edged_stand_in.requests == []


def test_a_seal_that_does_not_fit_opens_nothing_at_asterisk_itself(
    edged_city: EdgedCity, edged_stand_in: StandIn
) -> None:
    """Its port is open to desks, and so to whoever finds it."""
    for word in ("neighbour", "neighbour " + 32 * "0", f"trial {seal(edged_city.settings, 'neighbour')}"):
        line = Line(edged_city.asterisk.address, host="127.0.0.3")
        line.invite(f"X-G112-Trunk: {word}")
        assert line.final() == 401
        line.close()
    assert edged_stand_in.requests == []


def test_a_trunks_caller_with_a_desks_name_is_a_caller(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    edged_city.call(sender="<sip:110-1@127.0.0.1>").answered()
    assert edged_stand_in.last().arguments[0] == "trial"


@pytest.mark.parametrize("method", ["REGISTER", "SUBSCRIBE", "PUBLISH", "REFER", "NOTIFY", "FOO"])
def test_the_edge_lets_in_calls_and_messages_alone(edged_city: EdgedCity, method: str) -> None:
    line = Line(edged_city.door)
    line.send(line.head(method, "sip:112@127.0.0.1", "<sip:112@127.0.0.1>", "Event: presence"))
    assert line.final() in (403, 405)
    line.close()


def test_a_changed_trunk_is_known_without_a_restart(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    edged_city.call(address="127.0.0.8").wait_for(401)
    addresses = edged_city.settings.state / "kamailio" / "trunks.list"
    before = addresses.read_text(encoding="utf-8")
    try:
        addresses.write_text(before.replace("127.0.0.3 32", "127.0.0.8 32"), encoding="utf-8")
        reload_trunks(edged_city.settings)
        edged_city.call(address="127.0.0.8").answered()
        assert edged_stand_in.last().arguments[0] == "neighbour"
    finally:
        addresses.write_text(before, encoding="utf-8")
        reload_trunks(edged_city.settings)
