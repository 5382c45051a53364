"""Settings that cannot be meant: each right by itself, wrong with another, or right only in a trial."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gateway.channels.kannel import SENDER
from gateway.locator import hosts
from gateway.numbers import e164
from gateway.settings import ROOT, Settings, SettingsRefused
from gateway.time_of_day import zone

PORTS = (
    "sip_port", "sips_port", "asterisk_sip_port", "asterisk_sips_port", "asterisk_http_port", "asterisk_https_port",
    "agi_port", "ami_port", "redis_port", "web_port", "fallback_port", "pages_port", "capture_port",
    "kannel_admin_port", "kannel_box_port", "kannel_send_port", "trial_smsc_port", "front_port", "front_http_port",
)  # fmt: skip
LOG_LEVELS = ("debug", "info", "warning", "error")

TWILIO_SENDER = re.compile(r"[0-9]{5,6}|MG[0-9a-fA-F]{32}")
"""What Twilio takes for a sender besides a number in E.164: a short code, a messaging service."""


def contradictions(settings: Settings) -> Iterator[str]:
    """One sentence each: which setting, what is wrong, what to do."""
    yield from _addresses(settings)
    yield from _ports(settings)
    yield from _twilio(settings)
    yield from _messages(settings)
    yield from _pages(settings)
    yield from _front(settings)
    if settings.text("log_level") not in LOG_LEVELS:
        yield f"log_level is {settings.text('log_level')!r}: choose one of {', '.join(LOG_LEVELS)}"
    if settings.flag("trial_smsc") and not settings.flag("trial_trunk"):
        yield "trial_smsc lets anybody here write in, trial_trunk is off as in production: switch trial_smsc off"
    if settings.flag("anonymous_sip") and not settings.flag("trial_trunk"):
        yield "anonymous_sip lets anybody call in, trial_trunk is off as in production: switch anonymous_sip off"


def _addresses(settings: Settings) -> Iterator[str]:
    for name in ("bind", "sip_bind", "front_bind"):
        try:
            ipaddress.ip_address(settings.text(name))
        except ValueError:
            yield f"{name} is {settings.text(name)!r}, no IP address: set the address of an interface of this machine"
    for name in ("agi_peers", "kannel_peers", "pages_proxies"):
        try:
            settings.networks(name)
        except SettingsRefused as fault:
            yield str(fault)
    try:
        hosts.read(settings)
        zone(settings)
    except SettingsRefused as fault:
        yield str(fault)


def _ports(settings: Settings) -> Iterator[str]:
    first, last = settings.number("rtp_first"), settings.number("rtp_last")
    if last - first < 100:
        yield f"rtp_first {first} and rtp_last {last} leave ports for no more than {max(0, (last - first) // 2)} calls"
    used: dict[int, str] = {}
    for name in PORTS:
        twin = used.setdefault(settings.number(name), name)
        if twin != name:
            yield f"{name} is {settings.number(name)}, as is {twin}: give one of them another port"
    for name in ("sip_port", "asterisk_sip_port", "capture_port"):
        if first <= settings.number(name) <= last:
            yield f"{name} {settings.number(name)} lies among the RTP ports {first} to {last}: move one"


def _twilio(settings: Settings) -> Iterator[str]:
    number = settings.text("twilio_operators_number")
    if number and e164(number) != number:
        yield "twilio_operators_number is no number in E.164: write it as +62…"
    if not settings.text("twilio_account_sid"):
        return
    if not settings.text("twilio_auth_tokens"):
        yield "twilio_account_sid is set and twilio_auth_tokens is empty: no request of Twilio's could be believed"
    if not settings.text("public_url").startswith("https://"):
        yield "Twilio is on, and public_url is no https:// URL: signatures are made over the public URL"
    if not number:
        yield "Twilio is on, and twilio_operators_number is empty: a call could not reach a person if SIP to us fails"


def _pages(settings: Settings) -> Iterator[str]:
    url, sip = settings.pages_url, settings.sip_websocket_url
    files = {name: settings.text(name) for name in ("pages_certificate", "pages_key")}
    if bool(files["pages_certificate"]) != bool(files["pages_key"]):
        yield "pages_certificate and pages_key belong together: set both, or neither"
    for name, file in files.items():
        if file and not os.access(ROOT / file, os.R_OK):
            yield f"{name} is {file!r}, which cannot be read: name a file in PEM, or none"
    if settings.text("pages_url") and not re.fullmatch(r"https?://[^/?#\s]+/?", settings.text("pages_url")):
        yield f"pages_url is {url!r}: write scheme and host alone, such as https://desk.example"
    if url.startswith("https://") and not sip.startswith("wss://"):
        yield "the desk's pages are https, and pages_sip_url is no wss:// URL: browsers would not connect to it"
    if not url.startswith("https://") and urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1"):
        yield f"pages_url is {url}: without https a browser gives no microphone, and passwords travel in the clear"
    if settings.flag("phone") and not settings.flag("trial_trunk"):
        yield "phone lets anybody call from a page, trial_trunk is off as in production: switch phone off"


def _front(settings: Settings) -> Iterator[str]:
    if not settings.flag("front"):
        return
    pages, public = urlsplit(settings.pages_url), urlsplit(settings.text("public_url"))
    if settings.text("pages_certificate"):
        yield "front speaks TLS for the desk's pages, and so does pages_certificate: leave that and pages_key empty"
    if pages.scheme != "https":
        yield f"front is on, and pages_url is {settings.pages_url}: write it with https://"
    if pages.hostname and pages.hostname == public.hostname:
        yield "pages_url and public_url have one host: the front leads it to the pages; give public_url another"


def _messages(settings: Settings) -> Iterator[str]:
    sender, number = settings.text("kannel_sender"), settings.text("sms_number")
    if settings.text("link_url") and not settings.text("link_url").startswith("https://"):
        yield "link_url is no https:// URL: a browser tells no position to a page without"
    if settings.flag("kannel") and not SENDER.fullmatch(sender):
        yield f"kannel_sender is {sender!r}, no sender: set a number of up to 20 digits, or a name of up to 11 letters"
    if number and e164(number) != number and not TWILIO_SENDER.fullmatch(number):
        yield f"sms_number is {number!r}: set a number in E.164 (+62…), a short code, or a messaging service (MG…)"
