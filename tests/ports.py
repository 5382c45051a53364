"""Ports for servers that a test is about to start."""

from __future__ import annotations

import itertools
import os
import random
import socket
from collections.abc import Iterator

PORTS = range(6300, 8800)
"""Below those that the system hands out itself, or any connection might sit on one before its server does; and between
those that SIPp takes for its audio and for its own control."""

NOT_FOR_BROWSERS = {6566, *range(6665, 6670), 6679, 6697}
"""Chromium opens no page there (ERR_UNSAFE_PORT), whoever serves it."""


def _ours() -> Iterator[int]:
    """Each port once before any comes again; none that another worker of the same run is given."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ports = [port for port in PORTS[worker::workers] if port not in NOT_FOR_BROWSERS]
    return itertools.cycle(random.SystemRandom().sample(ports, len(ports)))


_PORTS = _ours()


def free_port() -> int:
    """A port that nobody uses, for TCP or for UDP, on any address."""
    for port in _PORTS:
        with socket.socket() as door, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as post:
            try:
                door.bind(("127.0.0.1", port))
                post.bind(("", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
