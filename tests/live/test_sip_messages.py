"""SIP messages through the real Asterisk: into the stream of what came, and out over a trunk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.channels import sip_message
from gateway.messages.channel import NotSent, Outgoing
from gateway.messages.part import Part
from gateway.store import Store
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.wait import until

WRITER = "+6281200000001"


@pytest.fixture
def network(city: City) -> Iterator[Desk]:
    """An IMS network on the trunk ``neighbour``."""
    desk = Desk("network", "", city.asterisk.address, host="127.0.0.3")
    yield desk
    desk.close()


@pytest.fixture
def store(parts: Parts) -> Store:
    parts.start("redis", "ami")
    store = Store(parts.settings)
    store.redis.flushall()
    return store


def write(network: Desk, text: str | bytes, *headers: str, kind: str = "text/plain;charset=UTF-8", who: str = WRITER,
          to: str = "sip:112@127.0.0.1") -> str:  # fmt: skip
    body = text.encode() if isinstance(text, str) else text
    lines = (f"Content-Type: {kind}", *headers)
    return network.request("MESSAGE", "", *lines, to=to, from_user=who, body=body).start


def came(store: Store) -> list[Part]:
    return [Part.from_dict(entry.data) for _, entry in store.messages.incoming(count=1000, wait=0.01)]


def test_a_message_is_kept_with_its_writer_its_trunk_and_every_letter(network: Desk, store: Store) -> None:
    text = 'dia di sini 🌊 "q" ,;|\\\n\nbaris 2 ${EXTEN} %s ${DB(x/y)}'
    assert write(network, text, "P-Asserted-Identity: <sip:+6281200000009@ims.example>").startswith("SIP/2.0 202")
    (part,) = until(lambda: came(store))
    assert (part.channel, part.connector, part.source, part.destination) == (
        "sip_message", "neighbour", "+6281200000009", "112",
    )  # fmt: skip
    assert part.body.decode(part.charset) == text


@pytest.mark.parametrize("text", ["", " ", "ü" * 500, "🌊" * 250, "%" * 1000, "x" * 1023])
def test_every_text_that_asterisk_passes_on_arrives_whole(network: Desk, store: Store, text: str) -> None:
    write(network, text)
    (part,) = until(lambda: came(store))
    assert part.body.decode(part.charset) == text


def test_of_a_text_that_is_too_long_for_asterisk_it_is_known_that_it_came(network: Desk, store: Store) -> None:
    write(network, "x" * 1300)
    (part,) = until(lambda: came(store))
    assert part.body.decode() == sip_message.UNREADABLE


@pytest.mark.parametrize("to", ["tel:112", "sip:0812@127.0.0.1", "sip:h@127.0.0.1", "sip:s@127.0.0.1", "sip:+62112@x"])
def test_whatever_a_message_is_addressed_to_it_is_ours(network: Desk, store: Store, to: str) -> None:
    write(network, "tolong", to=to)
    assert [part.body for part in until(lambda: came(store))] == [b"tolong"]


def test_messages_that_came_while_nobody_was_there_arrive_in_their_order(
    network: Desk, store: Store, parts: Parts
) -> None:
    parts.kill("ami")
    texts = [f"pesan {number}" for number in range(12)]
    for text in texts:
        write(network, text)
    assert came(store) == []
    parts.start("ami")
    until(lambda: len(came(store)) == len(texts))
    assert [part.body.decode() for part in came(store)] == texts
    assert [part.at for part in came(store)] == sorted(part.at for part in came(store))
    assert any(part.at % 1 for part in came(store))


def test_messages_that_came_while_redis_was_away_arrive_once(network: Desk, store: Store, parts: Parts) -> None:
    parts.kill("redis")
    for number in range(5):
        write(network, f"pesan {number}")
    parts.start("redis", "replay")
    until(lambda: len(came(Store(parts.settings))) == 5)
    assert sorted(part.body for part in came(Store(parts.settings))) == [f"pesan {n}".encode() for n in range(5)]


def test_a_desk_and_a_stranger_can_write_to_nobody(city: City, store: Store) -> None:
    desk = city.desk("110-1")
    assert write(desk, "x", who="110-1").startswith("SIP/2.0 4")
    stranger = Desk("stranger", "", city.asterisk.address, host="127.0.0.99")
    assert write(stranger, "x").startswith("SIP/2.0 4")
    stranger.close()
    assert came(store) == []


def outgoing(**others: object) -> Outgoing:
    values = {
        "incident": "i1", "reply": "r1", "connector": "neighbour", "to": WRITER, "sender": "", "text": "Halo, é 🌊?",
        "valid_until": 4e9,
    }  # fmt: skip
    return Outgoing(**values | others)  # type: ignore[arg-type]


def test_a_reply_goes_out_over_the_trunk_it_came_by(city: City, store: Store) -> None:
    neighbour = city.neighbour()
    sip_message.send(city.settings, outgoing())
    (message,) = until(lambda: neighbour.messages)
    assert message.start.split()[:2] == ["MESSAGE", f"sip:{WRITER}@127.0.0.1:{city.neighbour_port}"]
    assert message.body.decode() == "Halo, é 🌊?"


def test_a_trunk_that_takes_nothing_of_ours_holds_up_no_reply_by_another(city: City) -> None:
    with pytest.raises(NotSent, match="`outgoing`") as refused:
        sip_message.send(city.settings, outgoing(connector="exchange"))
    assert not refused.value.ours
    assert not refused.value.retryable


def test_only_trunks_that_take_calls_of_ours_are_connectors(city: City) -> None:
    assert sip_message.connectors(city.settings) == ["neighbour"]
