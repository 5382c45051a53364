"""An agency's webhook in the routing rules: ``webhook: {url: https://…, events: [handed_off, …]}``."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.rules.form import Form
from gateway.rules.rulebook import Webhook
from gateway.webhooks import Event

URL = r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]{1,400}"
URL_HINT = "https:// and a host, without blanks"


def webhook(form: Form) -> Webhook | None:
    """The webhook in an agency's form; without ``events`` all of them."""
    if form.find("webhook") is None:
        return None
    with form.form("webhook") as part:
        url = part.text("url", pattern=URL, hint=URL_HINT)
        events = part.choices("events", Event)
        if "events" in part.names and not events:
            part.fault("'events' names none: leave it out for all of them")
        if url and (why := _fault(url)):
            part.fault(f"'url' cannot be {url[:60]!r}: {why}", part.find("url"))
    return Webhook(url, events or frozenset(Event))


def _fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "it is no URL"
    if not host:
        return "it names no host"
    if parts.username is not None:
        return "it has a name or password in it: requests are signed instead"
    if parts.scheme == "http" and not _is_here(host):
        return "what happens to victims travels by https:// alone; http:// is for trials on 127.0.0.1"
    return ""


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
