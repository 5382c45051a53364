"""What somebody on the network sends to the front, byte by byte, from an address of the machine's own."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.settings import Settings
from tests.live.wait import PATIENCE_SECONDS


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class FrontClient:
    """
    Attributes:
        address: whence it comes; all of 127.0.0.0/8 is this machine.
        name: the host that it asks for.
        cookie: of who is in.
    """

    settings: Settings
    address: str = "127.0.0.1"
    name: str = "127.0.0.1"
    cookie: str = ""
    held: list[socket.socket] = field(default_factory=list)

    def connect(self, plain: bool = False) -> socket.socket:
        """A connection, by TLS unless it is to be plain."""
        port = self.settings.number("front_http_port" if plain else "front_port")
        opened = socket.create_connection(
            ("127.0.0.1", port), timeout=PATIENCE_SECONDS, source_address=(self.address, 0)
        )
        return opened if plain else _trusting().wrap_socket(opened, server_hostname=self.name)

    def ask(self, path: str, method: str = "GET", plain: bool = False, body: bytes = b"", **headers: str) -> Answer:
        with self.connect(plain) as line:
            given = {"Content-Length": str(len(body))} if body else {}
            line.sendall(self._request(path, method, {"Connection": "close", **given, **_dashed(headers)}) + body)
            return read_answer(line)

    def upgrade(self, origin: str = "", protocol: str = "sip", path: str = "/ws", **headers: str) -> int:
        """Open a WebSocket and keep it; the status of the answer."""
        line = self.connect()
        wanted = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Protocol": protocol,
            "Origin": origin or self.settings.pages_url,
        }
        line.sendall(self._request(path, "GET", {**wanted, **_dashed(headers)}))
        status = int([*line.recv(4096).split(b" "), b"0", b"0"][1] or b"0")
        if status == 101:
            self.held.append(line)
        else:
            line.close()
        return status

    def close(self) -> None:
        for each in self.held:
            with contextlib.suppress(OSError):
                each.close()
        self.held = []

    def _request(self, path: str, method: str, headers: dict[str, str]) -> bytes:
        host = {"Host": f"{self.name}:{self.settings.number('front_port')}"}
        cookie = {"Cookie": f"g112={self.cookie}"} if self.cookie else {}
        lines = [f"{method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in {**host, **cookie, **headers}.items()), "", ""]
        return "\r\n".join(lines).encode()


def read_answer(line: socket.socket) -> Answer:
    """Until the connection ends; TimeoutError where it does not."""
    whole = b"".join(_pieces(line))
    head, _, body = whole.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
    return Answer(int(first.split(" ")[1]) if " " in first else 0, headers, body)


def _pieces(line: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while piece := line.recv(65536):
            yield piece


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
