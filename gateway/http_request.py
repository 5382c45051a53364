"""Requests to other parties' HTTP services: whatever they do, an answer or a reason comes in time, and is bounded.

No redirect is followed and no proxy asked: what may be reached is decided by whoever asks, for the address that is then
used, so that a name cannot lead elsewhere after it was looked at.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

# It writes URLs, which may open a place, and what a server said.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

Address = IPv4Address | IPv6Address

PIECE = 64 * 1024
MOST_ADDRESSES = 3
_SAFE = "/%:@!$&'()*+,;=~-._?"


class NoAnswer(Exception):
    """There is no usable answer; the text says why, without the URL and what was said.

    Attributes:
        sent: they may have received the request.
    """

    def __init__(self, why: str, *, sent: bool = False):
        super().__init__(why)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """
    Attributes:
        headers: names in lower case; of a repeated one all values, with commas.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Target:
    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def perform(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    within: float = 5.0,
    largest: int = 1_000_000,
    may_reach: Callable[[Address], bool] | None = None,
) -> Answer:
    """One exchange. Certificates are checked against the system's authorities, or those in SSL_CERT_FILE.

    Args:
        within: seconds for all of it: name, connection, TLS, request, and the last byte of the answer.
        largest: bytes of an answer's body.
        may_reach: which addresses may be connected to; None: any.

    Raises:
        NoAnswer: there is none, or it is too large or too late.
    """
    target, deadline = _target(url), time.monotonic() + within
    connection = _connect(target, _addresses(target, deadline, may_reach), deadline)
    cut = threading.Timer(max(0.0, deadline - time.monotonic()), partial(_cut, connection.sock))
    cut.daemon = True
    cut.start()
    try:
        answer = _exchange(connection, method, target, body, headers or {}, largest)
    finally:
        cut.cancel()
        connection.close()
    if time.monotonic() >= deadline:
        # Also what looks whole: an answer without a length ends where it was cut.
        raise NoAnswer(f"no answer within {within:g} s", sent=True)
    if isinstance(answer, NoAnswer):
        raise answer
    return answer


def _exchange(
    connection: HTTPConnection, method: str, target: _Target, body: bytes, headers: Mapping[str, str], largest: int
) -> Answer | NoAnswer:
    said = {"Host": target.authority, "User-Agent": "gateway112", "Accept-Encoding": "identity", **headers}
    try:
        connection.request(method, target.path, body=body or None, headers=said, preload_content=False)
        return _answer(connection.getresponse(), largest)
    except (HTTPError, HTTPException, OSError, ValueError) as fault:
        return NoAnswer(f"the exchange broke off ({type(fault).__name__})", sent=True)


def _target(url: str) -> _Target:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError):
        raise NoAnswer("it is no URL") from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise NoAnswer("it is no URL of http or https with a host, and without a user's name")
    secure = parts.scheme == "https"
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return _Target(secure, host, port or (443 if secure else 80), path)


def _addresses(target: _Target, deadline: float, may_reach: Callable[[Address], bool] | None) -> list[Address]:
    found: list[Address] = []
    with suppress(ValueError):
        found = [ip_address(target.host)]
    if not found:
        found = _looked_up(target, deadline)
    allowed = [address for address in dict.fromkeys(found) if may_reach is None or may_reach(address)]
    if not allowed:
        raise NoAnswer("its host has no address that may be reached")
    return allowed[:MOST_ADDRESSES]


def _looked_up(target: _Target, deadline: float) -> list[Address]:
    """The system's resolver knows no deadline: it is asked in a thread that may be left behind."""
    found: list[Address] = []

    def ask() -> None:
        with suppress(OSError, ValueError, UnicodeError):
            infos = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            found.extend(ip_address(str(info[4][0]).partition("%")[0]) for info in infos)

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(max(0.0, deadline - time.monotonic()))
    if not found:
        raise NoAnswer("its host's name has no address")
    return list(found)


def _connect(target: _Target, addresses: list[Address], deadline: float) -> HTTPConnection:
    why = "no time is left"
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        connection = _connection(target, str(address), left)
        try:
            connection.connect()
        except (HTTPError, OSError, ValueError) as fault:
            connection.close()
            why = _refusal(fault)
        else:
            return connection
    raise NoAnswer(why)


def _connection(target: _Target, address: str, left: float) -> HTTPConnection:
    if not target.secure:
        return HTTPConnection(address, target.port, timeout=left)
    context = ssl.create_default_context()
    return HTTPSConnection(address, target.port, timeout=left, ssl_context=context, server_hostname=target.host)


def _refusal(fault: Exception) -> str:
    cause = fault.__cause__ or fault
    if isinstance(fault, ssl.SSLCertVerificationError) or isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not one that we trust"
    return f"no connection ({type(fault).__name__})"


def _answer(response: BaseHTTPResponse, largest: int) -> Answer:
    body = bytearray()
    while piece := response.read(PIECE, decode_content=False):
        body += piece
        if len(body) > largest:
            raise NoAnswer(f"the answer is larger than {largest} bytes", sent=True)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, bytes(body))


def _cut(line: socket.socket) -> None:
    """Ends an exchange that has had its time: whoever waits at its socket, for headers a byte at a time, say, wakes."""
    with suppress(OSError):
        # Not TLS's own way of shutting down, which takes the connection from under the thread that reads.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
