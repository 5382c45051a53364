"""``gateway112 edge``: becomes Kamailio, once what a killed one left behind is gone.

Kamailio is many processes. When the first of them is killed, the others go on answering, but nobody keeps them any
more, and a new one finds its ports taken by them.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.channels import kamailio_conf
from gateway.running.doors import process_name
from gateway.settings import Settings

MEGABYTES, MEGABYTES_EACH = "1792", "24"
"""Memory that its processes share, and that each has, at most: as many connections as there may be, each with room for
the longest request, take 1,250 of the first (taken from the machine as they are used), and some thousand calls being
set up the rest."""

PATIENCE_SECONDS = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Its configuration is written by `up` and `reload`."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    conf = kamailio_conf.folder(settings) / "kamailio.cfg"
    _end(conf)
    program = str(settings.natives / "bin" / "kamailio")
    run_folder = str(settings.run.resolve())
    # -DD: the first process stays in the foreground, and with it supervisord knows whether Kamailio is there.
    os.execv(program, [program, "-DD", "-E", "-m", MEGABYTES, "-M", MEGABYTES_EACH, "-f", str(conf), "-Y", run_folder])  # noqa: S606 - no shell is meant


def _end(conf: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := list(_left(conf))) and time.monotonic() < deadline:
        for process in left:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


def _left(conf: Path) -> Iterator[int]:
    """Living processes of a Kamailio with this configuration."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            alive = (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and os.fsencode(conf) in words and process_name(process) == "kamailio":
                yield int(process.name)
        except OSError:
            continue  # it has ended, or belongs to another user
