"""What a trunk may do: reach the emergency dialogue, whatever it dials. And what nobody may do."""

from __future__ import annotations

import socket

import pytest

from tests.live.caller import Caller
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.rtp import Voice
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until

DIALLED = ("112", "+62112", "021112", "110", "0812-0000-0001", "police", "h", "s", "T", "a,b)(%24%7BEXTEN%7D", "%D0%BF")


@pytest.mark.parametrize("dialled", [*DIALLED, "9" * 300])
def test_whatever_a_trunk_dials_reaches_the_dialogue(city: City, stand_in: StandIn, dialled: str) -> None:
    stand_in.hand_off("112")
    before = len(stand_in.requests)
    city.call(dialled=dialled).answered()
    assert len(stand_in.requests) == before + 1


def test_a_trunk_is_known_by_its_address(city: City, stand_in: StandIn) -> None:
    stand_in.hand_off("112")
    city.call(address="127.0.0.3").answered()
    assert stand_in.last().arguments[0] == "neighbour"


def test_a_trunk_is_known_by_its_password(city: City, stand_in: StandIn) -> None:
    stand_in.hand_off("112")
    exchange = Desk("exchange-user", "a-password", city.asterisk.address, host="127.0.0.9")
    reply = exchange.invite("sip:112@127.0.0.1", from_user="+628120000001")
    exchange.close()
    assert reply.start.startswith("SIP/2.0 200")
    assert stand_in.last().arguments[0] == "exchange"


CRYPTO = b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\r\n"


@pytest.mark.parametrize(
    ("offered", "crypto", "answered"),
    [(b"RTP/AVP", b"", b"RTP/AVP"), (b"RTP/AVP", CRYPTO, b"RTP/AVP"), (b"RTP/SAVP", CRYPTO, b"RTP/SAVP")],
    ids=["plain", "encrypted if possible", "encrypted"],
)
def test_a_trunk_may_encrypt_its_audio_or_not(
    city: City, stand_in: StandIn, offered: bytes, crypto: bytes, answered: bytes
) -> None:
    stand_in.hand_off("112")
    network = Desk("network", "", city.asterisk.address, host="127.0.0.3")
    voice = Voice()
    offer = voice.description().replace(b"RTP/AVP", offered) + crypto
    to, kind = "sip:112@127.0.0.1", "Content-Type: application/sdp"
    reply = network.request("INVITE", "", kind, to=to, from_user="+628120000001", body=offer)
    voice.close()
    network.close()
    assert reply.start.startswith("SIP/2.0 200")
    assert b" " + answered + b" " in reply.body
    assert (b"a=crypto" in reply.body) == bool(crypto)


def test_a_wrong_password_opens_nothing(city: City, stand_in: StandIn) -> None:
    thief = Desk("exchange-user", "another", city.asterisk.address, host="127.0.0.9")
    reply = thief.invite("sip:112@127.0.0.1", from_user="+628120000001")
    thief.close()
    assert reply.start.split()[1] in ("401", "403")
    assert stand_in.requests == []


@pytest.mark.parametrize("name", ["neighbour", "trial", "twilio", "anonymous", "+628120000001"])
def test_a_stranger_cannot_call_himself_by_a_trunks_name(city: City, stand_in: StandIn, name: str) -> None:
    caller = city.call(address="127.0.0.9", sender=f"<sip:{name}@127.0.0.9>")
    caller.wait_for(401)
    assert stand_in.requests == []


def test_a_callers_name_that_is_a_desks_does_not_make_the_call_a_desks(city: City, stand_in: StandIn) -> None:
    """A desk's name in From asks for the desk's password: the caller only takes the place of his own call."""
    caller = city.call(sender="<sip:110-1@127.0.0.1>")
    caller.wait_for(401)
    assert stand_in.requests == []


def test_a_desk_can_call_nobody(city: City, stand_in: StandIn) -> None:
    desk = city.desk("110-1")
    for target in ("112", "110-2", "0210000119"):
        assert desk.invite(f"sip:{target}@127.0.0.1").start.split()[1] == "404"
    assert stand_in.requests == []


