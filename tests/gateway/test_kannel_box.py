"""Bearerbox as a box sees it: frames as they were recorded, in any pieces, and what is no frame of ours."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.kannel_box import LONGEST_FRAME, Answer, Box, BoxGone, Foreign, Message
from gateway.channels.kannel_reader import Reader
from gateway.incident.timeline import Entry
from gateway.messages.part import Part
from gateway.settings import SETTINGS, Settings
from sms.decoding import decode

RECORDED = Path(__file__).parent.parent / "recorded" / "kannel" / "frames.json"
FRAMES = {name: bytes.fromhex(frame) for name, frame in json.loads(RECORDED.read_text(encoding="utf-8")).items()}
STOP = struct.pack(">iii", 1, 0, -1)
HEARTBEAT = struct.pack(">ii", 0, 3)


class Bearerbox:
    """Gives a box what it is told to, and keeps what the box says."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.said: list[bytes] = []
        self.arrived = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def give(self, *frames: bytes) -> None:
        self.give_bytes(b"".join(struct.pack(">i", len(frame)) + frame for frame in frames))

    def give_bytes(self, data: bytes) -> None:
        assert self.arrived.wait(5)
        self._box.sendall(data)

    def hang_up(self) -> None:
        assert self.arrived.wait(5)
        self._box.shutdown(socket.SHUT_RDWR)
        self._box.close()

    def heard(self, count: int) -> list[bytes]:
        deadline = time.monotonic() + 5
        while len(self.said) < count:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self.said

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                self._box, _ = self._door.accept()
            except OSError:
                return
            self.arrived.set()
            try:
                with self._box.makefile("rb") as words:
                    while head := words.read(4):
                        self.said.append(words.read(int.from_bytes(head, "big")))
            except (OSError, ValueError):
                continue


@pytest.fixture
def bearerbox() -> Iterator[Bearerbox]:
    bearerbox = Bearerbox()
    yield bearerbox
    bearerbox.close()


def given_to(box: Box, count: int) -> list[Message]:
    found: list[Message] = []
    while len(found) < count:
        fresh = box.messages(5)
        assert fresh
        found += fresh
    return found


def test_a_box_without_a_name_makes_itself_known(bearerbox: Bearerbox) -> None:
    Box(bearerbox.port)
    assert bearerbox.heard(1) == [struct.pack(">iii", 1, 3, -1)]


def test_every_recorded_message_is_understood_and_answered(bearerbox: Bearerbox) -> None:
    box = Box(bearerbox.port)
    bearerbox.give(HEARTBEAT, *FRAMES.values())
    messages = given_to(box, len(FRAMES))
    assert all(message.from_a_writer for message in messages)
    for message in messages:
        box.answer(message, Answer.TAKEN)
    said = bearerbox.heard(1 + len(FRAMES))[1:]
    sent, name = int(messages[0].fields["sent"]), messages[0].fields["id"]
    assert said[0] == struct.pack(">iii", 3, 0, sent) + struct.pack(">i", 36) + name


def test_frames_may_come_in_any_pieces(bearerbox: Bearerbox) -> None:
    box = Box(bearerbox.port)
    frame = FRAMES["a text"]
    for byte in struct.pack(">i", len(frame)) + frame:
        bearerbox.give_bytes(bytes([byte]))
        found = box.messages(5)
    assert [message.fields["text"] for message in found] == [b"tolong, suami saya memukul saya"]


@pytest.mark.parametrize(
    "frame",
    [
        FRAMES["a text"] + b"\0\0\0\0",  # a field more, as another version may have
        FRAMES["a text"][:-4],  # a field less
        FRAMES["a text"][:20],
        struct.pack(">ii", 2, 1 << 30),
        b"\0",
    ],
    ids=["a field more", "a field less", "cut off", "a string beyond its frame", "a byte"],
)
def test_what_is_of_another_version_is_not_guessed_at(bearerbox: Bearerbox, frame: bytes) -> None:
    box = Box(bearerbox.port)
    bearerbox.give(frame)
    with pytest.raises(Foreign):
        box.messages(5)


def test_a_frame_without_end_is_not_waited_for(bearerbox: Bearerbox) -> None:
    box = Box(bearerbox.port)
    bearerbox.give_bytes(struct.pack(">i", LONGEST_FRAME))
    with pytest.raises(Foreign):
        box.messages(5)


