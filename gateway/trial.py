"""A trial call: what Asterisk and the store tell of it, and a desk that answers it where no real one is there."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.channels.asterisk import desk_password
from gateway.channels.baresip import Telephone
from gateway.incident.timeline import Entry, Kind
from gateway.queue_state import Readiness, endpoint_of, read
from gateway.rulebook import DeskKind, Rulebook
from gateway.settings import Settings
from gateway.store import Store, StoreAway


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a call is now, as Asterisk tells it.

    Attributes:
        queue: the queue it waits in; empty: none.
        desk: the desk or trunk it speaks with; empty: none.
        desks: how many desks of that queue are registered, also those that are busy or paused.
    """

    queue: str = ""
    desk: str = ""
    desks: int = 0


def sight(manager: Manager, number: str) -> Sighting:
    """Look for the call of a caller's number.

    Raises:
        AmiAway, ActionRefused: Asterisk's manager is away, or will not.
    """
    channels = manager.send_for_list({"Action": "CoreShowChannels"})
    own = next(
        (each for each in channels if each["CallerIDNum"] == number and each["Uniqueid"] == each["Linkedid"]), None
    )
    if own is None:
        return Sighting()
    others = [each for each in channels if each["Linkedid"] == own["Uniqueid"] and each is not own]
    if desk := next((each for each in others if own.get("BridgeId") and each.get("BridgeId") == own["BridgeId"]), None):
        return Sighting(desk=endpoint_of(desk["Channel"]))
    for state in read(manager.queue_status(), {}, time.time()):
        if any(call.channel_id == own["Uniqueid"] for call in state.waiting):
            return Sighting(state.name, desks=len(state.desks) - state.desks_that_are(Readiness.UNREACHABLE))
    return Sighting()


class Follower:
    """Entries of the incident that a caller's number opens or joins, as they reach the store.

    Attributes:
        away: why nothing more is told; empty while all is well.
    """

    def __init__(self, store: Store, number: str):
        self._store = store
        self._number = number
        self._incident = ""
        self._channel_id = ""
        self._entries: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        self.away = ""
        try:
            after = store.last_feed_id()
        except StoreAway as fault:
            self.away = str(fault)
        else:
            threading.Thread(target=self._follow, args=(after,), name="follower", daemon=True).start()

    @property
    def incident(self) -> str:
        return self._incident

    def fresh(self) -> list[Entry]:
        """What came since the last time this was asked."""
        entries = []
        with contextlib.suppress(queue.Empty):
            while True:
                entries.append(self._entries.get_nowait())
        return entries

    def _follow(self, after: str) -> None:
        try:
            for _, entry in self._store.follow(after):
                if entry.kind is Kind.OPENED and entry.data.get("number") == self._number:
                    self._incident, self._channel_id = entry.incident, entry.channel_id
                if entry.incident == self._incident and entry.channel_id in (self._channel_id, ""):
                    self._entries.put(entry)
        except StoreAway as fault:
            self.away = str(fault)


def trial_desk(settings: Settings, rulebook: Rulebook, agency: str, folder: Path) -> tuple[str, Telephone] | None:
    """The first telephone desk of an agency, registered by a client of ours that answers at once; None: it has none.

    Raises:
        TelephoneRefused: the client does not start.
    """
    desks = rulebook.agencies[agency].desks if agency in rulebook.agencies else ()
    desk = next((desk.id for desk in desks if desk.kind is DeskKind.TELEPHONE), None)
    if desk is None:
        return None
    folder.mkdir()
    server = ("127.0.0.1", settings.number("sip_port"))
    return desk, Telephone(settings, folder, desk, server, desk_password(settings, desk), answers=True)


class Lookout:
    """Asks Asterisk's manager, and says once if it cannot."""

    def __init__(self, settings: Settings, number: str):
        self._manager = Manager(settings)
        self._number = number
        self.away = ""
        try:
            self._manager.connect()
        except AmiAway as fault:
            self.away = str(fault)

    def look(self) -> Sighting:
        if self.away:
            return Sighting()
        try:
            return sight(self._manager, self._number)
        except (AmiAway, ActionRefused) as fault:
            self.away = str(fault)
            return Sighting()

    def close(self) -> None:
        self._manager.close()
