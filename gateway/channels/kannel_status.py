"""What Kannel says of itself: whether it runs, which lines are up, and what waits in it."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.channels.kannel_conf import TRIAL, folder, password
from gateway.settings import Settings

WAIT_SECONDS = 2.0
ONLINE = "online"

# "    operator-a[operator-a]    SMPP:host:2775/2775:user:type (re-connecting, rcvd: sms 0 …": id, kind, state.
_LINE = re.compile(r"^\s+\S*\[([^\]\s]+)\]\s.*?\(([a-z-]+)[^()]*, rcvd:", re.MULTILINE)


class KannelAway(Exception):
    """Kannel's bearerbox does not answer."""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of each line by its id, in Kannel's words: ``online``, ``connecting``, ``re-connecting``, ``dead`` …"""

    lines: Mapping[str, str]

    @property
    def broken(self) -> tuple[str, ...]:
        """The operator's lines that are not up; nobody need be on the trial network."""
        return tuple(name for name, word in self.lines.items() if word != ONLINE and name != TRIAL)


def status(settings: Settings) -> Status:
    """
    Raises:
        KannelAway: there is no answer.
    """
    port, word = settings.number("kannel_admin_port"), password(settings, "admin")
    try:
        url = f"http://127.0.0.1:{port}/status.txt?password={word}"
        with urllib.request.urlopen(url, timeout=WAIT_SECONDS) as answer:
            text = answer.read().decode("utf-8", "replace")
    except (OSError, urllib.error.HTTPError) as fault:
        raise KannelAway(f"Kannel does not answer ({type(fault).__name__})") from None
    return Status(dict(_LINE.findall(text)))


def waiting(settings: Settings, since: float) -> int:
    """Messages in Kannel's files that came before ``since``: nobody takes them, or no line carries them."""
    count = 0
    for file in (folder(settings) / "store").rglob("*-*"):
        try:
            count += file.is_file() and file.stat().st_mtime < since
        except OSError:
            continue  # it has just been done with
    return count
