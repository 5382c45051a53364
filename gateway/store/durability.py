"""Whether Redis keeps what it has been given."""

from __future__ import annotations

import redis

from gateway.settings import Settings
from gateway.store.connection import connect


def durability_problems(settings: Settings) -> list[str]:
    """What in the settings of Redis could lose entries: a line each, with what to change."""
    wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
    client = connect(settings)
    try:
        client.ping()
    except (redis.RedisError, OSError) as fault:
        return [f"Redis does not answer ({type(fault).__name__}): start it, or mend the setting redis_url"]
    problems = []
    for option, value in wanted.items():
        try:
            found = client.config_get(option).get(option)
        except redis.ResponseError:
            return [
                "Redis forbids CONFIG GET: make sure yourself of " + ", ".join(f"{n} {v}" for n, v in wanted.items())
            ]
        except (redis.RedisError, OSError) as fault:
            return [f"Redis stopped answering ({type(fault).__name__})"]
        if found != value:
            problems.append(f"Redis has {option} {found}: set `{option} {value}` in redis.conf, or entries may be lost")
    return problems
