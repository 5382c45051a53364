"""An agency's own system: a real HTTP server that takes webhooks, or does not, and checks their signatures."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SECRET = "a-secret-of-the-agency-for-tests"


@dataclass
class Taken:
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def told(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """As docs/handover.md has receivers do it."""
        stamp = self.headers["x-gateway112-timestamp"]
        wanted = "v1=" + hmac.new(secret.encode(), stamp.encode() + b"." + self.body, hashlib.sha256).hexdigest()
        return any(hmac.compare_digest(wanted, one) for one in self.headers["x-gateway112-signature"].split(","))


class AgencySystem:
    """
    Attributes:
        answers: the status it answers with; 0: it closes the line.
        pause: seconds before it answers.
        drips: it sends its answer a byte at a time.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers = 204
        self.pause = 0.0
        self.drips = False
        self.came: list[Taken] = []
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                system.take(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.came.append(Taken(handler.path, headers, body))
        time.sleep(self.pause)
        if not self.answers:
            handler.close_connection = True
            return
        if self.drips:
            with contextlib.suppress(OSError):  # until nobody listens any more
                for letter in b"HTTP/1.0 " + b"2" * 200:
                    handler.wfile.write(bytes([letter]))
                    time.sleep(0.1)
            return
        handler.send_response(self.answers)
        if 300 <= self.answers < 400:
            handler.send_header("Location", self.url + "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    @property
    def events(self) -> list[object]:
        return [taken.told["event"] for taken in self.came]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
