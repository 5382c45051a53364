"""Who listens in, and since when: told to the audit when it begins and when it ends, whatever ends it.

Kept in the store: a restart of this process forgets nobody. Once a second is looked whether each may still listen.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

from gateway.accounts.account import Account
from gateway.accounts.rights import Right, Stage, agencies_of, may
from gateway.calls.listening import listen, stop
from gateway.channels.ami_actions import ActionRefused, Actions, AmiAway
from gateway.desk.supervision import may_listen
from gateway.incident.summary import add_up
from gateway.log import get_logger
from gateway.rules.rulebook import Agency
from gateway.store import StoreAway
from gateway.store.board import BoardStore
from gateway.web.pages.parts import Parts

LOOK_SECONDS = 1.0

log = get_logger("pages")


class ListeningIn:
    """Safe to share between threads.

    Args:
        manager: Asterisk's; raises AmiAway.
    """

    def __init__(self, parts: Parts, manager: Callable[[], Actions]):
        self._parts = parts
        self._manager = manager
        self._kept = BoardStore(parts.store.redis)
        self._over = threading.Event()

    def start(self) -> ListeningIn:
        threading.Thread(target=self._look_for_ever, name="listening", daemon=True).start()
        return self

    def end(self) -> None:
        self._over.set()

    def may(self, agency: Agency, incident: str) -> bool:
        """Whether calls of the incident at the agency's desks may be listened to now.

        Raises:
            StoreAway: nobody can say, so nobody may.
        """
        entries = self._parts.store.timeline(incident)
        return may_listen(agency, add_up(incident, entries), entries)

    def begin(self, account: Account, agency: Agency, incident: str, desk: str) -> str:
        """Ring the supervisor's desk; it hears the call once it answers. Returns the listening's name.

        Raises:
            CallRefused: there is no such call now.
            StoreAway, AmiAway, ActionRefused: it cannot be done.
        """
        name = listen(self._manager(), incident, {each.id for each in agency.desks}, desk)
        what = {"account": account.name, "incident": incident, "agency": agency.id, "desk": desk}
        try:
            self._kept.listens(name, what | {"role": str(account.role), "since": self._parts.clock()})
        except StoreAway:
            # Nobody listens of whom it is not known when it ends.
            stop(self._manager(), name)
            raise
        return name

    def of(self, account: str) -> dict[str, dict[str, Any]]:
        """What this account listens to, by name."""
        found = self._kept.listenings().items()
        return {name: what for name, what in found if what.get("account") == account}

    def stop(self, name: str) -> None:
        stop(self._manager(), name)

    def look(self) -> None:
        """Once: what has ended is told, and who may no longer listen hears no more.

        Raises:
            StoreAway, AmiAway, ActionRefused: nobody can say.
        """
        listenings = self._kept.listenings()
        if not listenings:
            return
        manager = self._manager()
        channels = {channel["Uniqueid"] for channel in manager.send_for_list({"Action": "CoreShowChannels"})}
        now = self._parts.clock()
        for name, what in listenings.items():
            if name in channels and not self._still_may(what):
                stop(manager, name)
            # A channel that was asked for just now may not be there yet.
            elif name not in channels and now - float(what.get("since", 0.0)) > 2 * LOOK_SECONDS:
                self._tell_end(name, what)

    def _still_may(self, what: Mapping[str, Any]) -> bool:
        account = self._parts.accounts.get(str(what["account"]))
        agency = self._parts.rulebook().agencies.get(str(what["agency"]))
        if account is None or agency is None:
            return False
        if not may(account, Stage.IN, Right.SUPERVISE):
            return False
        if agency.id not in agencies_of(account, [agency.id]):
            return False
        return self.may(agency, str(what["incident"]))

    def _tell_end(self, name: str, what: Mapping[str, Any]) -> None:
        if self._kept.listens_no_more(name):
            self._parts.audit.write(
                str(what["account"]), str(what.get("role", "")), "listen_end",
                incident=str(what["incident"]), agency=str(what["agency"]), about=str(what["desk"]),
            )  # fmt: skip

    def _look_for_ever(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with contextlib.suppress(StoreAway, AmiAway, ActionRefused):
                try:
                    self.look()
                except (KeyError, TypeError, ValueError):
                    log.exception("who listens in could not be looked at")
