"""Jobs: what a worker does later, in RQ's queues ``urgent`` and ``routine``.

A job's name stands in TASKS, its arguments are identifiers; what it is about is in the incident's timeline. Nothing is
pickled: who can write to Redis can name a task, not run code.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import Any

from rq import Queue
from rq import Retry as RetryAfter
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now

from gateway.incident.timeline import Job

TASKS: dict[str, str] = {
    "inform": "gateway.follow_up",
    "follow_up": "gateway.follow_up",
}
"""Name of each task, and the module that has a function of that name: ``task(settings, store, *arguments)``."""

URGENT, ROUTINE = "urgent", "routine"
RETRY_SECONDS = (2, 5, 15, 60, 300)
JOB_SECONDS = 10
KEPT_SECONDS = 86_400


class Queues:
    """The two queues, to put jobs into within a transaction of the store."""

    def __init__(self, connection: Any):
        self._queues = {name: Queue(name, connection, serializer=JSONSerializer) for name in (URGENT, ROUTINE)}

    def put(self, pipe: Any, job: Job) -> None:
        queue = self._queues[URGENT if job.urgent else ROUTINE]
        options: dict[str, Any] = {
            "args": (job.name, *job.arguments),
            "job_id": job_id(job),
            "timeout": JOB_SECONDS,
            "result_ttl": KEPT_SECONDS,
            "failure_ttl": -1,
            "description": job.name,
            "retry": RetryAfter(max=len(RETRY_SECONDS), interval=list(RETRY_SECONDS)),
        }
        if job.after > 0:
            later = queue.create_job("gateway.jobs.perform", status=JobStatus.SCHEDULED, **options)
            queue.schedule_job(later, rq_now() + timedelta(seconds=job.after), pipeline=pipe)
        else:
            queue.enqueue_call("gateway.jobs.perform", pipeline=pipe, **options)


def job_id(job: Job) -> str:
    return blake2b(job.key.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
