"""A running Asterisk, asked and told over its control socket."""

from __future__ import annotations

import subprocess
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.settings import Settings


class AsteriskRefused(Refused):
    """Asterisk's configuration cannot be written, or Asterisk does not take it."""


def folder(settings: Settings) -> Path:
    """Where Asterisk's configuration and data are."""
    return settings.state.resolve() / "asterisk"


def reload(settings: Settings) -> None:
    """Have a running Asterisk take over what was written; calls go on.

    Raises:
        AsteriskRefused: it does not run, or does not answer.
    """
    console(settings, "core reload")


def console(settings: Settings, command: str) -> str:
    """What a running Asterisk answers to a console command.

    Raises:
        AsteriskRefused: it does not run, or does not answer within 10 seconds.
    """
    words = [str(settings.natives / "bin" / "asterisk"), "-C", str(folder(settings) / "asterisk.conf"), "-rx", command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise AsteriskRefused("asterisk", f"no answer to {command!r}: {type(fault).__name__}") from fault
    if done.returncode or "Unable to connect" in done.stdout + done.stderr:
        raise AsteriskRefused("asterisk", f"no answer to {command!r}: is it running? Start it with `make run`")
    return done.stdout
