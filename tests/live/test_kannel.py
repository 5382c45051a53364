"""A real Kannel between a mobile network and our door: nothing lost, nothing joined wrongly, no answer of its own."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.channels import kannel, kannel_status
from gateway.channels.kannel_reader import Reader
from gateway.incident.timeline import Entry
from gateway.messages.channel import NotSent, Outgoing
from gateway.messages.part import Part
from gateway.settings import ROOT, Settings
from sms.gsm7 import segments
from tests.live.asterisk_server import environment
from tests.live.kannel_server import Door, KannelServer, MobileNetwork
from tests.live.wait import until

ANI, BUDI = "+6281200000001", "+6281200000002"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return table.read(environment(tmp_path_factory.mktemp("kannel") / "state", ROOT / "routing_rules.yaml"))


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[KannelServer]:
    server = KannelServer(settings)
    try:
        yield server.start()
    finally:
        server.stop()


class Shelf:
    """Stands in for the journal where a test wants to see, or to decide, what is kept."""

    def __init__(self) -> None:
        self.takes = True
        self.tries = 0
        self.parts: list[Part] = []

    def keep(self, entries: Sequence[Entry]) -> bool:
        self.tries += len(entries)
        if self.takes:
            self.parts += [Part.from_dict(entry.data) for entry in entries]
        return self.takes

    def alarm(self, what: str) -> None:
        raise AssertionError(what)

    def of(self, sender: str) -> list[Part]:
        return [part for part in self.parts if part.source == sender]


@contextmanager
def reading(settings: Settings) -> Iterator[Shelf]:
    """What takes Kannel's messages is at work."""
    shelf, stop = Shelf(), threading.Event()
    thread = threading.Thread(target=Reader(settings, shelf).run, args=(stop,))
    thread.start()
    try:
        yield shelf
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def shelf(settings: Settings, server: KannelServer) -> Iterator[Shelf]:
    with reading(settings) as shelf:
        yield shelf


@pytest.fixture(scope="module")
def door(settings: Settings) -> Iterator[Door]:
    """Where receipts come to; open for as long as Kannel runs, whose smsbox may panic when it loses a connection."""
    door = Door(settings.number("web_port")).open()
    yield door
    door.close()


@pytest.fixture
def network(server: KannelServer) -> Iterator[MobileNetwork]:
    network = server.network()
    yield network
    network.close()


def reply(settings: Settings, to: str, text: str, receipt: str = "a-token", **others: object) -> Outgoing:
    values: dict[str, object] = {"connector": "trial", "sender": "112", "valid_until": time.time() + 600}
    url = f"{settings.public_url}/messages/kannel/receipt/{receipt}" if receipt else ""
    return Outgoing("inc-1", "reply-1", to=to, text=text, receipt_url=url, **{**values, **others})  # type: ignore[arg-type]


def test_a_text_comes_with_who_wrote_it_and_to_whom(shelf: Shelf, network: MobileNetwork) -> None:
    network.write("+6281200000010", "tolong {ada} [api] ~ | café € 🔥")
    part = until(lambda: shelf.of("+6281200000010"))[0]
    assert part.body.decode() == "tolong {ada} [api] ~ | café € 🔥"
    assert (part.channel, part.destination, part.connector, part.charset) == ("kannel", "112", "trial", "utf-8")
    assert (part.reference, part.total, part.number) == (None, 1, 1)
    assert part.sent_at is not None
    assert abs(part.sent_at - time.time()) < 60


def test_the_fake_smsc_of_kannel_itself_is_heard(settings: Settings, shelf: Shelf) -> None:
    program = settings.natives / "bin" / "fakesmsc"
    port = str(settings.number("trial_smsc_port"))
    line = "+6281200000011 112 text kebakaran di rumah"
    words = [program, "-H", "127.0.0.1", "-r", port, "-i", "0.1", "-m", "1", line]
    fake = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        part = until(lambda: shelf.of("+6281200000011"))[0]
    finally:
        fake.kill()
        fake.wait()
    assert part.body == b"kebakaran di rumah"


def test_parts_of_two_writers_with_one_reference_stay_apart(shelf: Shelf, network: MobileNetwork) -> None:
    for number, (one, other) in enumerate([(b"saya ", b"rumah "), (b"dipukul ", b"saya "), (b"suami", b"terbakar")], 1):
        network.write_part("+6281200000012", one, 42, 3, number)
        network.write_part("+6281200000013", other, 42, 3, number, wide=True)
    until(lambda: len(shelf.of("+6281200000012") + shelf.of("+6281200000013")) == 6)
    for writer, text in (("+6281200000012", b"saya dipukul suami"), ("+6281200000013", b"rumah saya terbakar")):
        found = shelf.of(writer)
        assert b"".join(part.body for part in found) == text
        assert [(part.reference, part.total, part.number) for part in found] == [(42, 3, 1), (42, 3, 2), (42, 3, 3)]


