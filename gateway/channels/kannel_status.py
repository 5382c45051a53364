"""What Kannel says of itself: whether it runs, since when, which lines are up, and what waits in it."""

from __future__ import annotations

import http.client
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.channels.kannel_conf import TRIAL, folder, lines_file, local_file, password
from gateway.settings import Settings

WAIT_SECONDS = 2.0
ONLINE = "online"

# "    operator-a[operator-a]    SMPP:host:2775/2775:user:type (re-connecting, rcvd: sms 0 …": id, kind, state.
_LINE = re.compile(r"^\s+\S*\[([^\]\s]+)\]\s.*?\(([a-z-]+)[^()]*, rcvd:", re.MULTILINE)


_UPTIME = re.compile(r"uptime (\d+)d (\d+)h (\d+)m (\d+)s")


class KannelAway(Exception):
    """Kannel's bearerbox does not answer."""


@dataclass(frozen=True, slots=True)
class Status:
    """How Kannel is.

    Attributes:
        lines: the state of each by its id, in Kannel's words: ``online``, ``connecting``, ``re-connecting``, ``dead`` …
        uptime: whole seconds since it read its configuration.
    """

    lines: Mapping[str, str]
    uptime: int = 0

    @property
    def broken(self) -> tuple[str, ...]:
        """The operator's lines that are not up; nobody need be on the trial network."""
        return tuple(name for name, word in self.lines.items() if word != ONLINE and name != TRIAL)


def status(settings: Settings) -> Status:
    """
    Raises:
        KannelAway: there is no answer.
    """
    text = _ask(settings, "status.txt")
    days, hours, minutes, seconds = (int(each) for each in (_UPTIME.findall(text) or [(0, 0, 0, 0)])[0])
    return Status(dict(_LINE.findall(text)), ((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def is_stale(settings: Settings, there: Status, now: float) -> bool:
    """Whether its configuration, or the operator's file, was changed since Kannel read it."""
    files = (folder(settings) / "kannel.conf", lines_file(settings))
    if any(file.stat().st_mtime > now - there.uptime for file in files if file.exists()):
        return True
    return local_file(settings).exists() and local_file(settings).read_bytes() != lines_file(settings).read_bytes()


def stop(settings: Settings) -> None:
    """Have Kannel end what it does and stop; what keeps our services starts it again.

    Raises:
        KannelAway: there is no answer.
    """
    _ask(settings, "shutdown")


def _ask(settings: Settings, what: str) -> str:
    port, word = settings.number("kannel_admin_port"), password(settings, "admin")
    try:
        url = f"http://127.0.0.1:{port}/{what}?password={word}"
        with urllib.request.urlopen(url, timeout=WAIT_SECONDS) as answer:
            return str(answer.read().decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as fault:
        raise KannelAway(f"Kannel does not answer ({type(fault).__name__})") from None


def waiting(settings: Settings, since: float) -> int:
    """Messages in Kannel's files that came before ``since``: nobody takes them, or no line carries them."""
    count = 0
    for file in (folder(settings) / "store").rglob("*-*"):
        try:
            count += file.is_file() and file.stat().st_mtime < since
        except OSError:
            continue  # it has just been done with
    return count
