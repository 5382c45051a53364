"""What every answer of the pages says to the browser besides itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

from gateway.settings import Settings
from gateway.web.pages.origin import Origin

YEAR = 365 * 86_400


def policy(settings: Settings) -> str:
    """The content security policy: scripts, styles and data of our own, Asterisk's WebSocket, the maps' server."""
    sip = _origin(settings.sip_websocket_url)
    tiles = _origin(settings.text("pages_tiles"))
    return "; ".join([
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "manifest-src 'self'",
        f"img-src 'self' data: {tiles}".rstrip(), f"connect-src 'self' {sip}".rstrip(), "media-src 'self' blob:",
        "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'",
    ])  # fmt: skip


def _origin(url: str) -> str:
    """An address's origin; of none, nothing. A host with a place for a letter (``{s}``) is any of its kind."""
    parted = urlsplit(url)
    netloc = parted.netloc
    if netloc.startswith("{") and "}." in netloc:
        netloc = "*." + netloc.partition("}.")[2]
    return f"{parted.scheme}://{netloc}" if parted.scheme and netloc else ""


def with_headers(app: Flask, settings: Settings, origin: Origin) -> None:
    headers = {
        "Content-Security-Policy": policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # An audit's filter or a case's name in an address is nobody else's. With no-referrer a browser would say of our
        # own forms, too, that they come from nowhere (Origin: null).
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), display-capture=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
    }
    if origin.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"

    def add(answer: Response) -> Response:
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer

    app.after_request(add)
