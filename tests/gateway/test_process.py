"""A process that works until it is told to end, as a process."""

import signal
import subprocess
import sys

import pytest

from gateway.settings import ROOT

PROGRAM = """
from gateway.process import told_to_end, work_until

def work(stop):
    print("begun", flush=True)
    stop.wait()
    print("finished", flush=True)

work_until(told_to_end(), {"one": work, "other": work}, patience=30)
"""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_whoever_is_told_to_end_finishes_what_each_thread_is_in_the_middle_of(told):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert [process.stdout.readline(), process.stdout.readline()] == ["begun\n", "begun\n"]
        process.send_signal(told)
        assert process.communicate(timeout=30)[0] == "finished\nfinished\n"
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
