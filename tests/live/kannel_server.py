"""A real Kannel on free ports with the project's own configuration, and a mobile network for it to speak with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from gateway.channels import kannel_conf
from gateway.channels.trial_smsc import TrialNetwork
from gateway.messages.channel import Request
from gateway.running.services import services
from gateway.settings import ROOT, Settings
from tests.live.wait import PATIENCE_SECONDS, until

TRIAL = kannel_conf.TRIAL


class KannelServer:
    """Kannel's two processes; each can be killed, told to end, and started again."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        kannel_conf.write(settings)

    def start(self, *names: str) -> KannelServer:
        """Returns once they answer."""
        for name in names or ("bearerbox", "smsbox"):
            service = next(each for each in services(self.settings) if each.name == name)
            with self._log(name).open("ab") as out:
                self._running[name] = subprocess.Popen(
                    service.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                    start_new_session=True, env=os.environ,
                )  # fmt: skip
            port = self.settings.number({"bearerbox": "kannel_box_port", "smsbox": "kannel_send_port"}[name])
            until(lambda name=name, port=port: self._opens(name, port), what=f"{name} answers")  # type: ignore[misc]
        return self

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        process = self._running.pop(name)
        process.send_signal(how)
        process.wait(PATIENCE_SECONDS)

    def ends(self, name: str, patience: float = 2.0) -> None:
        """Returns when one that was told to end has ended; it is killed if it does not, as by who reloads it."""
        try:
            self._running[name].wait(patience)
        except subprocess.TimeoutExpired:
            self.kill(name)
        else:
            del self._running[name]

    def stop(self) -> None:
        """
        Raises:
            AssertionError: one of them had ended by itself.
        """
        ended = {name: code for name, process in self._running.items() if (code := process.poll()) is not None}
        for name in list(self._running):
            self.kill(name)
        assert not ended, f"ended by itself: {ended}\n{self.said()[-4000:]}"

    def network(self) -> MobileNetwork:
        return MobileNetwork(self.settings)

    def said(self) -> str:
        """All that Kannel wrote, on its screen and in its folder's logs."""
        return "".join(self._log(name).read_text(errors="replace") for name in ("bearerbox", "smsbox"))

    def kept(self) -> int:
        """Messages that Kannel holds in its own files."""
        return sum(1 for file in (kannel_conf.folder(self.settings) / "store").rglob("*") if file.is_file())

    def _log(self, name: str) -> Path:
        folder = self.settings.state / "log"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.log").touch()
        return folder / f"{name}.log"

    def _opens(self, name: str, port: int) -> bool:
        assert self._running[name].poll() is None, self._log(name).read_text()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True


class MobileNetwork(TrialNetwork):
    """The trial network, and what only tests have to say by it."""

    def write_part(
        self, sender: str, body: bytes, reference: int, total: int, number: int, *, wide: bool = False
    ) -> None:
        """One part of a longer text; ``wide``: with a reference of 16 bits."""
        narrow = bytes([5, 0, 3, reference & 255, total, number])
        header = bytes([6, 8, 4, reference >> 8, reference & 255, total, number]) if wide else narrow
        self.line(f"{sender} 112 udh {_escaped(header)} {_escaped(body)}".encode())

    def write_bytes(self, sender: str, body: bytes) -> None:
        """8-bit data."""
        self.line(f"{sender} 112 data {_escaped(body)}".encode())


def _escaped(data: bytes) -> str:
    return quote_from_bytes(data, safe="")


@dataclass
class Door:
    """Stands in for the web application where a test wants to see, or to decide, what Kannel gets from it."""

    port: int
    status: int = 200
    requests: list[Request] = field(default_factory=list)
    tries: list[Request] = field(default_factory=list)
    frozen: bool = False
    _server: ThreadingHTTPServer | None = None

    def open(self) -> Door:
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                door._take(Request(self.path, _fields(self.path), body, headers, self.client_address[0]))
                while door.frozen:
                    time.sleep(0.05)
                self.send_response(door.status)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_words: object) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def close(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _take(self, request: Request) -> None:
        self.tries.append(request)
        if self.status == 200 and not self.frozen:
            self.requests.append(request)


def _fields(path: str) -> dict[str, bytes]:
    pairs = (pair.partition("=") for pair in urlsplit(path).query.split("&"))
    return {name: unquote_to_bytes(value.replace("+", " ")) for name, _, value in pairs}
