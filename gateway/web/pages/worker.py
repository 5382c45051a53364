"""gunicorn's worker for the pages, and how long it reads.

Each request that is being read holds a thread, and gunicorn gives a client that has begun one all the time it likes:
some hundred halves of requests, and no desk has its page any more. Here a request has been read after READ_SECONDS or
its connection gives no more; and of one address only so many are read together, so that whoever begins ever new ones
does not have all threads either. What is answered takes as long as it takes: a feed is answered for hours.

Its main thread, which hands requests to all others, waits up to 2 seconds for each connection that it closes and whose
other end stays open. Here the thread that answered closes it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

READ_SECONDS = 10.0
OF_ONE_ADDRESS = 96
"""Of 256 threads; a proxy, or the address of a whole room, reads as many for milliseconds only."""

LOOK_SECONDS = 1.0


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn tells no types
    """``--worker-class gateway.web.pages.worker.Worker``"""

    def __init__(self, *given: Any, **named: Any):
        super().__init__(*given, **named)
        self._reads: dict[Any, tuple[float, str, socket.socket]] = {}
        self._addresses: Counter[str] = Counter()
        self._turn = threading.Lock()

    def init_process(self) -> None:
        threading.Thread(target=self._watch, name="reads", daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        if not self._begin(conn):
            conn.close()
            return False
        try:
            again = super().handle(conn)
        finally:
            self._end(conn)
        if not again:
            conn.close(graceful=True)
        return again

    def finish_request(self, conn: Any, fs: Any) -> None:
        """In the main thread, after ``handle``."""
        if conn.sock.fileno() == -1:
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Any) -> Any:
        # One that brings a body is read on until it is answered.
        if req.method in ("GET", "HEAD"):
            self._end(conn)
        return super().handle_request(req, conn)

    def _begin(self, conn: Any) -> bool:
        address = str(conn.client[0]) if conn.client else ""
        with self._turn:
            if self._addresses[address] >= OF_ONE_ADDRESS:
                return False
            # A handle of our own: TLS takes the connection's socket away while it begins.
            self._reads[conn] = (time.monotonic() + READ_SECONDS, address, conn.sock.dup())
            self._addresses[address] += 1
        return True

    def _end(self, conn: Any) -> None:
        with self._turn:
            _, address, own = self._reads.pop(conn, (0.0, "", None))
            if own is None:
                return
            own.close()
            self._addresses[address] -= 1
            if self._addresses[address] <= 0:
                del self._addresses[address]

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            with self._turn:
                for until, _, own in self._reads.values():
                    if now > until:
                        with contextlib.suppress(OSError):
                            # Read nothing more; an answer that is on its way still goes out.
                            own.shutdown(socket.SHUT_RD)
