"""Two Asterisks behind one edge, each of which can be killed or frozen, and callers in raw SIP."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from gateway import settings as table
from gateway.settings import Settings
from tests.live.asterisk_server import AsteriskServer, environment
from tests.live.city import City
from tests.live.edge import Edge, ask, options
from tests.live.rtp import Voice
from tests.live.sounds import write_sounds
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until

SDP = "application/sdp"


@dataclass
class Line:
    """A caller's own socket: what is sent by it, and every status that comes back."""

    door: tuple[str, int]
    host: str = "127.0.0.1"
    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    branch: str = field(default_factory=lambda: f"z9hG4bK{secrets.token_hex(8)}")
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.voice = Voice()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, 0))
        self.port = self._socket.getsockname()[1]
        self.began = time.monotonic()
        self._cseq = 1

    def head(self, method: str, target: str, to: str, *extra: str, cseq: int = 1) -> list[str]:
        return [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={self.branch};rport",
            f"From: <sip:+628120000001@{self.host}>;tag={self.tag}",
            f"To: {to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:caller@{self.host}:{self.port}>",
            "Max-Forwards: 70",
            *extra,
        ]

    def datagram(self, octets: bytes) -> None:
        self._socket.sendto(octets, self.door)

    def raw(self, lines: list[str], body: bytes, told: int | None = -1) -> None:
        """These headers, with a length that is told: -1 the true one, None not at all."""
        length = [] if told is None else [f"Content-Length: {len(body) if told < 0 else told}"]
        self.datagram("\r\n".join([*lines, *length, "", ""]).encode() + body)

    def send(self, lines: list[str], body: bytes = b"", kind: str = SDP) -> None:
        self.raw([*lines, *([f"Content-Type: {kind}"] if body else [])], body)

    def invite(self, *extra: str, target: str = "sip:112@127.0.0.1", to: str = "<sip:112@127.0.0.1>") -> Line:
        self.began = time.monotonic()
        self.send(self.head("INVITE", target, to, *extra), self.voice.description())
        return self

    def final(self) -> int:
        """The final status; each provisional one before it is in ``answers``, too."""
        return self.wait(lambda status: status >= 200)

    def wait(self, wanted) -> int:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                answer = self._socket.recv(65536).decode()
            except TimeoutError:
                break
            self.answers.append(answer)
            if answer.startswith("SIP/2.0 ") and wanted(self.statuses[-1]):
                self.took = time.monotonic() - self.began
                return self.statuses[-1]
        raise AssertionError(f"not within {PATIENCE_SECONDS} s; there were {self.answers}")

    @property
    def statuses(self) -> list[int]:
        return [int(answer.split()[1]) for answer in self.answers if answer.startswith("SIP/2.0 ")]

    def header(self, name: str) -> str:
        return next(
            (line.partition(":")[2].strip() for line in self.answers[-1].split("\r\n") if line.startswith(f"{name}:")),
            "",
        )

    def within(self, method: str, *extra: str, body: bytes = b"", routes: bool = True) -> None:
        """Send a request within the call that was answered last; ``routes``: by the way that the answer told."""
        head = self.head_within(method, *extra, routes=routes)
        self.answers = [each for each in self.answers if "\r\nContact:" in each][-1:]
        self.raw(head, body)

    def head_within(self, method: str, *extra: str, routes: bool = True) -> list[str]:
        dialog = ("SIP/2.0 2", "SIP/2.0 18")
        answer = next(each for each in reversed(self.answers) if each.startswith(dialog) and "Contact:" in each)
        told = [line.partition(": ") for line in answer.split("\r\n")]
        way = [value for name, _, value in told if name == "Record-Route"] if routes else []
        to = next(value for name, _, value in told if name == "To")
        contact = next(value for name, _, value in told if name == "Contact").partition("<")[2].partition(">")[0]
        self._cseq += method != "ACK"
        self.branch = f"z9hG4bK{secrets.token_hex(8)}"
        return self.head(method, contact, to, *(f"Route: {each}" for each in reversed(way)), *extra, cseq=self._cseq)

    def request(self, method: str) -> str:
        """A request that came to us."""
        return until(lambda: next((each for each in self.receive() if each.startswith(f"{method} ")), ""))

    def receive(self) -> list[str]:
        self._socket.settimeout(0.1)
        with contextlib.suppress(TimeoutError):
            self.answers.append(self._socket.recv(65536).decode())
        return self.answers

    def answer(self, request: str) -> None:
        kept = ("Via:", "From:", "To:", "Call-ID:", "CSeq:")
        lines = [line for line in request.split("\r\n") if line.startswith(kept)]
        self.raw(["SIP/2.0 200 OK", *lines], b"")

    def cancel(self, target: str = "sip:112@127.0.0.1") -> None:
        lines = [line for line in self.head("CANCEL", target, "<sip:112@127.0.0.1>") if not line.startswith("Contact")]
        self.send(lines)

    def close(self) -> None:
        self.voice.close()
        self._socket.close()


class Nodes:
    """Two nodes with the same rules and secrets, an edge before them, and a gateway's stand-in for each."""

    def __init__(self, folder: Path):
        (folder / "city").mkdir()
        city = City(folder / "city", edge="yes")
        second = self._second(folder / "second", city)
        self.nodes = [city.asterisk, second]
        listed = ",".join(f"127.0.0.1:{node.settings.asterisk_port}" for node in self.nodes)
        self.settings = Settings({**city.settings, "asterisk_nodes": listed})
        environ = {**city.environ, "GATEWAY112_ASTERISK_NODES": listed}
        self.edge = Edge(self.settings, city.asterisk.rulebook, environ)
        self.stand_ins = [StandIn(node.settings.number("agi_port")) for node in self.nodes]
        for stand_in in self.stand_ins:
            stand_in.hand_off("112")
        self._lines: list[Line] = []

    def _second(self, folder: Path, city: City) -> AsteriskServer:
        environ = environment(folder / "state", city.settings.rules) | {"GATEWAY112_EDGE": "yes"}
        for name in ("secrets.toml", "trunks.toml"):
            shutil.copy(city.settings.state / name, folder / "state" / name)
        write_sounds(folder / "state" / "sounds")
        return AsteriskServer(table.read(environ), city.asterisk.rulebook)

    def start(self) -> Nodes:
        for node in self.nodes:
            node.start()
        self.edge.start()
        return self

    def whole(self) -> None:
        """Every node runs, and the edge knows."""
        for node in self.nodes:
            if not node.runs:
                node.start()
            node.send(signal.SIGCONT)
        from gateway.channels.kamailio_status import nodes_away

        until(lambda: nodes_away(self.settings) == [], what="the edge knows both nodes")

    def again(self) -> None:
        """A new edge, and it knows both nodes."""
        self.edge.stop()
        self.edge.start()
        self.whole()

    def line(self, **how: str) -> Line:
        line = Line(self.edge.address, **how)  # type: ignore[arg-type]
        self._lines.append(line)
        return line

    def calls(self) -> list[int]:
        return [len(stand_in.requests) for stand_in in self.stand_ins]

    def clear(self) -> None:
        for line in self._lines:
            line.close()
        self._lines = []
        self.whole()
        for node in self.nodes:
            until(lambda node=node: node.console("channel request hangup all") is not None and node.idle())  # type: ignore[misc]

    def stop(self) -> None:
        self.edge.stop()
        for node, stand_in in zip(self.nodes, self.stand_ins, strict=True):
            node.send(signal.SIGCONT)
            node.stop()
            stand_in.stop()


__all__ = ["Line", "Nodes", "ask", "options"]
