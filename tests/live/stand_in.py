"""A FastAGI server in the gateway's place: as small as the contract with the dialplan, and able to fail midway."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote, unquote

from tests.live.wait import until


@dataclass
class Request:
    """What Asterisk told us of one call."""

    environment: list[str]
    arguments: list[str] = field(default_factory=list)

    @property
    def values(self) -> dict[str, str]:
        return dict(line.partition(": ")[::2] for line in self.environment)


class _Dialogue(socketserver.StreamRequestHandler):
    server: StandIn

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\n")) != "":
            lines.append(line)
        request = Request(lines)
        request.arguments = [unquote(value) for name, value in request.values.items() if name.startswith("agi_arg_")]
        self.server.requests.append(request)
        try:
            self._perform()
        except OSError:
            self.server.broken += 1

    def _perform(self) -> None:
        for word in self.server.script:
            if word == "hang":
                self.server.released.wait(60)
            elif word == "close":
                return
            elif word == "order":
                pairs = [f"__G112_{name}={quote(value, safe='._~/&-')}" for name, value in self.server.order.items()]
                self._say(f'EXEC MSet "{",".join(pairs)}"')
            else:
                self._say(word)

    def _say(self, command: str) -> str:
        self.wfile.write(command.encode() + b"\n")
        self.server.answers.append(self.rfile.readline().decode())
        return self.server.answers[-1]


class StandIn(socketserver.ThreadingTCPServer):
    """Plays ``script`` to every call: AGI commands, ``order`` (set the variables), ``hang`` or ``close``.

    Attributes:
        order: the G112_ variables that ``order`` sets, without the prefix.
        requests: what came with each call.
        answers: what Asterisk answered to each command.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    NORMAL: ClassVar[tuple[str, ...]] = ("ANSWER", "SET AUTOHANGUP 40", "order")

    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), _Dialogue)
        self.script: tuple[str, ...] = self.NORMAL
        self.order: dict[str, str] = {}
        self.requests: list[Request] = []
        self.answers: list[str] = []
        self.released = threading.Event()
        self.broken = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def hand_off(self, queue: str, **others: str) -> None:
        """From now on, hand every call to this queue."""
        self.script = self.NORMAL
        self.order = {
            "INCIDENT": "abc123", "QUEUE": queue, "PRIO": "30", "PRIORITY": "3", "LANGUAGE": "id",
            "NEED": "medical", "DISCREET_NEED": "medical", "LOCATION_TEXT": "tidak diketahui",
            "DISCREET_TEXT": "tidak diketahui", "WHISPER": "",
        } | others  # fmt: skip

    def last(self) -> Request:
        return until(lambda: self.requests)[-1]

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
