"""A real Kamailio before a real Asterisk: the edge as `make run` starts it, on free ports."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels import kamailio_conf
from gateway.rules.rulebook import Rulebook
from gateway.running.doors import doors, process_name
from gateway.running.readiness import answers_sip
from gateway.running.services import services
from gateway.settings import ROOT, Settings
from tests.live.city import City
from tests.live.stand_in import StandIn
from tests.live.wait import PATIENCE_SECONDS, until


class Edge:
    """Start, stop, kill, freeze and thaw one Kamailio.

    Attributes:
        address: where the network sends its requests, by UDP or TCP.
    """

    def __init__(self, settings: Settings, rulebook: Rulebook, environ: dict[str, str]):
        self.settings = settings
        self.rulebook = rulebook
        self._environ = {**os.environ, **environ}
        self.address = ("127.0.0.1", settings.number("sip_port"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Edge:
        """Returns when it answers."""
        kamailio_conf.write(self.settings, self.rulebook)
        (self.settings.state / "log").mkdir(exist_ok=True)
        service = next(service for service in services(self.settings) if service.name == "edge")
        with self.log_file.open("ab") as out:
            self._process = subprocess.Popen(
                service.command, env=self._environ, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        # Until it is Kamailio, what a killed one left behind may still answer in its place.
        until(lambda: process_name(Path(f"/proc/{self.pid}")) == "kamailio", what="it is Kamailio")
        door = next(door for door in doors(self.settings) if door.service == "edge")
        until(answers_sip(door), what="Kamailio answers")
        return self

    @property
    def log_file(self) -> Path:
        return self.settings.state / "log" / "edge.log"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def forwards(self) -> bool:
        """Whether it knows of an Asterisk that answers."""
        return ask(self.address, options(self.address), 2.0).startswith(b"SIP/2.0 200")

    @property
    def memory(self) -> int:
        """Bytes that its processes hold, each for itself."""
        assert self._process
        held = 0
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(process.name)) == self._process.pid:
                    held += 4096 * (int((process / "statm").read_text().split()[1]) - _shared(process))
        return held

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None


def _shared(process: Path) -> int:
    return int((process / "statm").read_text().split()[2])


class EdgedCity(City):
    """A city whose calls come in by the edge; desks reach Asterisk itself.

    Attributes:
        edge: the Kamailio.
    """

    def __init__(self, folder: Path, **settings: str):
        super().__init__(folder, edge="yes", **settings)
        self.edge = Edge(self.settings, self.asterisk.rulebook, self.environ)

    def start(self) -> EdgedCity:
        self.asterisk.start()
        self.edge.start()
        until(lambda: self.edge.forwards, what="the edge knows that Asterisk is there")
        return self

    def stop(self) -> None:
        self.edge.stop()
        self.asterisk.stop()


def options(door: tuple[str, int]) -> bytes:
    mark = secrets.token_hex(8)
    lines = (
        f"OPTIONS sip:112@{door[0]}:{door[1]} SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{mark};rport",
        f"From: <sip:test@127.0.0.1>;tag={mark}", "To: <sip:112@127.0.0.1>", f"Call-ID: {mark}", "CSeq: 1 OPTIONS",
        "Max-Forwards: 70", "Content-Length: 0", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def ask(door: tuple[str, int], request: bytes, seconds: float = PATIENCE_SECONDS) -> bytes:
    """The first answer to a request over UDP; empty: none came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(seconds)
        line.sendto(request, door)
        try:
            return line.recv(65536)
        except OSError:
            return b""


@pytest.fixture(scope="session")
def whole_edged_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgedCity]:
    city = EdgedCity(tmp_path_factory.mktemp("edged"))
    try:
        yield city.start()
    finally:
        city.stop()


@pytest.fixture
def edged_city(whole_edged_city: EdgedCity) -> Iterator[EdgedCity]:
    """An Asterisk with the edge before it; callers of ``edged_city.call()`` come in by the edge."""
    yield whole_edged_city
    whole_edged_city.clear()


@pytest.fixture
def edged_stand_in(edged_city: EdgedCity) -> Iterator[StandIn]:
    """A gateway's stand-in for the edged city."""
    server = StandIn(edged_city.settings.number("agi_port"))
    yield server
    server.stop()
