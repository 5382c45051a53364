"""A SIP telephone whose network tells a place: an INVITE with headers and parts of our own. For trials.

baresip sends neither: it calls no URN and has no body but its SDP. This one knows no more than one call over TCP, where
nothing is lost or sent twice, to a server that trusts its address.
"""

from __future__ import annotations

import re
import secrets
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from gateway.channels.rtp_voice import Voice
from gateway.channels.telephone import Telephone, TelephoneRefused

CONNECT_SECONDS = 3.0
LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 1024 * 1024
CRLF = b"\r\n"


class SipTelephone(Telephone):
    """One call.

    Args:
        server: address and TCP port of the edge.
        user: the caller's number.
        headers: of the INVITE, besides those that every one has.
        parts: of its body, beside the SDP: the type of each, its Content-ID without brackets, and its bytes.

    Raises:
        TelephoneRefused: nobody answers there.
    """

    def __init__(
        self,
        server: tuple[str, int],
        user: str,
        headers: Sequence[str] = (),
        parts: Sequence[tuple[str, str, bytes]] = (),
    ):
        super().__init__()
        try:
            self._line = socket.create_connection(server, timeout=CONNECT_SECONDS)
        except OSError as fault:
            why = f"no SIP over TCP at {server[0]}:{server[1]} ({fault.strerror or type(fault).__name__})"
            raise TelephoneRefused(why) from fault
        self._line.settimeout(None)
        self._server, (host, port) = f"{server[0]}:{server[1]}", self._line.getsockname()[:2]
        self._own = f"{host}:{port}"
        self._voice = Voice(host)
        self._headers, self._parts = headers, parts
        self._from = f"From: <sip:{user}@{host}>;tag={secrets.token_hex(6)}"
        self._call_id, self._branch = f"{secrets.token_hex(12)}@{host}", _branch()
        self._uri = self._to = ""
        self._established: dict[str, list[str]] | None = None
        threading.Thread(target=self._listen, name="telephone", daemon=True).start()

    def dial(self, user: str) -> None:
        """Call a user of the server, or a URN; CALL_ESTABLISHED or CALL_CLOSED follows."""
        self._uri = user if ":" in user else f"sip:{user}@{self._server}"
        self._to = f"To: <{self._uri}>"
        kind, body = _body(self._voice.description(), self._parts)
        own = [f"Contact: <sip:caller@{self._own};transport=tcp>", *self._headers, f"Content-Type: {kind}"]
        self._send("INVITE", self._uri, 1, own, body, self._branch)

    def press(self, key: str) -> None:
        self._voice.press(key)

    @property
    def sent_back(self) -> int:
        """How many packets (20 ms) of its own voice it heard again."""
        return self._voice.sent_back

    def hang_up(self) -> None:
        """BYE, or CANCEL before the answer."""
        if self.has("CALL_CLOSED", "EXIT"):
            return
        if self._established is None:
            self._send("CANCEL", self._uri, 1, [], branch=self._branch)
        else:
            self._send("BYE", *self._dialogue(2))
        self._notice("CALL_CLOSED")

    def close(self) -> None:
        with suppress(TelephoneRefused):
            if self._uri:
                self.hang_up()
        self._voice.close()
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def _listen(self) -> None:
        with suppress(OSError, ValueError, TelephoneRefused), self._line.makefile("rb") as stream:
            for first, headers, body in _messages(stream):
                if not first.startswith("SIP/2.0 "):
                    self._serve(first, headers)
                elif headers["cseq"][0].split()[-1] == "INVITE":
                    self._answered(int(first.split()[1]), headers, body)
        self._notice("EXIT")

    def _answered(self, status: int, headers: dict[str, list[str]], body: bytes) -> None:
        """What becomes of the INVITE."""
        if status < 200:
            return
        self._to = f"To: {headers['to'][0]}"
        if status >= 300:
            self._send("ACK", self._uri, 1, [], branch=self._branch)
            self._notice("CALL_CLOSED")
            return
        first, self._established = self._established is None, headers
        self._send("ACK", *self._dialogue(1))
        if first:
            self._notice("CALL_ESTABLISHED" if self._voice.speak_to(body) else "CALL_CLOSED")

    def _serve(self, first: str, headers: dict[str, list[str]]) -> None:
        """Whatever the server asks within the call is granted."""
        method = first.split()[0]
        if method == "ACK":
            return
        again = [f"{name}: {value}" for name in ("Via", "From", "To", "Call-ID", "CSeq")
                 for value in headers.get(name.lower(), [])]  # fmt: skip
        body = self._voice.description() if method == "INVITE" else b""
        kind = [f"Contact: <sip:caller@{self._own};transport=tcp>", "Content-Type: application/sdp"] if body else []
        self._write(["SIP/2.0 200 OK", *again, *kind], body)
        if method == "BYE":
            self._notice("CALL_CLOSED")

    def _dialogue(self, number: int) -> tuple[str, int, list[str]]:
        """Target, CSeq and routes of a request within the call (RFC 3261 section 12.2.1.1)."""
        headers = self._established or {}
        contact = re.search(r"<([^>]+)>", headers.get("contact", [""])[0])
        routes = [each.strip() for value in headers.get("record-route", []) for each in value.split(",")]
        return contact[1] if contact else self._uri, number, [f"Route: {route}" for route in reversed(routes)]

    def _send(
        self, method: str, target: str, number: int, headers: Sequence[str], body: bytes = b"", branch: str = ""
    ) -> None:
        own = [
            f"{method} {target} SIP/2.0", f"Via: SIP/2.0/TCP {self._own};branch={branch or _branch()};rport",
            self._from, self._to, f"Call-ID: {self._call_id}", f"CSeq: {number} {method}", "Max-Forwards: 70",
        ]  # fmt: skip
        self._write([*own, *headers], body)

    def _write(self, lines: Sequence[str], body: bytes) -> None:
        head = "".join(f"{line}\r\n" for line in (*lines, f"Content-Length: {len(body)}", ""))
        try:
            self._line.sendall(head.encode() + body)
        except OSError as fault:
            raise TelephoneRefused(f"the connection broke ({fault.strerror})") from fault


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(10)}"


def _body(description: bytes, parts: Sequence[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """The body's type, and the body: the SDP alone, or first of several (RFC 5621)."""
    if not parts:
        return "application/sdp", description
    boundary = secrets.token_hex(12)
    heads = [(b"Content-Type: application/sdp", description)]
    heads += [(f"Content-Type: {kind}\r\nContent-ID: <{name}>".encode(), body) for kind, name, body in parts]
    begin = f"--{boundary}".encode()
    body = b"".join(begin + CRLF + head + CRLF + CRLF + part + CRLF for head, part in heads)
    return f"multipart/mixed;boundary={boundary}", body + begin + b"--" + CRLF


def _messages(stream: BinaryIO) -> Iterator[tuple[str, dict[str, list[str]], bytes]]:
    """First line, headers by their names in small letters, and body of each message, until the connection ends."""
    while line := stream.readline(LONGEST_HEAD):
        first = line.decode("utf-8", "replace").strip()
        if not first:
            continue  # kept alive
        headers: dict[str, list[str]] = {}
        while (line := stream.readline(LONGEST_HEAD)).strip():
            name, _, value = line.decode("utf-8", "replace").partition(":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        length = int(headers.get("content-length", ["0"])[0])
        if not 0 <= length <= LONGEST_BODY:
            return
        yield first, headers, stream.read(length)
