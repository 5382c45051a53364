"""How Redis is reached, and what it is called when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gateway.settings import Settings

CONNECT_SECONDS = 0.2
OPERATION_SECONDS = 0.5
LONGEST_WAIT = 10.0
"""Seconds that a question may wait in Redis for something to happen."""

CONNECTIONS = 64


class StoreAway(Exception):
    """The store does not answer, or does not take what it is given; the text says why, without a caller's data."""


class StoreSilent(StoreAway):
    """It cannot be reached, or did not answer in time: of what it was given nothing is said."""


def connect(settings: Settings, operation_seconds: float = OPERATION_SECONDS) -> Any:
    """A client with a pool that threads may share: short waits, and no attempt after the first."""
    pool = redis.BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=CONNECTIONS,
        timeout=OPERATION_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=operation_seconds,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        driver_info=None,
    )
    return redis.Redis(connection_pool=pool)


@contextmanager
def away() -> Iterator[None]:
    """Turns what Redis may raise into StoreAway."""
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as fault:
        raise StoreSilent(_words(fault)) from None
    except redis.RedisError as fault:
        raise StoreAway(_words(fault)) from None
    except OSError as fault:
        raise StoreSilent(f"Redis: {type(fault).__name__}") from None


def _words(fault: redis.RedisError) -> str:
    # Redis words its errors from our commands' names, not from their values; the first line is enough.
    return f"Redis: {type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else ''}"
