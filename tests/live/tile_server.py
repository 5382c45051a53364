"""A server of map tiles: gives each a grey square, or nothing for a long time, or nothing at all."""

from __future__ import annotations

import http.server
import struct
import threading
import zlib

SIDE = 256
ORDERLY, SLOW, BROKEN = "orderly", "slow", "broken"


class TileServer:
    """
    Attributes:
        mode: ORDERLY, SLOW (the answer comes when it is stopped) or BROKEN (every tile is a fault).
        asked: the paths that were asked for, with the page that each request says it comes from.
    """

    def __init__(self, mode: str = ORDERLY) -> None:
        self.mode = mode
        self.asked: list[tuple[str, str]] = []
        self._over = threading.Event()
        tiles = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tiles.asked.append((self.path, self.headers.get("Referer", "")))
                if tiles.mode == SLOW:
                    tiles._over.wait(60)
                    return
                self.send_response(200 if tiles.mode == ORDERLY else 503)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(SQUARE if tiles.mode == ORDERLY else b"")

            def log_message(self, *_: object) -> None:
                """The test tells what matters."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{self.origin}/{{z}}/{{x}}/{{y}}.png"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


def _square() -> bytes:
    """A tile with lines along two sides (PNG, ISO/IEC 15948; 8 bits of grey)."""
    rows = b"".join(
        b"\0" + bytes(140 if not (row and column) else 205 for column in range(SIDE)) for row in range(SIDE)
    )
    head = struct.pack("!IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data)) for kind, data in parts
    )


SQUARE = _square()
