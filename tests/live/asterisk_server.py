"""A real Asterisk on free ports with the project's own configuration, and settings to go with it."""

from __future__ import annotations

import random
import signal
import subprocess
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.channels import asterisk
from gateway.rules.rulebook import Rulebook
from gateway.settings import ROOT, Settings
from tests.live.wait import until
from tests.ports import free_port

PORTS = (
    "sips_port", "asterisk_http_port", "agi_port", "ami_port", "redis_port", "web_port", "fallback_port", "pages_port",
    "kannel_admin_port", "kannel_box_port", "kannel_send_port", "trial_smsc_port", "asterisk_sip_port",
    "asterisk_sips_port", "asterisk_https_port", "capture_port",
)  # fmt: skip


def environment(state: Path, rules: Path) -> dict[str, str]:
    """The environment for a gateway of our own: everything on free ports, its state in ``state``."""
    # Below the ports that the system hands out itself, or a caller's own sockets would sit on Asterisk's RTP.
    first = random.SystemRandom().randrange(16000, 28000, 4)
    values = {name: str(free_port()) for name in PORTS}
    values |= {
        "state": str(state),
        "rules": str(rules),
        "natives": str(table.read().natives.resolve()),
        "sip_bind": "127.0.0.1",
        "sip_port": str(free_port()),
        "rtp_first": str(first),
        "rtp_last": str(first + 4000),
    }
    table.write_missing_secrets(state)
    return {f"GATEWAY112_{name.upper()}": value for name, value in values.items()}


class AsteriskServer:
    """Start and stop one Asterisk; ``console`` asks it.

    Attributes:
        bounds: seconds that are others here, by their names in gateway/channels/asterisk.py. A gateway that hangs is
            waited for longer than outside, for a busy machine's takes its time.
    """

    def __init__(self, settings: Settings, rulebook: Rulebook):
        self.settings = settings
        self.rulebook = rulebook
        self.bounds = {"PATIENCE_SECONDS": 20}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.settings.asterisk_port)

    @property
    def log(self) -> str:
        return (self.settings.state / "log" / "asterisk.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> AsteriskServer:
        with pytest.MonkeyPatch.context() as patch:
            for name, seconds in self.bounds.items():
                patch.setattr(asterisk, name, seconds)
            asterisk.write(self.settings, self.rulebook)
        conf = asterisk.folder(self.settings) / "asterisk.conf"
        program = self.settings.natives / "bin" / "asterisk"
        with (self.settings.state / "asterisk.out").open("ab") as out:
            self._process = subprocess.Popen(
                [program, "-f", "-C", conf], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        until(self._booted, what="Asterisk is up")
        return self

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, what: signal.Signals) -> None:
        """Kill (SIGKILL), freeze (SIGSTOP) or thaw (SIGCONT) it."""
        if self._process and self.runs:
            self._process.send_signal(what)
            if what is signal.SIGKILL:
                self._process.wait()

    def console(self, command: str) -> str:
        return asterisk.console(self.settings, command)

    def waiting(self, queue: str) -> list[str]:
        """The channels waiting in a queue, who is next first."""
        lines = self.console(f"queue show {queue}").partition("Callers:")[2].splitlines()
        return [line.split()[1] for line in lines if "(wait:" in line]

    def idle(self) -> bool:
        return "0 active channels" in self.console("core show channels count")

    def _booted(self) -> bool:
        assert self._process
        assert self._process.poll() is None, (self.settings.state / "asterisk.out").read_text()[-2000:]
        try:
            return "fully booted" in self.console("core waitfullybooted")
        except asterisk.AsteriskRefused:
            return False
