"""The process that answers calls: what Asterisk hands over is performed here."""

from __future__ import annotations

import argparse
import resource
import threading
import time
from pathlib import Path

from gateway.assembly import build_intake
from gateway.channels.agi_server import AgiServer
from gateway.channels.phone_call import PhoneCalls
from gateway.log import get_logger
from gateway.process import when_told_to_end
from gateway.settings import Settings

STACK_BYTES = 512 * 1024
"""Of each call's thread; the usual 8 MB would be reserved ten thousand times."""

COUNTS_EVERY_SECONDS = 5.0

log = get_logger("agi")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Answer the calls that Asterisk hands over, until SIGTERM."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    intake, journal, _ = build_intake(settings, "agi")
    threading.stack_size(STACK_BYTES)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    server = AgiServer(settings, PhoneCalls(settings, intake, journal.alarm).perform)
    when_told_to_end(server.stop)
    settings.run.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=_keep_counts, args=(server, settings.run / "agi.json"), daemon=True).start()
    log.info("listening", port=server.port)
    server.serve()
    return 0


def _keep_counts(server: AgiServer, file: Path) -> None:
    while True:
        try:
            server.write_counts(file)
        except OSError as fault:
            log.warning("the counts could not be written", why=fault.strerror or "", path=str(file))
        time.sleep(COUNTS_EVERY_SECONDS)
