"""Says that a desk is there, until told that it leaves, or until its process is no more."""

from __future__ import annotations

import contextlib
import threading
from enum import StrEnum

from gateway.desk.not_done import NotDone
from gateway.store import StoreAway
from gateway.store.waits import Waits

EVERY_SECONDS = 2.0
AGAIN_SECONDS = 0.5
"""After an outage of the store a desk is there again before it is taken for gone."""


class Standing(StrEnum):
    HERE = "here"
    STORE_AWAY = "store_away"
    TAKEN = "taken"  # another session says that it is this desk


class Presence:
    """
    Args:
        session: names this session of the desk, as no other does.
    """

    def __init__(self, waits: Waits, desk: str, session: str):
        self._waits = waits
        self._desk = desk
        self._session = session
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._stay, name="presence", daemon=True)
        self.standing = Standing.STORE_AWAY

    def arrive(self, *, instead: bool = False) -> None:
        """From now on the desk is there.

        Args:
            instead: take over from another session.

        Raises:
            NotDone: another session is this desk.
            StoreAway: nobody can be told.
        """
        if not self._waits.arrive(self._desk, self._session, instead=instead):
            raise NotDone("elsewhere", desk=self._desk)
        self.standing = Standing.HERE
        self._thread.start()

    def leave(self) -> None:
        """Gone at once, and not only when its time has run out."""
        self._leaving.set()
        if self._thread.is_alive():
            self._thread.join()
        with contextlib.suppress(StoreAway):
            self._waits.leave(self._desk, self._session)

    def _stay(self) -> None:
        while not self._leaving.wait(self._pause()) and self.standing is not Standing.TAKEN:
            try:
                # After an outage of the store nobody is there: whoever is first has the desk.
                ours = self._waits.stay(self._desk, self._session) or self._waits.arrive(self._desk, self._session)
            except StoreAway:
                self.standing = Standing.STORE_AWAY
            else:
                self.standing = Standing.HERE if ours else Standing.TAKEN

    def _pause(self) -> float:
        return AGAIN_SECONDS if self.standing is Standing.STORE_AWAY else EVERY_SECONDS
