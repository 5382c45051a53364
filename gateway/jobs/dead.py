"""``gateway112 dead``: jobs that failed for good, to be looked at and tried again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gateway import jobs
from gateway.settings import Settings
from gateway.store import Store, StoreAway, away


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--requeue", metavar="JOB", help="try this job anew, or all of them: all")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    connection = Store(settings).redis
    try:
        with away():
            return _perform(jobs.Queues(connection), connection, arguments.requeue)
    except StoreAway as fault:
        print(f"the jobs cannot be read: {fault}")
        return 1


def _perform(queues: jobs.Queues, connection: object, wanted: str | None) -> int:
    dead = jobs.dead_jobs(queues)
    if wanted:
        chosen = [job for job in dead if wanted in ("all", job.id)]
        for job in chosen:
            jobs.requeue(queues, connection, job)
        print(f"{len(chosen)} jobs are tried anew")
        return 0 if chosen else 1
    for job in dead:
        when = datetime.fromtimestamp(job.at, UTC).isoformat(timespec="seconds")
        print(f"{job.id}  {when}  {job.queue}  {job.name} {' '.join(job.arguments)}  {job.why}")
    if not dead:
        print("no job is dead")
    return 0
