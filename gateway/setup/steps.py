"""``gateway112 setup``: everything that is prepared once, in order. Repeated, it finds all in place and is quick."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from gateway.settings import Settings, read, write_missing_secrets
from gateway.setup import SetupRefused, natives
from gateway.setup.alone import alone
from gateway.setup.programs import PROGRAMS, TESTS_ALONE
from gateway.setup.progress import NumberedLines, Progress

# Folders of the state that hold secrets, numbers or what callers said are closed to other users.
FOLDERS = ("asterisk", "kamailio", "kannel", "log", "nginx", "redis", "run", "sounds", "spool")


def _folders(settings: Settings, _progress: Progress) -> None:
    for folder in (settings.state, settings.run, *(settings.state / name for name in FOLDERS)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.getuid():
            raise SetupRefused(str(folder), "belongs to another user: be that user, or set GATEWAY112_STATE to another")
    settings.state.chmod(0o700)
    write_missing_secrets(settings.state)


def _natives_alone(settings: Settings, progress: Progress) -> AbstractContextManager[None]:
    """Several states may share their natives."""
    return alone(settings.natives / "setup.lock", progress)


def _natives(settings: Settings, progress: Progress) -> None:
    with _natives_alone(settings, progress):
        natives.prepare(settings.natives, PROGRAMS, progress)


def _browser(settings: Settings, progress: Progress) -> None:
    with _natives_alone(settings, progress):
        natives.prepare(settings.natives, TESTS_ALONE, progress)


def _page(settings: Settings, progress: Progress) -> None:
    from gateway.setup.page import bundle, fetch

    with _natives_alone(settings, progress):
        fetch(settings.natives, progress)
        bundle(settings.natives)


def _sounds(settings: Settings, progress: Progress) -> None:
    from gateway.sounds import make_all

    for unusable in make_all(settings, progress):
        progress(f"spoken instead of played: {unusable}")


def _asterisk(settings: Settings, _progress: Progress) -> None:
    from gateway.channels.asterisk import write
    from gateway.rules import load

    write(settings, load(settings.rules))


def _kamailio(settings: Settings, _progress: Progress) -> None:
    from gateway.channels.kamailio_conf import write
    from gateway.rules import load

    write(settings, load(settings.rules))


def _kannel(settings: Settings, _progress: Progress) -> None:
    from gateway.channels.kannel_conf import write

    write(settings)


def _front(settings: Settings, _progress: Progress) -> None:
    from gateway.channels import nginx_conf

    if nginx_conf.runs(settings):
        nginx_conf.write(settings)


def _fallback(settings: Settings, _progress: Progress) -> None:
    from gateway.channels.twilio import write_fallback

    write_fallback(settings)


Step = tuple[str, Callable[[Settings, Progress], None]]
FETCH: tuple[Step, ...] = (
    ("folders and secrets", _folders),
    ("Kamailio, Asterisk, Redis, Kannel and tools", _natives),
    ("desk's page", _page),
    ("prompts", _sounds),
)
FOR_TESTS: tuple[Step, ...] = (("browser of the tests", _browser),)
# Follows from settings and rules, so it is written anew at every start.
CONFIGURE: tuple[Step, ...] = (
    ("Asterisk configuration", _asterisk),
    ("Kamailio configuration", _kamailio),
    ("Kannel configuration", _kannel),
    ("nginx configuration", _front),
    ("fallback document", _fallback),
)


def perform(steps: Sequence[Step], settings: Settings, progress: NumberedLines) -> None:
    """Raises SetupRefused: a step failed; what was done before it stays and is not done again."""
    with alone(settings.state / "setup.lock", progress):
        for title, step in steps:
            progress.begin(title)
            try:
                step(settings, progress)
            except OSError as fault:
                raise SetupRefused(title, f"{fault}: check the disk, then run this again") from fault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Writes only below the state folder; run it as often as you like."
    parser.add_argument("--for-tests", action="store_true", help="bring what only the tests need as well: a browser")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    fetched = FETCH + (FOR_TESTS if arguments.for_tests else ())
    # The Python environment was the step before these.
    progress = NumberedLines(1 + len(fetched) + len(CONFIGURE), done=1)
    perform(fetched, settings, progress)
    perform(CONFIGURE, read(), progress)  # read again: the secrets may be new
    return 0
