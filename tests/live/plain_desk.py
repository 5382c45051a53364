"""A desk's call taker: ``gateway112 desk … --plain`` in a process of its own, spoken with line by line."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from gateway.settings import ROOT
from tests.live.wait import PATIENCE_SECONDS


class PlainDesk:
    """Attributes:
    process: may be killed, as a terminal's machine may.
    """

    def __init__(self, environ: Mapping[str, str], name: str, *words: str):
        command = [sys.executable, "-m", "gateway", "desk", name, "--plain", *words]
        self.process = subprocess.Popen(
            command, env={**os.environ, **environ}, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self._lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")

    def hear(self, event: str, within: float = PATIENCE_SECONDS, **values: object) -> dict[str, Any]:
        """The next line with this event and these values."""
        deadline = time.monotonic() + within
        while True:
            told = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            if told["event"] == event and values.items() <= told.items():
                return told

    def waits(self) -> dict[str, Any]:
        """The first thread that waits, as soon as there is one."""
        while not (waiting := self.hear("lists")["waiting"]):
            pass
        return dict(waiting[0])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(json.loads(line))
