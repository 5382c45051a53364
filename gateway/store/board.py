"""What supervision keeps in Redis: acknowledged alarms, and who listens in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gateway.store.connection import away

ACKNOWLEDGED = "alarms:seen"
LISTENINGS = "listenings"


class BoardStore:
    """Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client

    def acknowledge(self, alarm: str, by: str, at: float) -> None:
        self._put(ACKNOWLEDGED, alarm, {"by": by, "at": at})

    def acknowledged(self) -> dict[str, dict[str, Any]]:
        """Who acknowledged which alarm, and when."""
        return self._all(ACKNOWLEDGED)

    def listens(self, name: str, what: Mapping[str, Any]) -> None:
        """Somebody begins to listen in; kept until ``listens_no_more``, also over a restart."""
        self._put(LISTENINGS, name, what)

    def listenings(self) -> dict[str, dict[str, Any]]:
        return self._all(LISTENINGS)

    def listens_no_more(self, name: str) -> bool:
        """Whether nobody said so before."""
        with away():
            return bool(self._redis.hdel(LISTENINGS, name))

    def _put(self, key: str, name: str, value: Mapping[str, Any]) -> None:
        with away():
            self._redis.hset(key, name, json.dumps(value))

    def _all(self, key: str) -> dict[str, dict[str, Any]]:
        with away():
            found = self._redis.hgetall(key)
        return {name.decode(): kept for name, text in found.items() if (kept := _object(text))}


def _object(text: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
