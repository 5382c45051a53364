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
    wanted, group = f"{mark}={run}".encode(), _group_of_nginx(run)
    return _living(lambda process: _is_of_nginx(process, group) or wanted in _words(process / "environ"))


def kill_nginx(run: Path) -> None:
    """What a killed nginx left behind would go on answering, with the ports that the next one needs."""
    group, deadline = _group_of_nginx(run), time.monotonic() + 5.0
    while (left := _living(lambda process: _is_of_nginx(process, group))) and time.monotonic() < deadline:
        for number in left:
            _send(number, signal.SIGKILL)
        time.sleep(0.02)


def _living(wanted: Callable[[Path], bool]) -> dict[int, str]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted(process) and _state(process)[0] != "Z":
                found[int(process.name)] = process_name(process)
        except OSError:
            continue  # it has ended, or belongs to another user
    found.pop(os.getpid(), None)
    return found


def _group_of_nginx(run: Path) -> str:
    """nginx writes titles over its environment, and with it over the mark. All its processes are in the group of the
    first, whose number stays in its file when it is killed."""
    try:
        return (run / "nginx.pid").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _is_of_nginx(process: Path, group: str) -> bool:
    # A number is given away again one day, and with it a group.
    return bool(group) and _state(process)[2] == group and b"nginx" in (process / "cmdline").read_bytes()


def _state(process: Path) -> list[str]:
    """What follows the name: state, parent, group, …"""
    return (process / "stat").read_text().rpartition(")")[2].split()


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
