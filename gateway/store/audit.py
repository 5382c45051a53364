"""The audit in Redis: one stream, never cut short by the gateway, read from its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.store.connection import away

AT_ONCE = 500


class AuditStream:
    """Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client

    def add(self, lines: Sequence[Mapping[str, str]]) -> None:
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for line in lines:
                pipe.xadd("audit", dict(line))
            pipe.execute()

    def newest(self, before: str = "", most: int = 20_000) -> Iterator[tuple[str, dict[str, str]]]:
        """Lines with their ids, the newest first, at most ``most``; ``before`` an id: only older ones."""
        end = f"({before}" if before else "+"
        while most > 0:
            with away():
                found = self._redis.xrevrange("audit", max=end, count=min(AT_ONCE, most))
            for name, fields in found:
                yield name.decode(), {key.decode(): value.decode() for key, value in fields.items()}
            if len(found) < AT_ONCE:
                return
            end, most = f"({found[-1][0].decode()}", most - len(found)