def test_an_end_is_told_from_silence(bearerbox: Bearerbox) -> None:
    box = Box(bearerbox.port)
    assert box.messages(0.01) == []
    bearerbox.give(STOP)
    with pytest.raises(BoxGone, match="stops"):
        box.messages(5)
    bearerbox.hang_up()
    with pytest.raises(BoxGone):
        given_to(box, 1)


def test_a_bearerbox_that_is_away_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(BoxGone, match="away"):
        Box(port)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_a_frame(data: bytes) -> None:
    from gateway.channels import kannel_box

    try:
        found = kannel_box._message(struct.pack(">i", 2) + data)
    except Foreign:
        return
    assert found is not None


class Shelf:
    """Stands in for the journal; keeps nothing that says ``poison``."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.alarms: list[str] = []

    def keep(self, entries: Sequence[Entry]) -> bool:
        parts = [Part.from_dict(entry.data) for entry in entries]
        if any(part.body == b"promo" for part in parts):
            return False
        self.parts += parts
        return True

    def alarm(self, what: str) -> None:
        self.alarms.append(what)


@pytest.fixture
def shelf(bearerbox: Bearerbox, tmp_path: Path) -> Iterator[Shelf]:
    """What a reader has kept."""
    values = {setting.name: setting.default for setting in SETTINGS}
    settings = Settings({**values, "state": str(tmp_path), "kannel_box_port": bearerbox.port})
    shelf, stop = Shelf(), threading.Event()
    thread = threading.Thread(target=Reader(settings, shelf).run, args=(stop,))
    thread.start()
    yield shelf
    stop.set()
    thread.join()


def test_each_recorded_message_becomes_the_part_that_it_is(bearerbox: Bearerbox, shelf: Shelf) -> None:
    names = [name for name in FRAMES if name != "a name as sender"]
    bearerbox.give(*(FRAMES[name] for name in names))
    bearerbox.heard(1 + len(names))
    found = dict(zip(names, shelf.parts, strict=True))
    told = {name: (part.source, part.charset, decode(part.body, part.charset)) for name, part in found.items()}
    assert told["a text"] == ("+6281200000001", "utf-8", "tolong, suami saya memukul saya")
    assert told["letters beyond ASCII"] == ("+6281200000001", "utf-8", "café € {di sini} 🔥")
    assert told["data of 8 bits"] == ("+6281200000004", "binary", "tolong")
    assert told["a text in UCS-2"] == ("+6281200000011", "utf-16-be", "tolong 🔥 di sini")
    assert told["no sender"] == ("", "utf-8", "tolong")
    assert told["a text without a coding"] == ("+6281200000006", "utf-8", "halo")
    assert told["a long text joined before"][2] == "tolong " * 60
    parts = [found["a part with a reference of 8 bits"], found["a part with a reference of 16 bits"]]
    assert [(part.reference, part.total, part.number) for part in parts] == [(42, 2, 1), (298, 2, 2)]
    assert {part.connector for part in found.values()} == {"trial", "operator-a"}
    assert len({part.id for part in found.values()}) == len(names)


def test_a_message_that_cannot_be_kept_holds_up_no_other(bearerbox: Bearerbox, shelf: Shelf) -> None:
    bearerbox.give(FRAMES["a name as sender"], FRAMES["a text"])
    said = bearerbox.heard(3)[1:]
    assert [int.from_bytes(frame[4:8], "big") for frame in said] == [Answer.AGAIN, Answer.TAKEN]
    assert [part.body for part in shelf.parts] == [b"tolong, suami saya memukul saya"]


def test_a_receipt_that_went_astray_is_done_with(bearerbox: Bearerbox, shelf: Shelf) -> None:
    frame = FRAMES["a text"]
    at = frame.index(b"-", frame.index(b"trial")) - 8 + 36
    assert frame[at : at + 4] == b"\0\0\0\0"
    bearerbox.give(frame[:at] + struct.pack(">i", 3) + frame[at + 4 :])
    assert int.from_bytes(bearerbox.heard(2)[1][4:8], "big") == Answer.TAKEN
    assert not shelf.parts


def test_another_version_of_kannel_raises_an_alarm_and_takes_nothing(bearerbox: Bearerbox, shelf: Shelf) -> None:
    bearerbox.give(FRAMES["a text"] + b"\0\0\0\0")
    deadline = time.monotonic() + 5
    while not shelf.alarms and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "version" in shelf.alarms[0]
    assert not shelf.parts
    assert not [frame for frame in bearerbox.said if frame.startswith(struct.pack(">i", 3))]
