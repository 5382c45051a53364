"""``gateway112 setup``: everything that is prepared once, in order. Repeated, it finds all in place and is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gateway.settings import Settings, read, write_missing_secrets
from gateway.setup import natives
from gateway.setup.alone import alone
from gateway.setup.progress import NumberedLines, Progress

# Folders of the state that hold secrets, numbers or what callers said are closed to other users.
FOLDERS = ("asterisk", "log", "redis", "run", "sounds", "spool")


def _folders(settings: Settings, _progress: Progress) -> None:
    settings.state.mkdir(parents=True, exist_ok=True)
    settings.state.chmod(0o700)
    for name in FOLDERS:
        (settings.state / name).mkdir(exist_ok=True, mode=0o700)
    write_missing_secrets(settings.state)


def _natives(settings: Settings, progress: Progress) -> None:
    natives.prepare(settings.natives, progress)


STEPS: tuple[tuple[str, Callable[[Settings, Progress], None]], ...] = (
    ("folders and secrets", _folders),
    ("Asterisk, Redis and tools", _natives),
)


def run_setup(settings: Settings, progress: NumberedLines) -> None:
    """Raises SetupRefused: a step failed; what was done before it stays and is not done again."""
    with alone(settings.state / "setup.lock", progress):
        for title, step in STEPS:
            progress.begin(title)
            step(settings, progress)
            settings = read()  # the first step writes secrets that later ones need


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Writes only below the state folder; run it as often as you like."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    run_setup(settings, NumberedLines(len(STEPS)))
    return 0
