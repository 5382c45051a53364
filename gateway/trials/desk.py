"""A trial call: what Asterisk and the store tell of it, and a desk that answers it where no real one is there."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.channels.asterisk import desk_password
from gateway.channels.baresip import Baresip
from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import Event, endpoint_of, is_registered
from gateway.rules.rulebook import Accept, Desk, DeskKind, LocationForm, Rulebook
from gateway.settings import Settings
from gateway.store import Store, StoreAway

Answer = TypeVar("Answer")

OF_PLACE = frozenset({
    Kind.EVIDENCE, Kind.EVIDENCE_REFUSED, Kind.REFERENCE, Kind.LOCATED, Kind.PROPOSED, Kind.ADDITIONAL,
})  # fmt: skip
"""What is told of a place belongs to whoever of the incident is on the line, also where it came with a message."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a call is now, as Asterisk tells it.

    Attributes:
        queue: the queue it waits in; empty: none.
        desk: the desk or trunk it speaks with; empty: none.
    """

    queue: str = ""
    desk: str = ""


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
                if entry.incident == self._incident and self._is_ours(entry):
                    self._entries.put(entry)
        except StoreAway as fault:
            self.away = str(fault)

    def _is_ours(self, entry: Entry) -> bool:
        return entry.channel_id in (self._channel_id, "") or entry.kind in OF_PLACE


def trial_desk(settings: Settings, rulebook: Rulebook, agency: str, folder: Path) -> tuple[Desk, Baresip] | None:
    """A telephone desk of an agency, registered by a client of ours that accepts at once; None: it has none.

    One that is told places by reference, if there is one: the client takes no body but an SDP.

    Raises:
        TelephoneRefused: the client does not start.
    """
    desks = rulebook.agencies[agency].desks if agency in rulebook.agencies else ()
    telephones = [desk for desk in desks if desk.kind is DeskKind.TELEPHONE]
    if not telephones:
        return None
    desk = min(telephones, key=takes_value)
    folder.mkdir()
    server = ("127.0.0.1", settings.asterisk_port)
    key = "1" if desk.accept is Accept.KEY else ""
    password = desk_password(settings, desk.id)
    return desk, Baresip(settings, folder, desk.id, server, password, answers=True, accepts=key)


def takes_value(desk: Desk) -> bool:
    """Whether a desk is told places in the body of a call."""
    return desk.location is LocationForm.VALUE


class Lookout:
    """Asks Asterisk's manager.

    Attributes:
        away: why it sees nothing more; empty while all is well.
    """

    def __init__(self, settings: Settings, number: str):
        self._manager = Manager(settings)
        self._number = number
        self.away = ""
        try:
            self._manager.connect()
        except AmiAway as fault:
            self.away = str(fault)

    def call(self) -> Sighting:
        """Where the number's call is."""
        return self._asked(self._call, Sighting())

    def has_desks(self, queue: str) -> bool:
        """Whether any desk of a queue is registered, be it busy or paused; True also when that cannot be seen."""
        return self._asked(lambda: self._has_desks(queue), True)

    def close(self) -> None:
        self._manager.close()

    def _asked(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if self.away:
            return otherwise
        try:
            return question()
        except (AmiAway, ActionRefused) as fault:
            self.away = str(fault)
            return otherwise

    def _call(self) -> Sighting:
        channels = self._manager.send_for_list({"Action": "CoreShowChannels"})
        own = next((each for each in channels if self._is_callers(each)), None)
        if own is None:
            return Sighting()
        bridge = own.get("BridgeId")
        desk = next((each for each in channels if bridge and each.get("BridgeId") == bridge and each is not own), None)
        if desk:
            return Sighting(desk=endpoint_of(desk["Channel"]))
        entries = self._manager.queue_status()
        return Sighting(next((each["Queue"] for each in entries if each.get("Uniqueid") == own["Uniqueid"]), ""))

    def _has_desks(self, queue: str) -> bool:
        # By what is registered alone: a browser's desk is passed over, and not there, until somebody is on duty at it.
        members = (each for each in self._manager.queue_status(queue) if each["Event"] == "QueueMember")
        return any(is_registered(member) for member in members)

    def _is_callers(self, channel: Event) -> bool:
        return channel["CallerIDNum"] == self._number and channel["Uniqueid"] == channel["Linkedid"]
