"""Faults of ours while something is done for a victim: that there was one is written, and where, and nothing of her."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.log import MARK
from gateway.running.services import services
from gateway.settings import ROOT
from tests.live.asterisk_server import environment
from tests.live.victim import CANARIES, NUMBER
from tests.live.wait import until

RAISE = f"def fails():\n    raise ValueError('kanari {NUMBER}')\n"
FAULTS = {
    "in its main thread": "fails()",
    "in another thread": "import threading\nthread = threading.Thread(target=fails)\nthread.start()\nthread.join()",
    "where nothing can be raised": "class Odd:\n    __del__ = lambda self: fails()\nOdd()",
}


def sings(text: str) -> list[str]:
    return [line for line in text.splitlines() if any(each in line for each in CANARIES)]


@pytest.mark.parametrize("where", FAULTS)
def test_a_fault_that_nobody_caught_is_told_without_its_text(where: str) -> None:
    program = f"import gateway.log\n{RAISE}{FAULTS[where]}\n"
    kept = {**os.environ, MARK: "here"}
    said = subprocess.run(
        [sys.executable, "-c", program], env=kept, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "ValueError" in said.stderr
    assert '"fault_at": "<string>:3"' in said.stderr
    assert sings(said.stdout + said.stderr) == []


@pytest.mark.parametrize("service", ["web", "fallback", "pages"])
def test_a_request_that_fails_is_told_without_its_path_and_its_words(tmp_path: Path, service: str) -> None:
    environ = environment(tmp_path / "state", ROOT / "routing_rules.yaml")
    settings = table.read(environ)
    command = next(each for each in services(settings) if each.name == service).command
    door = f"http://127.0.0.1:{settings.number(f'{service}_port')}"
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command[:-1], "tests.live.faulty:application"], env={**os.environ, **environ}, cwd=ROOT, stdout=out,
            stderr=out,
        )  # fmt: skip
    try:
        for path in ("/messages/kannel/incoming?text=kanari", f"/late/{NUMBER}?text=kanari"):
            until(lambda path=path: _asked(f"{door}{path}", f"kanari {NUMBER}"), what="it is answered")  # type: ignore[misc]
        until(lambda: log.read_text(encoding="utf-8").count("ValueError") >= 2, what="both faults are told")
    finally:
        process.terminate()
        process.wait(30)
    said = log.read_text(encoding="utf-8")
    assert "tests/live/faulty.py" in said
    assert sings(said) == []


def _asked(url: str, body: str) -> bool:
    """Whether anybody answered, however badly."""
    try:
        with contextlib.suppress(urllib.error.HTTPError, http.client.IncompleteRead):
            urllib.request.urlopen(url, data=body.encode(), timeout=5).read()
    except http.client.HTTPException:
        return True
    except OSError:
        return False
    return True
