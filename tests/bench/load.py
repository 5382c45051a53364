"""The load: callers and a desk, played by SIPp against one Asterisk."""

from __future__ import annotations

import itertools
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.whole import QUEUES

SCENARIOS = Path(__file__).parent
BOUND_SECONDS = 180
"""No load lasts longer, whatever happens."""


@dataclass(frozen=True)
class Burst:
    """What came of a number of calls.

    Attributes:
        calls, failed: attempted, and not passed from the caller to the desk and back to the end.
        seconds: from the first INVITE to the last BYE.
        delays: seconds from a caller's INVITE to the desk's INVITE, one for each call, sorted.
    """

    calls: int
    failed: int
    seconds: float
    delays: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return (self.calls - self.failed) / self.seconds

    def delay_ms(self, percent: float) -> float:
        """The delay that so many percent of the calls do not exceed."""
        return 1000 * self.delays[min(len(self.delays) - 1, int(len(self.delays) * percent / 100))]


class Desk:
    """A desk's telephone that answers and ends every call at once."""

    def __init__(self, sipp: Path, folder: Path, port: int):
        self._sipp, self._folder, self.port = sipp, folder, port
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Desk:
        words = ["-sf", SCENARIOS / "desk.xml", "-p", self.port, "-trace_logs", "-log_file", "desk.log"]
        self._process = subprocess.Popen(self._words(*words), **self._where())
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()

    def call(self, calls: int, sip_port: int, *, rate: int, at_once: int) -> Burst:
        """Have 112 called: ``rate`` new calls each second, ``at_once`` at most at a time."""
        caller_log, desk_log = self._folder / "caller.log", self._folder / "desk.log"
        heard = desk_log.stat().st_size if desk_log.exists() else 0
        words = ["-sf", SCENARIOS / "caller.xml", "-m", calls, "-r", rate, "-l", at_once, "-p", self.port + 2]
        traces = ["-trace_logs", "-log_file", "caller.log", "-log_overwrite", "true", "-recv_timeout", 30000]
        (self._folder / "callers.csv").write_text("SEQUENTIAL\n" + "".join(self._callers(calls)))
        words += [*traces, "-inf", "callers.csv", "-trace_stat", "-stf", "caller.csv", f"127.0.0.1:{sip_port}"]
        (self._folder / "caller.csv").unlink(missing_ok=True)
        began = time.monotonic()
        subprocess.run(self._words(*words), **self._where(), timeout=BOUND_SECONDS, check=False)
        seconds = time.monotonic() - began
        time.sleep(1)  # SIPp writes its log in blocks; what is late is missed by the count below, never made up
        sent, received = _stamps(caller_log, "caller"), _stamps(desk_log, "desk", heard)
        delays = sorted(received[number] - sent[number] for number in sent.keys() & received.keys())
        return Burst(calls, self._failed(), seconds, tuple(delays))

    def _callers(self, calls: int) -> Iterator[str]:
        """Keys in turn, and a mobile number that nobody has called from yet: a known one would join its incident."""
        for key, number in zip(itertools.cycle(QUEUES), itertools.islice(self._numbers, calls), strict=False):
            yield f"{key};62812{number:08d};\n"

    def _failed(self) -> int:
        names, *rows = (self._folder / "caller.csv").read_text().splitlines()
        last = dict(zip(names.split(";"), rows[-1].split(";"), strict=False))
        return int(last["FailedCall(C)"])

    def _words(self, *words: object) -> list[str]:
        fixed = [
            "-i",
            "127.0.0.1",
            "-mi",
            "127.0.0.1",
            "-nostdin",
            "-timeout",
            f"{BOUND_SECONDS}s",
            "-buff_size",
            4194304,
        ]
        return [str(word) for word in (self._sipp, *fixed, *words)]

    def _where(self) -> dict[str, object]:
        return {"cwd": self._folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def _stamps(log: Path, who: str, skip: int = 0) -> dict[str, float]:
    """When each caller's INVITE passed, by the caller's number."""
    with log.open() as lines:
        lines.seek(skip)
        found = (re.match(rf"{who} (\d+) \S+\s\S+\s(\d+\.\d+)", line) for line in lines)
        return {match[1]: float(match[2]) for match in found if match}
