"""The telephones of the trial network: Kannel's fake SMSC, spoken to in the line protocol of its own test program.

A line is ``sender receiver text WORDS``; one connection at a time is heard, a second one waits for the first to close.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from gateway.incident.errors import Refused
from gateway.settings import Settings


class TrialRefused(Refused):
    """The trial network cannot be reached."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a telephone got: from whom, to whom, the text of this part, and the part's header, empty for a whole one."""

    sender: str
    to: str
    text: str
    header: bytes = b""


class TrialNetwork:
    """A connection to the fake SMSC.

    Raises:
        TrialRefused: nothing listens there.
    """

    def __init__(self, settings: Settings):
        port = settings.number("trial_smsc_port")
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError as fault:
            why = f"nothing answers ({type(fault).__name__}): is `make run` running?"
            raise TrialRefused(f"the trial SMSC at 127.0.0.1:{port}", why) from None
        self._socket.settimeout(None)
        self._arrived: list[Arrived] = []
        threading.Thread(target=self._read, name="trial network", daemon=True).start()

    def write(self, sender: str, text: str, to: str = "112") -> None:
        """One text in one part; line breaks become blanks."""
        self.line(f"{sender} {to} text {' '.join(text.splitlines())}".encode())

    def line(self, line: bytes) -> None:
        self._socket.sendall(line + b"\n")

    def arrived(self, to: str) -> list[Arrived]:
        """What came for a telephone, in its order."""
        return [each for each in self._arrived if each.to == to]

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _read(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    if told := _arrived(line.rstrip(b"\n")):
                        self._arrived.append(told)
        except (OSError, ValueError):
            pass  # it was closed


def _arrived(line: bytes) -> Arrived | None:
    words = line.split(b" ", 3)
    if len(words) != 4:
        return None  # the rest of a text with line breaks in it
    sender, to, kind, rest = words
    header = b""
    if kind == b"udh":
        told, kind, rest = rest.split(b" ", 2)
        header = unquote_to_bytes(told)
    body = rest if kind == b"text" else unquote_to_bytes(rest.replace(b"+", b" "))
    # Of a part it is not said in which alphabet it is.
    wide = kind == b"ucs-2" or (bool(header) and b"\0" in body)
    return Arrived(sender.decode(), to.decode(), body.decode("utf-16-be" if wide else "utf-8", "replace"), header)
