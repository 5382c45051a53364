"""Tasks: what a job's name means, and how a worker performs it."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from gateway.log import code_place, get_logger
from gateway.settings import Settings, read
from gateway.store import Store

log = get_logger("tasks")

TASKS: dict[str, str] = {
    "inform": "gateway.jobs.follow_up",
    "follow_up": "gateway.jobs.follow_up",
    "abandon": "gateway.jobs.abandoned",
    "notify": "gateway.jobs.webhook",
    "webhook": "gateway.jobs.webhook",
    "offer_link": "gateway.jobs.offered_link",
}
"""Each task's name, and the module that has a function of that name: ``task(settings, store, *arguments)``.

Its arguments are identifiers; what it is about is in the incident's timeline. It may be performed twice.
"""


class JobFailed(Exception):
    """A task raised; the text has its type and place in the code, without what it may have said of a caller."""


def perform(name: str, *arguments: str) -> None:
    """What RQ calls in a worker.

    Raises:
        JobFailed: RQ tries it again later.
    """
    try:
        task = getattr(import_module(TASKS[name]), name)
        task(*_equipment(), *arguments)
    except Exception as fault:
        log.warning("a job failed", what=name, fault=fault)
        # RQ logs and keeps an exception's text.
        raise JobFailed(f"{name}: {type(fault).__name__} at {code_place(fault)}") from None


@lru_cache
def _equipment() -> tuple[Settings, Store]:
    settings = read()
    return settings, Store(settings)
