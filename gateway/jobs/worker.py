"""``gateway112 worker urgent routine``: performs jobs, the queues in the order given."""

from __future__ import annotations

import argparse
import time

from gateway import jobs
from gateway.incident.timeline import Entry, Kind
from gateway.journal import Journal, open_journal
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.store import GATEWAY, connect

log = get_logger("worker")

WAIT_SECONDS = 30.0
"""A connection on which a worker waits for jobs must bear silence for longer than it waits at once."""

PAUSE_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    known = (jobs.URGENT, jobs.ROUTINE, jobs.OUTSIDE)
    parser.add_argument("queues", nargs="+", choices=known, help="queues to serve, the first first")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Works until asked to end, through any absence of Redis."""
    journal = open_journal(settings, "worker")
    while True:
        try:
            worker = jobs.Worker(arguments.queues, connect(settings, WAIT_SECONDS), lambda dead: bury(journal, dead))
            worker.work()
        except Exception:
            log.exception("the worker starts anew")
        else:
            if worker.stopped:
                return 0
            log.warning("the worker lost Redis and starts anew")
        time.sleep(PAUSE_SECONDS)


def bury(journal: Journal, dead: jobs.DeadJob) -> None:
    """Tell the incident's desk that something promised was not done; once for each death of a job."""
    incident = dead.arguments[0] if dead.arguments else GATEWAY
    what = f"{dead.name} could not be done: see `gateway112 dead`"
    journal.add([Entry(incident, Kind.ALARM, time.time(), {"what": what, "job": dead.id}, f"dead:{dead.id}:{dead.at}")])
    log.error("a job is dead", job=dead.id, what=dead.name, why=dead.why)
