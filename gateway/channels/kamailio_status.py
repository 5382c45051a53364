"""A running Kamailio, asked and told over its control socket (JSON-RPC 2.0 in datagrams)."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gateway.channels.kamailio_conf import control
from gateway.incident.errors import Refused
from gateway.settings import Settings

WAIT_SECONDS = 2.0


class KamailioAway(Refused):
    """Kamailio does not run, does not answer, or does not do what it was told."""


def nodes_away(settings: Settings) -> list[str]:
    """host:port of each Asterisk that does not answer the edge.

    Raises:
        KamailioAway: it cannot be asked.
    """
    return [node for node, flags in _nodes(call(settings, "dispatcher.list")) if not flags.startswith("A")]


def reload_trunks(settings: Settings) -> None:
    """Have a running Kamailio take over whose addresses are whose; calls go on.

    Raises:
        KamailioAway: it cannot be told.
    """
    call(settings, "permissions.addressReload")


def call(settings: Settings, method: str, *words: str) -> object:
    """What Kamailio answers.

    Raises:
        KamailioAway: see there.
    """
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words}).encode()
    try:
        answer = json.loads(_exchange(control(settings), request))
    except (OSError, ValueError) as fault:
        raise KamailioAway("Kamailio", f"no answer to {method}: {type(fault).__name__}") from None
    if not isinstance(answer, dict) or "result" not in answer:
        raise KamailioAway(
            "Kamailio", f"refuses {method}: {answer.get('error') if isinstance(answer, dict) else answer}"
        )
    return answer["result"]


def _exchange(door: Path, request: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="g112-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        own.bind(os.path.join(folder, "own"))
        own.settimeout(WAIT_SECONDS)
        own.connect(str(door))
        own.send(request)
        return own.recv(65536)


def _nodes(listed: object) -> Iterator[tuple[str, str]]:
    """Address and flags (``AP``: active and probed) of each destination in what dispatcher.list tells."""
    if isinstance(listed, dict):
        if isinstance(listed.get("URI"), str):
            yield listed["URI"].removeprefix("sip:"), str(listed.get("FLAGS", ""))
        else:
            for value in listed.values():
                yield from _nodes(value)
    elif isinstance(listed, list):
        for value in listed:
            yield from _nodes(value)
