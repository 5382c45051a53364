"""A small provider of messages on a real port, and the channel that speaks with it.

Run as a program it is a sender for that channel alone: ``python -m tests.live.provider PORT`` with the gateway's
settings in the environment.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.journal import open_journal
from gateway.messages.channel import NotSent, Outgoing, Uncertain
from gateway.messages.dispatch import Dispatch
from gateway.settings import Settings, read
from gateway.store import Store
from tests.live.wait import PATIENCE_SECONDS

NAME = "provider"


class Provider:
    """Answers each request with the next status it is told to, and 200 after those.

    Attributes:
        taken: what was asked to be sent, in order, answered well or not.
        meanwhile: done after a request came, before it is answered.
    """

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.taken: list[dict[str, str]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status = provider.statuses.pop(0) if provider.statuses else 200
                provider.meanwhile()
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"id-%d" % len(provider.taken))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def texts(self) -> list[str]:
        return [taken["text"] for taken in self.taken]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class ProviderChannel:
    """What gateway.messages.channel names, for that provider."""

    def __init__(self, port: int, per_second: float = 1000.0):
        self.port = port
        self.per_second = per_second

    def rate(self, _settings: Settings) -> float:
        return self.per_second

    def send(self, _settings: Settings, outgoing: Outgoing) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        body = {name: str(getattr(outgoing, name)) for name in ("reply", "to", "text", "sender", "receipt_url")}
        try:
            line.connect()
        except OSError as fault:
            raise NotSent("the provider could not be reached", retryable=True) from fault
        try:
            line.request("POST", "/", json.dumps(body))
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            raise Uncertain("the provider was lost") from fault
        finally:
            line.close()
        if answer.status == 500:
            raise Uncertain("the provider answered 500")
        if answer.status != 200:
            ours = answer.status == 401
            raise NotSent(f"the provider answered {answer.status}", retryable=answer.status == 503, ours=ours)
        return text


def main() -> None:
    settings = read()
    channel = ProviderChannel(int(sys.argv[1]))
    Dispatch(NAME, channel, settings, Store(settings), open_journal(settings, "sender")).run(threading.Event())


if __name__ == "__main__":
    main()
