"""Batches: what many threads bring at the same time goes to the store as one question.

Each question costs both sides a fixed amount, and Redis one fsync; under load that, not the entries, is the bulk. A
thread that comes alone asks at once and by itself. Those who come meanwhile wait, and the first of them asks for all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.store import StoreAway

LARGEST = 100
WAIT_SECONDS = 1.5
"""No answer takes so long, unless whoever asks for us hangs where the store's own time limits do not reach."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Answer]):
    item: Item
    leads: bool = False
    answer: Answer | None = None
    fault: BaseException | None = None
    turn: threading.Event = field(default_factory=threading.Event)


class Batches(Generic[Item, Answer]):
    """Asks for one batch at a time.

    Args:
        question: gives an answer for each item, in their order, or raises for all.
    """

    def __init__(self, question: Callable[[list[Item]], list[Answer]]):
        self._question = question
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Item, Answer]] = []
        self._busy = False

    def ask(self, item: Item) -> Answer | None:
        """This item's answer.

        Raises:
            StoreAway, or what the question raised.
        """
        mine: _Waiting[Item, Answer] = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._busy = not self._busy, True
        if not mine.leads and not mine.turn.wait(WAIT_SECONDS):
            self._give_up(mine)
        if mine.leads:
            self._lead()
        if mine.fault is not None:
            raise mine.fault
        return mine.answer

    def _give_up(self, mine: _Waiting[Item, Answer]) -> None:
        """Leave, unless at this moment the lead was handed to us: then nobody else has it."""
        with self._lock:
            if mine.leads:
                return
            if mine in self._queue:
                self._queue.remove(mine)
        raise StoreAway("the question before ours got no answer")

    def _lead(self) -> None:
        with self._lock:
            batch, self._queue = self._queue[:LARGEST], self._queue[LARGEST:]
        try:
            for waiting, answer in zip(batch, self._question([waiting.item for waiting in batch]), strict=True):
                waiting.answer = answer
        except BaseException as fault:
            with self._lock:
                # Who came meanwhile need not find out anew, each after another time limit.
                batch, self._queue = batch + self._queue, []
            for waiting in batch:
                waiting.fault = fault
        finally:
            self._hand_over(batch)

    def _hand_over(self, batch: list[_Waiting[Item, Answer]]) -> None:
        with self._lock:
            heir = self._queue[0] if self._queue else None
            self._busy = heir is not None
            if heir:
                heir.leads = True
        for waiting in batch:
            waiting.turn.set()
        if heir:
            heir.turn.set()