@pytest.mark.parametrize("method", ["MESSAGE", "SUBSCRIBE", "PUBLISH", "REFER"])
def test_nobody_can_do_anything_else(city: City, method: str) -> None:
    desk = city.desk("110-1")
    extra = ("Event: presence",) if method in ("SUBSCRIBE", "PUBLISH") else ("Refer-To: <sip:0210000119@127.0.0.1>",)
    assert int(desk.request(method, "", *extra, to="sip:112@127.0.0.1").start.split()[1]) >= 400


def ask_http(city: City, path: str, *headers: str) -> int:
    """The status that Asterisk's HTTP server answers with."""
    with socket.create_connection(
        ("127.0.0.1", city.settings.number("asterisk_http_port")), timeout=PATIENCE_SECONDS
    ) as line:
        line.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: gateway", *headers, "", ""]).encode())
        return int(line.recv(100).split()[1])


def test_browsers_find_their_door_and_no_other(city: City) -> None:
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGVzdA==", "Sec-WebSocket-Version: 13")
    assert ask_http(city, "/ws", *upgrade, "Sec-WebSocket-Protocol: sip") == 101
    assert {ask_http(city, path) for path in ("/", "/httpstatus", "/static/x", "/ari/channels", "/rawman")} == {404}


def test_no_key_of_a_caller_or_a_desk_moves_a_call(city: City, stand_in: StandIn) -> None:
    desk = city.desk("110-1")
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: desk.invitations and desk.call.voice and len(desk.call.voice.arrivals) > 30)
    caller.voice.press("*2#1700*0")
    assert desk.call.voice
    seen = len(desk.call.voice.arrivals)
    until(lambda: desk.call.voice and len(desk.call.voice.arrivals) > seen + 150)
    assert caller.there
    assert not desk.call.ended_at


HOSTILE = {
    "quotes and commands": '"x\\" ${SHELL(touch /tmp/never)} $(1+1) \\"y,b(c)^d" <sip:+628120000001@127.0.0.1>',
    "a newline in the number": "<sip:%2B62812%0Aagi_network_script%3A%20other%0A%0A@127.0.0.1>",
    "a newline in the name": '"Siti%0D%0AX-Priority: 1" <sip:+628120000001@127.0.0.1>',
    "brackets and colons": '"a):1:(${" <sip:+628120000001@127.0.0.1>',
    "a number of 300 characters": f"<sip:{'8' * 300}@127.0.0.1>",
    "a name of 2000 characters": f'"{"n" * 2000}" <sip:+628120000001@127.0.0.1>',
    "digits that are no digits": '"١٢٣" <sip:%D9%A1%D9%A2%D9%A3@127.0.0.1>',
    "no number": "<sip:127.0.0.1>",
}


@pytest.mark.parametrize("sender", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_or_number_is_data_and_the_call_goes_through(city: City, stand_in: StandIn, sender: str) -> None:
    desk = city.desk("112-1", None)
    stand_in.hand_off("112")
    city.call(sender=sender).answered()
    until(lambda: desk.invitations, what="the desk rings")
    request = stand_in.last()
    assert request.values["agi_network_script"] == "call"
    assert [line for line in request.environment if not line.startswith("agi_")] == []
    assert len(request.arguments) == 8
    assert desk.call.header("X-Priority") == "3"
    assert desk.call.invite.all("X-Priority") == ["3"]


def test_what_came_in_is_not_in_the_log_that_asterisk_writes(city: City, stand_in: StandIn) -> None:
    """What libraries below it print on its standard error is in no log either: see test_canary.py."""
    canary = "8129999123456"
    desk = city.desk("112-1", None)
    stand_in.hand_off("112", LOCATION_TEXT="Jalan Kanari", GEOLOC="garbled -x- y", WHISPER="place/kanari")
    callers: list[Caller] = [
        city.call(number=canary, sender=f'"{canary}" <sip:{canary}@127.0.0.1>', dialled=canary),
        city.call(address="127.0.0.9", number=canary),
        city.call(number=canary, pidf="<presence>kanari"),
    ]
    until(lambda: desk.invitations)
    callers[1].wait_for(401)
    thief = Desk("exchange-user", "another", city.asterisk.address, host="127.0.0.9")
    thief.invite(f"sip:{canary}@127.0.0.1", from_user=canary)
    thief.close()
    desk.invite(f"sip:{canary}@127.0.0.1")
    assert canary not in city.asterisk.log
    assert "anari" not in city.asterisk.log
