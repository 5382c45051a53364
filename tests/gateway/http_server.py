"""A small real HTTP server for tests: answers as it is told to, also badly; over TLS with a certificate of its own."""

from __future__ import annotations

import datetime
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """
    Attributes:
        pause: seconds before each piece of the body; with a ``piece`` of 1 it drips.
        hang: seconds before the first byte of all.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    piece: int = 0
    pause: float = 0.0
    hang: float = 0.0


class HttpServer:
    """``replies(asked)`` says what is answered; ``asked`` is what came."""

    def __init__(self, replies: Callable[[Asked], Reply], certificate: Path | None = None):
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                names = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, names, self.rfile.read(length))
                outer.asked.append(asked)
                _reply(self, replies(asked))

            do_GET = do_POST = do_PUT = _do

            def log_message(self, *_words: object) -> None:
                pass

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.secure = certificate is not None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{path}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def http_server(replies: Callable[[Asked], Reply], certificate: Path | None = None) -> Iterator[HttpServer]:
    server = HttpServer(replies, certificate)
    try:
        yield server
    finally:
        server.stop()


def _reply(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.hang)
    handler.send_response(reply.status)
    for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
        if value:
            handler.send_header(name, value)
    try:
        handler.end_headers()
        piece = reply.piece or max(1, len(reply.body))
        for start in range(0, len(reply.body), piece):
            time.sleep(reply.pause)
            handler.wfile.write(reply.body[start : start + piece])
            handler.wfile.flush()
    except OSError:
        pass  # Whoever asked has gone.


def write_certificate(file: Path, *names: str) -> Path:
    """A certificate with its key, signed by itself, for these names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway112 test")])
    now = datetime.datetime.now(datetime.UTC)
    others = [x509.IPAddress(ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form) + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