@pytest.mark.parametrize(
    "body", [b"\0t\0o\0l", b"\xd8\x3d\xdd\x25", b"\0\xff\n\r+&%"], ids=["wide", "emoji", "hostile"]
)
def test_bytes_come_as_they_were_sent(shelf: Shelf, network: MobileNetwork, body: bytes) -> None:
    network.write_bytes("+6281200000014", body)
    part = until(lambda: shelf.of("+6281200000014"))[0]
    assert (part.body, part.charset) == (body, "binary")
    shelf.parts.clear()


@pytest.mark.parametrize("sender", ["", "BANK&x=1#", "+6281200000015"])
def test_whoever_writes_and_even_nothing_is_taken(shelf: Shelf, network: MobileNetwork, sender: str) -> None:
    network.write(sender, "")
    assert until(lambda: shelf.of(sender))[0].body == b""


def test_a_text_that_cannot_be_kept_is_given_again(server: KannelServer, shelf: Shelf, network: MobileNetwork) -> None:
    shelf.takes = False
    network.write("+6281200000016", "masih di sini")
    until(lambda: shelf.tries >= 2)
    assert server.kept() == 1
    shelf.takes = True
    assert until(lambda: shelf.of("+6281200000016"))[0].body == b"masih di sini"
    until(lambda: server.kept() == 0)


def test_texts_wait_while_nobody_of_ours_is_there(
    settings: Settings, server: KannelServer, network: MobileNetwork
) -> None:
    for text in ("satu", "dua"):
        network.write("+6281200000017", text)
    until(lambda: server.kept() == 2)
    with reading(settings) as shelf:
        until(lambda: len(shelf.of("+6281200000017")) == 2)


def test_the_texts_of_one_writer_come_in_their_order(shelf: Shelf, network: MobileNetwork) -> None:
    network.write("+6281200000018", "0")
    # Of those that come while nobody takes any, Kannel forgets the order.
    until(lambda: shelf.of("+6281200000018"))
    for number in range(1, 1000):
        network.write("+6281200000018", str(number))
    until(lambda: len(shelf.of("+6281200000018")) == 1000)
    assert [int(part.body) for part in shelf.of("+6281200000018")] == list(range(1000))


def test_kannel_killed_whole_loses_nothing_it_took(settings: Settings, server: KannelServer) -> None:
    network = server.network()
    for number in range(50):
        network.write("+6281200000019", str(number))
    until(lambda: server.kept() >= 50)
    server.kill("bearerbox")
    server.kill("smsbox")
    server.start("bearerbox", "smsbox")
    with reading(settings) as shelf:
        until(lambda: len({part.id for part in shelf.of("+6281200000019")}) == 50)


def test_kannel_told_to_start_anew_loses_nothing(settings: Settings, server: KannelServer, shelf: Shelf) -> None:
    network = server.network()
    for number in range(200):
        network.write("+6281200000024", str(number))
    until(lambda: kannel_status.status(settings).lines == {"trial": "online"}, what="the line is open")
    until(lambda: server.kept() or shelf.parts, what="it has taken some")
    kannel_status.stop(settings)
    server.ends("bearerbox")
    server.kill("smsbox")
    # What it had not read yet is still with the network.
    taken = server.kept() + len(shelf.parts)
    server.start("bearerbox", "smsbox")
    until(lambda: server.kept() == 0 and len(shelf.parts) >= taken)
    numbers = {int(part.body) for part in shelf.of("+6281200000024")}
    assert numbers == set(range(len(numbers)))


def test_kannel_itself_answers_no_writer(settings: Settings, shelf: Shelf, network: MobileNetwork) -> None:
    network.write("+6281200000020", "halo")
    until(lambda: shelf.of("+6281200000020"))
    # A reply after it has arrived, so whatever Kannel had to say would have, too.
    kannel.send(settings, reply(settings, "+6281200000020", "dari kami", receipt=""))
    until(lambda: network.arrived("+6281200000020"))
    assert [each.text for each in network.arrived("+6281200000020")] == ["dari kami"]


