"""SIP MESSAGE by the edge: kept before it is acknowledged, in whatever coat; by Asterisk while we are away."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Iterator

import pytest

from gateway.messages.part import Part
from gateway.running.doors import doors
from gateway.running.readiness import answers_http
from gateway.store import Store
from tests.live.desk import Desk
from tests.live.edge import EdgedCity, edged_city, edged_stand_in, whole_edged_city  # noqa: F401 - fixtures
from tests.live.parts import Parts
from tests.live.wait import until

WRITER = "+6281200000001"
PLAIN = "text/plain;charset=UTF-8"


@pytest.fixture(scope="module")
def edged_parts(whole_edged_city: EdgedCity) -> Iterator[Parts]:  # noqa: F811 - the fixture
    city = whole_edged_city
    with city.running("redis", "ami", "replay", "web") as parts:
        yield parts


@pytest.fixture
def store(edged_parts: Parts) -> Store:
    edged_parts.start("redis", "ami", "replay", "web")
    door = next(door for door in doors(edged_parts.settings) if door.service == "web")
    until(answers_http(door), what="the web application answers")
    store = Store(edged_parts.settings)
    store.redis.flushall()
    return store


@pytest.fixture
def network(edged_city: EdgedCity) -> Iterator[Desk]:  # noqa: F811 - the fixture
    desk = Desk("network", "", edged_city.door, host="127.0.0.3")
    yield desk
    desk.close()


def write(network: Desk, text: str | bytes, *headers: str, kind: str = PLAIN, to: str = "sip:112@127.0.0.1",
          call_id: str = "") -> str:  # fmt: skip
    body = text.encode() if isinstance(text, str) else text
    lines = (f"Content-Type: {kind}", *headers)
    return network.request("MESSAGE", call_id, *lines, to=to, from_user=WRITER, body=body).start


def came(store: Store) -> list[Part]:
    return [Part.from_dict(entry.data) for _, entry in store.messages.incoming(count=1000, wait=0.01)]


def the_one(store: Store) -> Part:
    (part,) = until(lambda: came(store))
    return part


@pytest.mark.parametrize("text", ["tolong 🌊", "", "x" * 1024, "ü" * 4000, "a\r\nb\x00c", "%s ${EXTEN}"])
def test_a_text_is_on_a_disk_before_it_is_acknowledged(network: Desk, store: Store, text: str) -> None:
    assert write(network, text, f"P-Asserted-Identity: <tel:{WRITER[:-1]}9>").startswith("SIP/2.0 202")
    # At once, and not after somebody brought it there.
    (part,) = came(store)
    assert (part.channel, part.connector, part.source, part.destination) == (
        "sip_message", "neighbour", "+6281200000009", "112",
    )  # fmt: skip
    assert part.body.decode(part.charset) == text


@pytest.mark.parametrize("to", ["urn:service:sos", "urn:service:sos.police", "tel:112", "sip:0812@127.0.0.1"])
def test_whatever_a_message_is_addressed_to_it_is_ours(network: Desk, store: Store, to: str) -> None:
    assert write(network, "tolong", to=to).startswith("SIP/2.0 202")
    assert the_one(store).body == b"tolong"


# RP-DATA from a telephone: no originator, destination 112, a TPDU of 11 octets (SMS-SUBMIT to 112, "hi" in septets).
SMS = bytes.fromhex("000100038111f20b0100038111f2000002e834")


CPIM = b"From: <sip:x@y>\r\nTo: <sip:112@z>\r\n\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nto\xc3\xa9"
PARTS = (
    b"--b\r\nContent-Type: text/plain\r\n\r\ntolong\r\n--b\r\n"
    b"Content-Type: application/pidf+xml\r\n\r\n<presence/>\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("kind", "body", "headers", "text"),
    [
        ("message/cpim", CPIM, (), "toé"),
        ("text/plain;charset=iso-8859-1", "né".encode("latin-1"), (), "né"),
        ("text/plain", base64.b64encode(b"tolong"), ("Content-Transfer-Encoding: base64",), "tolong"),
        ('multipart/mixed;boundary="b"', PARTS, (), "tolong"),
        ("application/vnd.3gpp.sms", SMS, (), "hi"),
    ],
    ids=["cpim", "latin-1", "base64", "multipart", "sms"],
)
def test_a_text_is_read_in_every_coat(
    network: Desk, store: Store, kind: str, body: bytes, headers: tuple[str, ...], text: str
) -> None:
    assert write(network, body, *headers, kind=kind).startswith("SIP/2.0 202")
    part = the_one(store)
    assert part.body.decode("latin-1" if part.charset == "gsm-7" else part.charset) == text


def test_what_came_beside_a_text_is_kept_with_it(network: Desk, store: Store) -> None:
    write(network, PARTS, kind='multipart/mixed;boundary="b"')
    assert b"<presence/>" in the_one(store).request


def test_a_text_alone_is_kept_once(network: Desk, store: Store) -> None:
    write(network, "tolong")
    assert the_one(store).request == b""


def test_of_what_cannot_be_read_it_is_known_that_it_came(network: Desk, store: Store) -> None:
    assert write(network, b"\x89PNG", kind="image/png").startswith("SIP/2.0 202")
    assert "image/png" in the_one(store).body.decode()


def test_that_somebody_is_typing_is_no_message(network: Desk, store: Store) -> None:
    assert write(network, "<isComposing/>", kind="application/im-iscomposing+xml").startswith("SIP/2.0 202")
    assert came(store) == []


def test_a_message_that_comes_again_is_one(network: Desk, store: Store) -> None:
    call_id = secrets.token_hex(8)
    for _ in range(3):
        network._cseq = 0
        write(network, "tolong", call_id=call_id)
    assert [part.body for part in came(store)] == [b"tolong"]


@pytest.mark.parametrize("how", ["gone", "frozen"])
def test_while_the_gateway_is_away_asterisk_keeps_it_and_it_comes_once(
    network: Desk, store: Store, edged_parts: Parts, how: str
) -> None:
    if how == "gone":
        edged_parts.kill("web")
    else:
        edged_parts.freeze("web")
    try:
        assert write(network, "tolong").startswith("SIP/2.0 202")
        assert the_one(store).body == b"tolong"
    finally:
        edged_parts.thaw("web")
    edged_parts.start("web")
    assert write(network, "lagi").startswith("SIP/2.0 202")
    until(lambda: sorted(part.body for part in came(store)) == [b"lagi", b"tolong"], what="each is there once")


@pytest.mark.parametrize("text", ["x" * 1500, "multipart"])
def test_what_asterisk_cannot_keep_waits_for_the_gateway(
    network: Desk, store: Store, edged_parts: Parts, text: str
) -> None:
    edged_parts.kill("web")
    back = threading.Timer(2, edged_parts.start, ("web",))
    back.start()
    kind, body = (PLAIN, text.encode()) if text != "multipart" else ('multipart/mixed;boundary="b"', PARTS)
    try:
        start = write(network, body, kind=kind)
    finally:
        back.join()
    assert start.startswith("SIP/2.0 202")
    assert the_one(store).body == (b"tolong" if text == "multipart" else body)


def test_a_stranger_is_asked_who_he_is(edged_city: EdgedCity, store: Store) -> None:  # noqa: F811 - the fixture
    stranger = Desk("stranger", "", edged_city.door, host="127.0.0.99")
    assert write(stranger, "x").startswith("SIP/2.0 401")
    stranger.close()
    assert came(store) == []
