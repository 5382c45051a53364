"""A caller made of bytes: sends exactly the INVITE it is given, by UDP or TCP, and behaves from then on."""

from __future__ import annotations

import itertools
import re
import secrets
import socket
from collections.abc import Sequence

from tests.live.wait import PATIENCE_SECONDS

SDP = b"".join(
    line + b"\r\n"
    for line in (
        b"v=0", b"o=- 1 1 IN IP4 127.0.0.1", b"s=-", b"c=IN IP4 127.0.0.1", b"t=0 0", b"m=audio 40000 RTP/AVP 8",
        b"a=rtpmap:8 PCMA/8000",
    )
)  # fmt: skip

_NUMBERS = itertools.count(1)


class SipCaller:
    """One call.

    Attributes:
        call_id: the call's own.
    """

    def __init__(self, door: tuple[str, int], *, tcp: bool = False, seconds: float = PATIENCE_SECONDS):
        self.call_id = f"{secrets.token_hex(8)}@127.0.0.1"
        # A number of its own, or its call would join another's incident: drawn by lot, two of hundreds are the same.
        self._number = f"+62812000{next(_NUMBERS):05}"
        self._tag, self._branch = secrets.token_hex(4), f"z9hG4bK{secrets.token_hex(8)}"
        self._tcp = tcp
        self._line = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
        self._line.settimeout(seconds)
        self._line.connect(door)
        self._door = door
        self._read = b""
        self._answer = b""

    def invite(self, headers: Sequence[str], body: bytes, target: str = "urn:service:sos") -> SipCaller:
        """Send an INVITE with these headers and body; returns once it is answered with 200."""
        self._send("INVITE", target, 1, [f"Contact: <sip:caller@{self._own}>", *headers], body)
        while not self._answer.startswith(b"SIP/2.0 200"):
            self._answer = self._message()
            assert self._answer[8:9] in (b"1", b"2"), self._answer[:200]
        self._send("ACK", self._target, 1, self._routes)
        return self

    def message(self, headers: Sequence[str], body: bytes, target: str = "urn:service:sos") -> SipCaller:
        """Send a MESSAGE; returns once it is accepted."""
        self._send("MESSAGE", target, 1, headers, body)
        answer = self._message()
        assert answer.startswith(b"SIP/2.0 202"), answer[:200]
        self._line.close()
        return self

    def hang_up(self) -> None:
        self._send("BYE", self._target, 2, self._routes)
        self._line.close()

    @property
    def _own(self) -> str:
        host, port = self._line.getsockname()[:2]
        return f"{host}:{port}" + (";transport=tcp" if self._tcp else "")

    @property
    def _target(self) -> str:
        match = re.search(rb"^Contact:\s*<([^>]+)>", self._answer, re.MULTILINE | re.IGNORECASE)
        assert match
        return match[1].decode()

    @property
    def _routes(self) -> list[str]:
        found = re.findall(rb"^Record-Route:\s*(.+?)\r?$", self._answer, re.MULTILINE | re.IGNORECASE)
        return [f"Route: {value.decode()}" for value in reversed(found)]

    def _send(self, method: str, target: str, number: int, headers: Sequence[str], body: bytes = b"") -> None:
        to = re.search(rb"^To:\s*(.+?)\r?$", self._answer, re.MULTILINE | re.IGNORECASE)
        branch = self._branch if method == "INVITE" else f"z9hG4bK{secrets.token_hex(8)}"
        host, port = self._line.getsockname()[:2]
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/{'TCP' if self._tcp else 'UDP'} {host}:{port};branch={branch};rport",
            f"From: <sip:{self._number}@127.0.0.1>;tag={self._tag}",
            f"To: {to[1].decode() if to else '<urn:service:sos>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            "Max-Forwards: 70",
            *headers,
            f"Content-Length: {len(body)}",
        ]
        self._line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def _message(self) -> bytes:
        if not self._tcp:
            return self._line.recv(65536)
        while b"\r\n\r\n" not in self._read:
            self._read += self._received()
        head, _, rest = self._read.partition(b"\r\n\r\n")
        length = int(
            (re.search(rb"^(?:Content-Length|l):\s*(\d+)", head, re.MULTILINE | re.IGNORECASE) or [b"", b"0"])[1]
        )
        while len(rest) < length:
            rest += self._received()
        self._read = rest[length:]
        return head + b"\r\n\r\n" + rest[:length]

    def _received(self) -> bytes:
        piece = self._line.recv(65536)
        assert piece, "the edge hung up"
        return piece
