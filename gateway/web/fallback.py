"""What Twilio is told when the application is away. A process of its own, under another name and another proxy.

For calls it imports the standard library alone and reads one file: whoever asks, by whatever method and path, gets the
document, which says nothing that is secret. Messages (``/messages/…``) are taken by the same door as in the application
(fallback_door.py): who writes has nobody on the line, so that a message is kept counts, and not what is answered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
FILE = _ROOT / os.environ.get("GATEWAY112_STATE", "state") / "fallback" / "voice.xml"

# Nothing is known of where to dial: the caller is kept on the line until the file is there.
PATIENCE = (
    b'<?xml version="1.0" encoding="UTF-8"?><Response>'
    b'<Say language="id-ID" voice="Google.id-ID-Standard-A">Mohon tunggu, jangan tutup telepon.</Say>'
    b'<Pause length="5"/><Redirect method="POST">voice.xml</Redirect></Response>'
)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application."""
    if environ.get("PATH_INFO", "").startswith("/messages/"):
        return _messages(environ, start_response)
    body = document()
    headers = [
        ("Content-Type", "text/xml; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("200 OK", headers)
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]


def _messages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        # Whatever is wrong with this part of us, callers are told what to do.
        from gateway.web.fallback_door import door

        messages = door()
    except Exception:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"the door of messages cannot be opened: see the log of the fallback process\n"]
    return messages(environ, start_response)


def document(file: Path | None = None) -> bytes:
    """The document as it stands; one that keeps the caller on the line while there is none that can be read."""
    try:
        body = (file or FILE).read_bytes()
    except OSError:
        return PATIENCE
    return body if body.rstrip().endswith(b"</Response>") else PATIENCE
