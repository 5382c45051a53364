"""Who waits with messages and which desks are there, without a store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gateway.store import StoreAway
from gateway.store.waiting import Wait


class WaitingRoom:
    def __init__(self, waits: Sequence[Wait] = (), desks: Collection[str] = ()):
        self._waits, self._desks = waits, desks
        self.away = False

    def everybody(self) -> list[Wait]:
        return [wait for wait in self._asked() if not wait.desk]

    def held(self) -> list[Wait]:
        return [wait for wait in self._asked() if wait.desk]

    def present(self, desks: Iterable[str]) -> set[str]:
        return set(desks) & set(self._desks)

    def _asked(self) -> Sequence[Wait]:
        if self.away:
            raise StoreAway("Redis: ConnectionError")
        return self._waits
