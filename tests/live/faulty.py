"""A web application that fails at whatever it is asked, and quotes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = f"{environ['PATH_INFO']} {environ['QUERY_STRING']} {environ['wsgi.input'].read()!r}"
    if not environ["PATH_INFO"].startswith("/late"):
        raise ValueError(asked)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return _begun(asked)


def _begun(asked: str) -> Iterator[bytes]:
    yield b"so far so good"
    raise ValueError(asked)
