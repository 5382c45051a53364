"""Processes of ours that outlived whoever kept them. They are known by the mark in their environment, so nobody
else's are touched and no file of process numbers can be wrong.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from gateway.running.doors import process_name


def find(mark: str, run: Path) -> dict[int, str]:
    """Number and name of every living process that was started with ``mark`` set to ``run``."""
    wanted = f"{mark}={run}".encode()
    return _living(lambda process: _is_titled(process, run) or wanted in _words(process / "environ"))


def kill_titled(run: Path) -> None:
    """Processes of a killed nginx: they would go on answering, with the ports that the next one needs."""
    deadline = time.monotonic() + 5.0
    while (left := _living(lambda process: _is_titled(process, run))) and time.monotonic() < deadline:
        for number in left:
            _send(number, signal.SIGKILL)
        time.sleep(0.02)


def _living(wanted: Callable[[Path], bool]) -> dict[int, str]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted(process) and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found[int(process.name)] = process_name(process)
        except OSError:
            continue  # it has ended, or belongs to another user
    found.pop(os.getpid(), None)
    return found


def _is_titled(process: Path, run: Path) -> bool:
    """nginx writes titles over its environment, and with it over the mark: it is known by the folder it works in."""
    return _words(process / "cmdline")[0].startswith(b"nginx: ") and (process / "cwd").readlink() == run.resolve()


def _words(file: Path) -> list[bytes]:
    return file.read_bytes().split(b"\0")


def end(mark: str, run: Path, say: Callable[[str], None], patience: float = 10) -> None:
    """Stop them all: asked first, killed when ``patience`` seconds have gone by."""
    for ask, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        left = find(mark, run)
        if not left:
            return
        names = ", ".join(f"{name} ({number})" for number, name in left.items())
        say(f"left over from a run that was killed, stopping: {names}")
        for number in left:
            _send(number, ask)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and find(mark, run):
            time.sleep(0.1)


def _send(number: int, ask: signal.Signals) -> None:
    try:
        os.kill(number, ask)
    except ProcessLookupError:
        return
