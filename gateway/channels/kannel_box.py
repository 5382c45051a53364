"""The protocol between Kannel's bearerbox and its boxes, as far as taking messages needs it (Kannel 1.4.4 to 1.4.5).

Kannel's own box for HTTP says to bearerbox that a message is done with before anybody has taken it, drops what has no
sender, and mixes up what comes quickly. Bearerbox itself keeps a message in its files until a box says it is done with.
A frame is its length and a type, then that type's fields one after the other: numbers of four bytes, and strings after
their length, which is -1 for none.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

ADMIN, MESSAGE, ACKNOWLEDGEMENT = 1, 2, 3
SHUTDOWN, IDENTIFY, RESTART = 0, 3, 4
FROM_A_WRITER = 0
"""A message's type; others are receipts."""

LONGEST_FRAME = 1 << 20
SEND_SECONDS = 10.0

# Of a message, in their order; numbers are marked by a sign.
_FIELDS = (
    "from", "to", "udh", "text", "#sent", "smsc", "smsc_number", "foreign_id", "service", "account", "id", "#type",
    "#class", "#waiting", "#coding", "#compress", "#validity", "#deferred", "#mask", "receipt_url", "#protocol", "#dcs",
    "#reply_path", "charset", "box", "billing", "#left", "#priority", "#tries", "#tried_at", "meta",
)  # fmt: skip


class Answer(IntEnum):
    """What a box says of a message: done with, or to be given again."""

    TAKEN = 0
    AGAIN = 2


class BoxGone(Exception):
    """Bearerbox is away, closed the connection, or is to be connected anew."""


class Foreign(Exception):
    """Bearerbox says something in a form that we do not know: it is of another version."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as bearerbox gives it.

    Attributes:
        fields: its values by their names, numbers in digits; what is unset is left out.
        from_a_writer: it is no receipt.
    """

    fields: Mapping[str, bytes]
    from_a_writer: bool


class Box:
    """A connection to bearerbox as one of its boxes.

    Raises:
        BoxGone: it is away.
    """

    def __init__(self, port: int):
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout=SEND_SECONDS)
        except OSError as fault:
            raise BoxGone(f"bearerbox is away: {type(fault).__name__}") from None
        self._buffer = b""
        # A box without a name is given all that no other box is named for.
        self._send(_number(ADMIN) + _number(IDENTIFY) + _string(None))

    def messages(self, wait: float) -> list[Message]:
        """What bearerbox gives, all that is there by now; empty after ``wait`` seconds without anything.

        Raises:
            BoxGone, Foreign
        """
        if not select.select([self._socket], [], [], wait)[0]:
            return []
        try:
            fresh = self._socket.recv(1 << 16)
        except OSError as fault:
            raise BoxGone(f"bearerbox is lost: {type(fault).__name__}") from None
        if not fresh:
            raise BoxGone("bearerbox has closed the connection")
        self._buffer += fresh
        found = []
        while (frame := self._frame()) is not None:
            if message := _message(frame):
                found.append(message)
        return found

    def answer(self, message: Message, answer: Answer) -> None:
        """Raises BoxGone."""
        sent, identifier = int(message.fields.get("sent", b"0")), message.fields["id"]
        self._send(_number(ACKNOWLEDGEMENT) + _number(answer) + _number(sent) + _string(identifier))

    def close(self) -> None:
        self._socket.close()

    def _send(self, frame: bytes) -> None:
        try:
            self._socket.sendall(_number(len(frame)) + frame)
        except OSError as fault:
            raise BoxGone(f"bearerbox is lost: {type(fault).__name__}") from None

    def _frame(self) -> bytes | None:
        """The next whole frame without its length, None if it is not whole yet."""
        if len(self._buffer) < 4:
            return None
        end = 4 + int.from_bytes(self._buffer[:4], "big")
        if end > LONGEST_FRAME:
            raise Foreign("a frame is too long")
        if len(self._buffer) < end:
            return None
        frame, self._buffer = self._buffer[4:end], self._buffer[end:]
        return frame


def _message(frame: bytes) -> Message | None:
    """The message in a frame; None for what is none.

    Raises:
        BoxGone: bearerbox says that it stops.
        Foreign: it is a message of another form.
    """
    values = _Values(frame)
    kind = values.number()
    if kind == ADMIN and values.number() in (SHUTDOWN, RESTART):
        raise BoxGone("bearerbox stops")
    if kind != MESSAGE:
        return None
    fields: dict[str, bytes] = {}
    for name in _FIELDS:
        if name.startswith("#"):
            value = values.number()
            if value >= 0:
                fields[name[1:]] = b"%d" % value
        elif (text := values.string()) is not None:
            fields[name] = text
    if not values.at_end or len(fields.get("id", b"")) != 36:
        raise Foreign("a message has other fields than those of Kannel 1.4.5")
    return Message(fields, fields.get("type") == b"%d" % FROM_A_WRITER)


class _Values:
    """The values of a frame, one after the other."""

    def __init__(self, frame: bytes):
        self._frame = frame
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._frame)

    def number(self) -> int:
        if self._at + 4 > len(self._frame):
            raise Foreign("a frame ends too early")
        (value,) = struct.unpack_from(">i", self._frame, self._at)
        self._at += 4
        return int(value)

    def string(self) -> bytes | None:
        length = self.number()
        if length < 0:
            return None
        self._at += length
        if self._at > len(self._frame):
            raise Foreign("a frame ends too early")
        return self._frame[self._at - length : self._at]


def _number(value: int) -> bytes:
    return struct.pack(">i", value)


def _string(value: bytes | None) -> bytes:
    return _number(-1) if value is None else _number(len(value)) + value
