"""Whether each service is there: asked at its port as its callers will ask it, or of supervisord where it has none."""

from __future__ import annotations

import http.client
import socket
import ssl
import uuid
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.running.doors import Door, doors
from gateway.running.services import services
from gateway.settings import Settings

Question = Callable[[], bool]


def questions(settings: Settings) -> dict[str, Question]:
    """For each service in force, by name, what to ask; an answer takes a second at most."""
    behind = {door.service: door for door in reversed(doors(settings))}
    asked: dict[str, Question] = {}
    for service in services(settings):
        door = behind.get(service.name)
        if door is None:
            asked[service.name] = _runs(settings.run, service.name)
        else:
            asked[service.name] = ASKED_BY.get(service.name, opens)(door)
    return asked


def opens(door: Door) -> Question:
    def ask() -> bool:
        try:
            socket.create_connection((door.near, door.port), timeout=1).close()
        except OSError:
            return False
        return True

    return ask


def answers_http(door: Door) -> Question:
    """Any answer counts: what is degraded is told by the answer itself, to whoever watches the service."""

    def ask() -> bool:
        connection = _connection(door)
        try:
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    return ask


def _connection(door: Door) -> http.client.HTTPConnection:
    if not door.tls:
        return http.client.HTTPConnection(door.near, door.port, timeout=1)
    # Whether it is there is asked, not whether its certificate is good for this machine's own address.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(door.near, door.port, timeout=1, context=context)


def answers_sip(door: Door) -> Question:
    """An OPTIONS request answered in any way (RFC 3261, section 11)."""

    def ask() -> bool:
        with socket.socket(socket.AF_INET6 if ":" in door.near else socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.settimeout(0.5)
            try:
                own.connect((door.near, door.port))
                host, port = own.getsockname()[:2]
                own.send(_options(host, port, door))
                return own.recv(4096).startswith(b"SIP/2.0 ")
            except OSError:
                return False

    return ask


def _options(host: str, port: int, door: Door) -> bytes:
    mark = uuid.uuid4().hex
    lines = (
        f"OPTIONS sip:{door.near}:{door.port} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{mark}",
        f"From: <sip:readiness@{host}>;tag={mark}",
        f"To: <sip:{door.near}>",
        f"Call-ID: {mark}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:readiness@{host}:{port}>",
        "Max-Forwards: 70",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _runs(run: Path, name: str) -> Question:
    return lambda: states(run).get(name, GONE).word == "RUNNING"


ASKED_BY = {
    "asterisk": answers_sip,
    "edge": answers_sip,
    "web": answers_http,
    "fallback": answers_http,
    "pages": answers_http,
}


@dataclass(frozen=True)
class State:
    """``RUNNING``, ``STARTING``, ``BACKOFF`` (it keeps dying) or another word of supervisord; the process, or 0."""

    word: str
    process: int


GONE = State("", 0)
"""A service that supervisord does not know, or supervisord cannot be asked."""


def states(run: Path) -> dict[str, State]:
    """supervisord's word on each service it keeps, by name; empty when it cannot be asked."""
    try:
        known = _supervisor(run).getAllProcessInfo()
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return {}
    return {one["name"]: State(one["statename"], one["pid"]) for one in known} if isinstance(known, list) else {}


def kill(run: Path, name: str) -> bool:
    """Have supervisord kill a service, as the kernel would, and start it again; whether it was told."""
    return signal(run, name, "KILL")


def signal(run: Path, name: str, what: str) -> bool:
    """Have supervisord send a service a signal, such as ``HUP``; whether it was sent."""
    try:
        return bool(_supervisor(run).signalProcess(name, what))
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return False


def _supervisor(run: Path) -> Any:
    return xmlrpc.client.ServerProxy("http://supervisor", transport=_Unix(str(run / "supervisor.sock"))).supervisor


class _Unix(xmlrpc.client.Transport):
    """XML-RPC over a socket in the file system."""

    def __init__(self, path: str):
        super().__init__()
        self._path = path

    def make_connection(self, _host: object) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("supervisor")
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(3)  # it answers late while it starts all the others
        connection.sock.connect(self._path)
        return connection
