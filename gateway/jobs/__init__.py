"""Jobs: what a worker does later, in RQ's queues ``urgent`` and ``routine``, and what waits for others in ``outside``.

What a job does is a task (tasks.py). Nothing is pickled: who can write to Redis can name a task, not run code.

From the transaction that saves it until it is done or dead, a job is in ``jobs:open``. What is open but in none of RQ's
lists was lost by a worker's death between two steps, and ``sweep`` puts it back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import rq
from rq.job import Job as RqJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now
from rq.worker_registration import clean_worker_registry, get_keys

from gateway.incident.timeline import Job
from gateway.log import get_logger

log = get_logger("jobs")

URGENT, ROUTINE = "urgent", "routine"
OUTSIDE = "outside"
"""What waits for other parties' systems: whatever those do, nothing else waits behind it."""

OUTSIDE_TASKS = frozenset({"notify", "webhook"})
RETRY_SECONDS = (2, 5, 15, 60, 300)
JOB_SECONDS = 15
DONE_SECONDS = 600
"""How long RQ remembers a job that is done."""

OPEN = "jobs:open"
LOST_SECONDS = 15
"""A job this old that is in none of RQ's lists is lost: passing from list to list takes milliseconds."""

SWEEP_SECONDS = 3
SWEPT_AT_ONCE = 500


class Queues:
    """The queues."""

    def __init__(self, connection: Any):
        self._connection = connection
        self._queues = {
            name: rq.Queue(name, connection, serializer=JSONSerializer) for name in (URGENT, ROUTINE, OUTSIDE)
        }

    def commands(self, job: Job) -> list[tuple[Any, ...]]:
        """What RQ would send to enqueue this job, to be sent with the entries that bring it."""
        pipe = self._connection.pipeline()
        pipe.multi()
        self._put(pipe, job)
        return [words for words, _ in pipe.command_stack]

    def _put(self, pipe: Any, job: Job) -> None:
        queue = self._queues[_queue_of(job)]
        options: dict[str, Any] = {
            "args": (job.name, *job.arguments),
            "job_id": job_id(job),
            "timeout": JOB_SECONDS,
            "result_ttl": DONE_SECONDS,
            "failure_ttl": -1,
            "description": job.name,
            "retry": rq.Retry(max=len(RETRY_SECONDS), interval=list(RETRY_SECONDS)),
        }
        pipe.zadd(OPEN, {options["job_id"]: time.time() + job.after})
        if job.after > 0:
            later = queue.create_job("gateway.jobs.tasks.perform", status=JobStatus.SCHEDULED, **options)
            queue.schedule_job(later, rq_now() + timedelta(seconds=job.after), pipeline=pipe)
        else:
            queue.enqueue_call("gateway.jobs.tasks.perform", pipeline=pipe, **options)

    def __iter__(self) -> Iterator[rq.Queue]:
        return iter(self._queues.values())


def _queue_of(job: Job) -> str:
    if job.name in OUTSIDE_TASKS:
        return OUTSIDE
    return URGENT if job.urgent else ROUTINE


