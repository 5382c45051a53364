"""The settings of a gateway that runs, where its environment gave it others than ours gives us."""

from __future__ import annotations

from pathlib import Path

from gateway import settings as table
from gateway.running.misspelt import PREFIX
from gateway.running.up import keeper
from gateway.settings import Settings, SettingsRefused


def differences(settings: Settings) -> list[str]:
    """The names of settings that the gateway which runs on this state has otherwise; none where none runs."""
    process = keeper(settings) if (settings.run / "up.lock").exists() else 0
    return unlike(settings, Path(f"/proc/{process}/environ")) if process else []


def unlike(settings: Settings, environ: Path) -> list[str]:
    """The names of settings that a process with this environment (NUL between ``NAME=value``) has otherwise."""
    try:
        words = environ.read_bytes().decode("utf-8", "replace").split("\0")
        theirs = table.read({name: value for name, _, value in (word.partition("=") for word in words)})
    except (OSError, SettingsRefused):
        return []  # it has just ended, or is another user's
    return [name for name in settings if name != "state" and settings[name] != theirs[name]]


def advice(names: list[str]) -> str:
    """What to do about these."""
    variables = ", ".join(PREFIX + name.upper() for name in names)
    return (
        f"the gateway that runs has other settings by its environment ({variables}): give the same here, "
        "or write them into settings.toml in the state folder and start it anew"
    )