@pytest.mark.parametrize(
    "text", ["Kami sudah terima. {}[]~|€ é", "Baik 🔥, tunggu", "baris satu"], ids=["gsm", "wide", "plain"]
)
def test_a_reply_arrives_letter_for_letter(settings: Settings, door: Door, network: MobileNetwork, text: str) -> None:
    before = len(network.arrived(ANI))
    kannel.send(settings, reply(settings, ANI, text))
    until(lambda: len(network.arrived(ANI)) > before)
    assert (network.arrived(ANI)[-1].sender, network.arrived(ANI)[-1].text) == ("112", text)


def test_a_long_reply_goes_in_parts_that_belong_together(
    settings: Settings, door: Door, network: MobileNetwork
) -> None:
    text = " ".join(["Petugas sudah di jalan, tetap di tempat yang aman."] * 6)
    kannel.send(settings, reply(settings, BUDI, text))
    found = until(lambda: len(network.arrived(BUDI)) == 2 and network.arrived(BUDI))
    assert "".join(each.text for each in found) == text
    assert [(each.header[-2], each.header[-1]) for each in found] == [(2, 1), (2, 2)]
    assert found[0].header[3] == found[1].header[3]


@pytest.mark.parametrize(
    "text",
    ["a" * 307, "€" * 153, "a" * 152 + "€" * 77, "ы" * 135, "😀" * 35, "😀" * 36, "😀" * 67, "😀" * 100],
    ids=["plain", "extended", "extended at a border", "wide", "short", "pairs", "two full", "a pair in two parts"],
)
def test_a_long_reply_goes_in_as_many_parts_as_are_counted(
    settings: Settings, door: Door, network: MobileNetwork, text: str
) -> None:
    before = len(network.arrived(BUDI))
    kannel.send(settings, reply(settings, BUDI, text))
    parts = until(lambda: network.arrived(BUDI)[before:])
    total = parts[0].header[-2] if parts[0].header else 1
    assert total == segments(text)
    until(lambda: len(network.arrived(BUDI)) == before + total)


def test_what_became_of_a_reply_comes_to_its_own_url(settings: Settings, door: Door, network: MobileNetwork) -> None:
    kannel.send(settings, reply(settings, "+6281200000021", "sudah", receipt="a-Token_1"))
    told = until(lambda: len(receipts(settings, door)) == 2 and receipts(settings, door))
    assert {status for _, status in told} == {"sent", "delivered"}
    assert {path for path, _ in told} == {"/messages/kannel/receipt/a-Token_1"}


def receipts(settings: Settings, door: Door) -> list[tuple[str, str]]:
    found = [request for request in door.requests if "a-Token_1" in request.path]
    return [(each.path.partition("?")[0], kannel.receipt(settings, each, 0.0).status) for each in found]


def test_a_line_that_is_not_there_refuses_a_reply_at_once(settings: Settings, server: KannelServer) -> None:
    with pytest.raises(NotSent) as refused:
        kannel.send(settings, reply(settings, ANI, "halo", connector="gone"))
    assert (refused.value.retryable, refused.value.ours) == (False, False)


def test_a_reply_waits_in_kannel_while_the_network_is_away(
    settings: Settings, server: KannelServer, door: Door
) -> None:
    kannel.send(settings, reply(settings, "+6281200000022", "kami di sini", receipt=""))
    network = server.network()
    until(lambda: network.arrived("+6281200000022"))
    network.close()


@pytest.mark.parametrize("name", ["bearerbox", "smsbox"])
def test_a_reply_can_be_sent_later_when_kannel_is_away(settings: Settings, server: KannelServer, name: str) -> None:
    server.kill(name, signal.SIGTERM)
    try:
        with pytest.raises(NotSent) as refused:
            kannel.send(settings, reply(settings, ANI, "halo"))
        assert refused.value.retryable
    finally:
        if name == "bearerbox":
            server.kill("smsbox")  # it ends without the other, and its keeper starts it again
            server.start("bearerbox", "smsbox")
        else:
            server.start("smsbox")


def test_kannel_writes_no_number_and_no_text_anywhere_but_in_its_store(
    settings: Settings, shelf: Shelf, network: MobileNetwork, server: KannelServer
) -> None:
    network.write("+6281200000023", "kenari kuning")
    until(lambda: shelf.of("+6281200000023"))
    kannel.send(settings, reply(settings, "+6281200000023", "kenari biru"))
    until(lambda: network.arrived("+6281200000023"))
    said = server.said() + "".join(
        file.read_text(errors="replace") for file in Path(settings.state).rglob("*") if file.suffix in (".log", ".out")
    )
    assert "kenari" not in said
    assert "0000023" not in said
