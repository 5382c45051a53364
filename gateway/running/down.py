"""``gateway112 down``: stop everything, also from another terminal and also when ``up`` itself was killed."""

from __future__ import annotations

import argparse
import os
import signal
import time

from gateway.running import leftovers, services
from gateway.running.up import keeper
from gateway.settings import Settings

# Seconds `up` has for stopping its services in order, before they are stopped without it.
PATIENCE = 40.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Calls end with it."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    running = keeper(settings)
    if running:
        print(f"stopping `up` (process {running})", flush=True)
        os.kill(running, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while keeper(settings) and time.monotonic() < deadline:
            time.sleep(0.1)
    leftovers.end(services.MARK, settings.run, print)
    print("nothing of it runs")
    return 0
