"""Who may see how the service fares: whoever has the token, and without a public URL this machine."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import request

from gateway.settings import Settings

REFUSED = "send `Authorization: Bearer <the setting monitoring_token>`; without public_url this machine needs none"

_SCHEME = "Bearer "


def is_insider(settings: Settings) -> bool:
    """Whether the request at hand may see figures and the state of parts."""
    token, given = settings.text("monitoring_token"), request.headers.get("Authorization", "")
    if token and given.startswith(_SCHEME):
        return hmac.compare_digest(given.removeprefix(_SCHEME).encode(), token.encode())
    # With a public URL a proxy stands before us, and the whole world comes from this machine.
    proxied = settings.text("public_url") or settings.text("link_url")
    return not proxied and _from_this_machine()


def _from_this_machine() -> bool:
    try:
        near = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return near and not {"X-Forwarded-For", "Forwarded", "Via"} & set(request.headers.keys())
