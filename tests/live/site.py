"""Pages of the tests' own, under the same security policy as the desk's, and bundled as they are."""

from __future__ import annotations

import http.server
import threading
from dataclasses import dataclass, field
from pathlib import Path

from gateway.settings import read
from gateway.setup.page import bundle

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {sockets}; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}


@dataclass
class Site:
    """A tiny web server.

    Attributes:
        files: what it answers, by path.
        sockets: where else its pages may connect to.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    sockets: str = ""

    def __post_init__(self) -> None:
        site = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.files.get(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", TYPES.get(Path(self.path).suffix, "text/html; charset=utf-8"))
                self.send_header("Content-Security-Policy", POLICY.format(sockets=site.sockets))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """The test tells what matters."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def bundled(folder: Path, script: str) -> dict[str, bytes]:
    """A page's files, made as the desk's are."""
    (folder / "src").mkdir()
    (folder / "src/desk.js").write_text(script, encoding="utf-8")
    (folder / "natives/page").mkdir(parents=True)
    (folder / "natives/page/node_modules").symlink_to(read().natives.resolve() / "page/node_modules")
    made = bundle(folder / "natives", folder, ["desk"])
    files = {file.name: file.read_bytes() for file in made.iterdir()}
    return files | {"size.css": b"#map { height: 600px }"}