def job_id(job: Job) -> str:
    """RQ's name for a job: its keys come from outside, RQ's may hold letters and digits only."""
    return blake2b(job.key.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


class Worker(rq.SimpleWorker):
    """Performs jobs one after the other, and sweeps in between; does not fork, which is several times as fast.

    Args:
        bury: called with each job that has failed for good, at least once.
    """

    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def __init__(self, names: Iterable[str], connection: Any, bury: Callable[[DeadJob], None]):
        super().__init__(
            list(names),
            connection=connection,
            serializer=JSONSerializer,
            maintenance_interval=SWEEP_SECONDS,
            worker_ttl=17,  # RQ waits 15 seconds less for a job, and sweeps after each wait.
            log_job_description=False,
        )
        self._bury = bury
        self._buried: set[tuple[str, float]] = set()

    @property
    def stopped(self) -> bool:
        """Somebody asked it to end; it did not end of itself."""
        return bool(self._stop_requested or self._shutdown_requested_date)

    def get_heartbeat_ttl(self, job: RqJob, working_time: float = 0.0) -> int:  # noqa: ARG002 - RQ's signature
        # When this is over, whoever sweeps takes our job for orphaned.
        return JOB_SECONDS + 2

    def run_maintenance_tasks(self) -> None:
        self.last_cleaned_at = rq_now()  # type: ignore[assignment]  # RQ declares it None
        # One worker in SWEEP_SECONDS; one that dies at it keeps no lock.
        if not self.connection.set("jobs:sweep", "", nx=True, ex=SWEEP_SECONDS):
            return
        queues = Queues(self.connection)
        sweep(queues, self.connection)
        for dead in dead_jobs(queues):
            if (dead.id, dead.at) not in self._buried:
                self._bury(dead)
                self._buried.add((dead.id, dead.at))


def sweep(queues: Queues, connection: Any) -> None:
    """Start what is due, and bring back what was orphaned or lost."""
    for queue in queues:
        queue.started_job_registry.cleanup()
        _start_due(queue, connection)
        clean_worker_registry(queue)
    _restore_lost(queues, connection)


def _start_due(queue: rq.Queue, connection: Any) -> None:
    registry = queue.scheduled_job_registry
    for identifier in registry.get_jobs_to_schedule(chunk_size=SWEPT_AT_ONCE):
        job = queue.fetch_job(identifier)
        with connection.pipeline() as pipe:
            if job is not None:
                queue.enqueue_job(job, pipeline=pipe)
            registry.remove(identifier, pipeline=pipe)
            pipe.execute()


def _restore_lost(queues: Queues, connection: Any) -> None:
    due = connection.zrangebyscore(OPEN, 0, time.time() - LOST_SECONDS, start=0, num=SWEPT_AT_ONCE)
    identifiers = [identifier.decode() for identifier in due]
    if not identifiers:
        return
    known = _known(queues)
    by_name = {queue.name: queue for queue in queues}
    jobs = RqJob.fetch_many(identifiers, connection=connection, serializer=JSONSerializer)
    for identifier, job in zip(identifiers, jobs, strict=True):
        if job is None or job.get_status(refresh=False) in (JobStatus.FINISHED, JobStatus.FAILED):
            connection.zrem(OPEN, identifier)
        elif identifier in known:
            connection.zadd(OPEN, {identifier: time.time()})
        elif job.origin in by_name:
            log.warning("a lost job is put back", job=identifier)
            queue = by_name[job.origin]
            queue.intermediate_queue.remove(identifier)
            queue.enqueue_job(job)


def _known(queues: Queues) -> set[str]:
    """Jobs that are in any of RQ's lists of what waits, runs, or is to be tried again."""
    known: set[str] = set()
    for queue in queues:
        known.update(queue.get_job_ids())
        known.update(queue.started_job_registry.get_job_ids(cleanup=False))
        known.update(queue.scheduled_job_registry.get_job_ids())
    return known


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that failed for good.

    Attributes:
        at: when, seconds since the epoch.
        why: the kind of fault and its place in the code.
    """

    id: str
    queue: str
    name: str
    arguments: tuple[str, ...]
    at: float
    why: str


def dead_jobs(queues: Queues) -> list[DeadJob]:
    """The dead letters, kept until a person requeues them."""
    found = []
    for queue in queues:
        for identifier in queue.failed_job_registry.get_job_ids():
            if job := queue.fetch_job(identifier):
                name, *arguments = map(str, job.args)
                at = job.ended_at.timestamp() if job.ended_at else 0.0
                why = (job.exc_info or "").strip().rpartition("\n")[2]
                found.append(DeadJob(identifier, queue.name, name, tuple(arguments), at, why))
    return found


def requeue(queues: Queues, connection: Any, dead: DeadJob) -> None:
    """Try a dead job anew, with all its tries."""
    queue = next(queue for queue in queues if queue.name == dead.queue)
    job = queue.fetch_job(dead.id)
    if job is None:
        return
    job.retries_left = len(RETRY_SECONDS)
    with connection.pipeline() as pipe:
        pipe.multi()
        pipe.zadd(OPEN, {dead.id: time.time()})
        queue.failed_job_registry.remove(dead.id, pipeline=pipe)
        queue.enqueue_job(job, pipeline=pipe)
        pipe.execute()


@dataclass(frozen=True, slots=True)
class Workload:
    """What workers have before them.

    Attributes:
        waiting: jobs by queue, those that are to start later counted too.
        dead: jobs that failed for good.
        workers: how many give signs of life, not counting those who only tell systems outside.
    """

    waiting: dict[str, int]
    dead: int
    workers: int


def workload(queues: Queues, connection: Any) -> Workload:
    return Workload(
        {queue.name: queue.count + queue.scheduled_job_registry.get_job_count(cleanup=False) for queue in queues},
        sum(queue.failed_job_registry.get_job_count(cleanup=False) for queue in queues),
        _living_workers(connection),
    )


def _living_workers(connection: Any) -> int:
    """Workers whose entry has not run out, but for those of what is outside alone. RQ's own list makes workers of them,
    which sets their time limit of seven minutes on the connection that it is given.
    """
    with connection.pipeline(transaction=False) as pipe:
        for name in get_keys(connection=connection):
            pipe.hget(name, "queues")
        served = pipe.execute()
    return sum(bool(queues) and queues.decode() != OUTSIDE for queues in served)
