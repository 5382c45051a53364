"""gunicorn's worker for all that is served by HTTP, and how long it has patience with a client.

Each request that is being read, and each answer on its way, holds a thread, and gunicorn gives a client all the time it
likes: some hundred halves of requests, or answers that nobody takes, and no desk has its page any more, no webhook is
heard. Here each has its time, and in a crowd the oldest of whoever has most gives way (lines.py). The body is read
before the application begins, so that what it does is no reading.

Its main thread, which hands requests to all others, waits up to 2 seconds for each connection that it closes and whose
other end stays open. Here the thread that answered closes it.
"""

from __future__ import annotations

import io
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import ThreadWorker

from gateway.web.limits import LARGEST_REQUEST
from gateway.web.lines import Line, Lines, Phase

LOOK_SECONDS = 1.0
SPARE = 8
"""One in so many threads is kept free."""

NO_REQUESTS = "Exception in worker process"
"""gunicorn's words for a process that could not begin, whose reason its owner needs."""

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn tells no types
    """``--worker-class gateway.web.worker.Worker``"""

    def __init__(self, *given: Any, **named: Any):
        super().__init__(*given, **named)
        self._lines = Lines(self.cfg.threads - max(1, self.cfg.threads // SPARE))
        self._of_thread = threading.local()

    def init_process(self) -> None:
        threading.Thread(target=self._look_for_ever, name="lines", daemon=True).start()
        super().init_process()

    def load_wsgi(self) -> None:
        """The application, which gunicorn calls from now on."""
        application: Application = self.app.wsgi()
        self.wsgi = self._read_first(application)

    def handle(self, conn: Any) -> Any:
        line = self._lines.begin(str(conn.client[0]) if conn.client else "", conn.sock)
        self._of_thread.line = line
        try:
            again = super().handle(conn)
            if not again:
                self._lines.goes_on(line, Phase.CLOSING)
                conn.close(graceful=True)
        finally:
            self._lines.end(line)
        return again

    def finish_request(self, conn: Any, fs: Any) -> None:
        """In the main thread, after ``handle``."""
        if conn.sock.fileno() == -1:
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def _read_first(self, application: Application) -> Application:
        def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            line: Line = self._of_thread.line

            def start(status: str, headers: list[tuple[str, str]], *others: Any) -> Any:
                if any(name.lower() == "content-type" and _is_stream(value) for name, value in headers):
                    self._lines.goes_on(line, Phase.STREAMING)
                return start_response(status, headers, *others)

            environ["wsgi.input"] = io.BytesIO(_whole(environ))
            self._lines.goes_on(line, Phase.ANSWERING)
            return application(environ, start)

        return answer

    def _look_for_ever(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self._lines.look()


class WorkersLog(Logger):  # type: ignore[misc]  # gunicorn tells no types
    """``--logger-class gateway.web.worker.WorkersLog``: of a fault that a request met nothing of the request is told.

    gunicorn quotes its path, in which a text or a token may stand, and what was raised.
    """

    def exception(self, msg: str, *args: object, **named: object) -> None:
        fault = sys.exc_info()[1]
        if fault is None or msg == NO_REQUESTS:
            super().exception(msg, *args, **named)
        else:
            way = "".join(traceback.format_tb(fault.__traceback__))
            self.error_log.error("%s: %s\n%s", msg.partition("%")[0].strip(), type(fault).__name__, way)


def _whole(environ: Environ) -> bytes:
    """The body; of one that is too large no more than shows it.

    Raises:
        NoMoreData: the client ended before it did.
    """
    body: bytes = environ["wsgi.input"].read(LARGEST_REQUEST + 1)
    promised = environ.get("CONTENT_LENGTH") or "0"
    if promised.isdigit() and len(body) < min(int(promised), LARGEST_REQUEST + 1):
        raise NoMoreData
    return body


def _is_stream(content_type: str) -> bool:
    return content_type.startswith("text/event-stream")
