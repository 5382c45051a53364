"""What every telephone of a trial is: it ends with its context, and what happened to its call can be waited for."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection
from types import TracebackType
from typing import Self


class TelephoneRefused(Exception):
    """The telephone does not work; the text says why."""


class Telephone(ABC):
    """Use as a context, or ``close`` it."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def dial(self, user: str) -> None:
        """Call a user of the server; CALL_ESTABLISHED or CALL_CLOSED follows."""

    @abstractmethod
    def press(self, key: str) -> None:
        """Press one key (RFC 4733) in the call."""

    @abstractmethod
    def hang_up(self) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Hang up and end."""

    def has(self, *kinds: str) -> bool:
        """Whether an event of these kinds came: CALL_ESTABLISHED, CALL_CLOSED, EXIT; of a registered one REGISTER_OK
        and CALL_RINGING, too."""
        return bool({*self._seen} & {*kinds})

    def wait_for(self, kinds: Collection[str], seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.has(*kinds), seconds)

    def _notice(self, kind: str) -> None:
        with self._changed:
            self._seen.append(kind)
            self._changed.notify_all()
