"""The files beside Asterisk's configuration: its folders, where it finds sounds, and the tones made here."""

from __future__ import annotations

import math
import os
from array import array
from pathlib import Path

from gateway.channels.asterisk_console import folder
from gateway.language import LANGUAGES
from gateway.settings import Settings


def prepare(settings: Settings) -> None:
    """Make every folder that the configuration names, with what has to lie in it."""
    etc = folder(settings)
    for part in ("lib", "lib/keys", "spool", "local", "data/quiet", "data/sounds"):
        (etc / part).mkdir(parents=True, exist_ok=True, mode=0o700)
    for other in (settings.run, settings.state / "log", settings.state / "sounds"):
        other.mkdir(parents=True, exist_ok=True, mode=0o700)
    _link(etc / "data" / "documentation", shared(settings, "asterisk-data") / "documentation")
    sounds = settings.state.resolve() / "sounds"
    # A name is looked up by the call's language, so both "menu" and "g112/id/menu" are found.
    for name, target in {"g112": sounds, **{language: sounds / language for language in LANGUAGES}}.items():
        _link(etc / "data" / "sounds" / name, target)
    replace(etc / "data" / "quiet" / "silence.sln", bytes(2 * 8000 * 10))
    replace(etc / "data" / "ringing.sln", _ring_tone())


def _ring_tone() -> bytes:
    """Five seconds of Indonesia's ring tone, 425 Hz for one second in five (ITU-T E.180), 8 kHz signed linear."""
    tone = (int(6000 * math.sin(2 * math.pi * 425 * step / 8000)) for step in range(8000))
    return array("h", [*tone, *[0] * 32000]).tobytes()


def _link(link: Path, target: Path) -> None:
    if not (link.is_symlink() and link.readlink() == target):
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def replace(file: Path, content: bytes) -> None:
    """Give ``file`` this content, as a whole or not at all, readable by its owner alone."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def shared(settings: Settings, name: str) -> Path:
    """A folder of what the set-up fetched (``<natives>/share``)."""
    return settings.natives.resolve() / "share" / name
