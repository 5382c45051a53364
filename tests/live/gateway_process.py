"""The whole gateway as a user starts it: `gateway112 up` in a process of its own, on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from gateway import settings as table
from gateway.running import leftovers
from gateway.running.readiness import State, states
from gateway.running.services import MARK
from gateway.settings import ROOT, Settings
from tests.live.wait import until


class GatewayProcess:
    """Start, watch and stop one gateway; ``environ`` says where it lives and on which ports."""

    def __init__(self, environ: dict[str, str]):
        self.environ = {**os.environ, **environ}
        self.settings: Settings = table.read(environ)
        self.output = self.settings.state / "up.out"
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> GatewayProcess:
        """Set it up; the prompts are those already spoken for the project, where there are any."""
        spoken = table.read().state / "sounds"
        if spoken.exists():
            shutil.copytree(spoken, self.settings.state / "sounds", dirs_exist_ok=True)
        done = self.command("setup")
        assert done.returncode == 0, done.stdout + done.stderr
        return self

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Perform one command of the command line on it."""
        whole = [sys.executable, "-m", "gateway", *words]
        return subprocess.run(whole, env=self.environ, cwd=ROOT, check=False, capture_output=True, text=True)

    def start(self) -> GatewayProcess:
        """Returns once it says that everything answers, or has ended."""
        with self.output.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gateway", "up"], env=self.environ, cwd=ROOT, stdout=out, stderr=out,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        until(lambda: "Ctrl-C" in self.said or self.ended is not None, 180, "the gateway is up")
        return self

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    @property
    def ended(self) -> int | None:
        return self.process.poll()

    @property
    def processes(self) -> dict[int, str]:
        """Number and name of every process it keeps."""
        return leftovers.find(MARK, self.settings.run)

    @property
    def states(self) -> dict[str, State]:
        return states(self.settings.run)

    def tell(self, what: signal.Signals) -> int:
        """Send it a signal and wait for its end; returns its exit code."""
        self.process.send_signal(what)
        return self.process.wait(60)

    @property
    def runs(self) -> bool:
        return self._process is not None and self.ended is None

    def end(self) -> None:
        if self.runs:
            self.tell(signal.SIGTERM)
        leftovers.end(MARK, self.settings.run, print)
