"""Sessions in Redis, by a digest of their id: who reads the store can be nobody."""

from __future__ import annotations

import json
from typing import Any

from gateway.store.connection import away


class Sessions:
    """Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client

    def put(self, digest: str, values: dict[str, Any], seconds: int) -> None:
        with away():
            self._redis.set(_key(digest), json.dumps(values), ex=max(1, seconds))

    def renew(self, digest: str, values: dict[str, Any], seconds: int) -> None:
        """The same of one that is there: what was ended meanwhile stays ended."""
        with away():
            self._redis.set(_key(digest), json.dumps(values), ex=max(1, seconds), xx=True)

    def get(self, digest: str) -> dict[str, Any] | None:
        with away():
            found = self._redis.get(_key(digest))
        return json.loads(found) if found else None

    def end(self, digest: str) -> None:
        with away():
            self._redis.delete(_key(digest))


def _key(digest: str) -> str:
    return f"session:{digest}"
