"""A desk has a caller and wants another agency: to come to it, or to take over. Nothing here waits for anybody.

Asked of Asterisk's manager, decided by its dialplan (asterisk_conf/calls.conf.j2): the caller stays with its desk until
somebody has accepted, and whoever is left by everybody goes to a queue's head.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.calls.lines import Contact, Line, contacts
from gateway.channels.ami_actions import ActionRefused, Actions
from gateway.incident.errors import Refused

LONGEST_INVITATION_SECONDS = 900.0
"""The dialplan ends it sooner, by the seconds of the agency's own rule."""

LOST, NORMAL = 44, 16
"""Causes of an end (Q.850): 44 is what Asterisk gives a desk that was cut off, and the dialplan takes it for that."""


class Why(StrEnum):
    CONFERENCE = "conference"  # beside the desk that asks
    TRANSFER = "transfer"  # in its place


class CallRefused(Refused):
    """What was asked of a call cannot be done now; ``where`` is a name of one word, ``why`` a sentence."""


@dataclass
class Calls:
    """The calls at desks. Every method raises AmiAway where Asterisk's manager is away, and ActionRefused."""

    manager: Actions
    _alone: set[str] = field(default_factory=set)

    def all(self) -> list[Contact]:
        return contacts(self.manager.send_for_list({"Action": "CoreShowChannels"}))

    def of_desk(self, desk: str) -> list[Contact]:
        """The callers that this desk has, or that ring at it."""
        return [contact for contact in self.all() if contact.line_of(desk)]

    def at(self, desk: str, incident: str) -> tuple[Contact, Line]:
        """The caller of an incident that this desk talks with.

        Raises:
            CallRefused: it talks with none.
        """
        for contact in self.all():
            line = contact.line_of(desk)
            if contact.incident == incident and line and line.talks:
                return contact, line
        raise CallRefused("no_call", "this desk has no call of this case: it may have ended just now")

    def invite(self, desk: str, incident: str, agency: str, why: Why) -> str:
        """Ask an agency's desks to come; returns the invitation's name. What becomes of it the timeline tells.

        Raises:
            CallRefused: the desk has no such call, or has asked somebody already.
        """
        contact = self.to_be_shared(desk, incident)
        name = f"invite-{secrets.token_hex(8)}"
        values = {
            "G112_OF": contact.channel,
            "__G112_INVITED": name,
            "__G112_BY": desk,
            "G112_WHY": why.value,
            "G112_TO": agency,
        }
        self.manager.originate(
            f"Local/{agency}@g112-invite/n",
            "g112-conference",
            "invited",
            values,
            ring_seconds=LONGEST_INVITATION_SECONDS,
            channel_id=name,
        )
        return name

    def to_be_shared(self, desk: str, incident: str) -> Contact:
        """The caller to whom this desk may ask an agency to come.

        Raises:
            CallRefused: the desk has no such call, or has asked somebody already.
        """
        contact, _ = self.at(desk, incident)
        if self.is_pending(contact):
            raise CallRefused("invited_already", "another agency is being rung for this call: wait, or cancel it")
        return contact

    def is_pending(self, contact: Contact) -> bool:
        """Whether an agency is being rung for this caller."""
        return bool(self.manager.getvar(contact.channel, "SHARED(G112_INVITE)"))

    def cancel(self, desk: str, incident: str) -> None:
        """Ring nobody further. Who has come stays.

        Raises:
            CallRefused: nobody is being rung.
        """
        contact, _ = self.at(desk, incident)
        waiting = self.manager.getvar(contact.channel, "SHARED(G112_INVITE)")
        if not waiting:
            raise CallRefused("not_invited", "nobody is being rung for this call")
        self._hang_up(waiting, NORMAL)

    def leave(self, desk: str, incident: str) -> None:
        """The desk leaves its caller with another one.

        Raises:
            CallRefused: no other desk has the caller.
        """
        contact, line = self.at(desk, incident)
        if not any(other != desk for other in contact.talking):
            raise CallRefused("alone", "nobody else is with the caller: invite somebody first, or end the call")
        self._hang_up(line.channel, NORMAL)

    def requeue(self, desk: str, incident: str, queue: str, why: str = "requeued") -> None:
        """Give the caller back, to the head of a queue.

        Raises:
            CallRefused: another desk asked this one to come, and has the caller still.
        """
        contact = self._own(desk, incident)
        self._set(contact.channel, "G112_TO", queue)
        self._set(contact.channel, "G112_WHY", why)
        self.manager.redirect(contact.channel, "g112-back", "s")

    def end(self, desk: str, incident: str) -> None:
        """End the caller's call, on purpose.

        Raises:
            CallRefused: another desk asked this one to come, and has the caller still.
        """
        contact = self._own(desk, incident)
        self._set(contact.channel, "SHARED(G112_ENDED)", "1")
        self._hang_up(contact.channel, NORMAL)

    def _own(self, desk: str, incident: str) -> Contact:
        """A call whose end, or return to a queue, is for this desk to decide: a guest takes it from nobody."""
        contact, line = self.at(desk, incident)
        if line.guest and any(other != desk for other in contact.talking):
            raise CallRefused("guest", "this desk was asked to come: it may leave, the caller stays with the other one")
        return contact

    def rescue(self, desk: str) -> int:
        """The desk is gone: what rings there rings elsewhere, and whom it had alone waits at a queue's head.

        Returns:
            The number of its channels that were ended.
        """
        own = [line for contact in self.all() for line in contact.lines if line.desk == desk]
        for line in own:
            self._hang_up(line.channel, LOST)
        return len(own)

    def stranded(self) -> set[str]:
        """Channels of callers who are in a conference with nobody."""
        try:
            rooms = self.manager.send_for_list({"Action": "ConfbridgeListRooms"})
        except ActionRefused:
            return set()  # There are none.
        alone = {room["Conference"] for room in rooms if room["Marked"] == "0"}
        return {contact.channel for contact in self.all() if contact.room in alone} if alone else set()

    def bring_back_who_is_alone(self) -> None:
        """Between a last desk's leaving and its caller's coming in lies an instant that the dialplan cannot close: who
        is alone at two looks is alone."""
        alone = self.stranded()
        for channel in alone & self._alone:
            self.bring_back(channel)
        self._alone = alone

    def bring_back(self, channel: str) -> None:
        """A caller whom everybody has left goes to a queue's head."""
        self._set(channel, "G112_WHY", "left")
        self.manager.redirect(channel, "g112-back", "s")

    def _hang_up(self, channel: str, cause: int) -> None:
        self.manager.hang_up(channel, cause)

    def _set(self, channel: str, name: str, value: str) -> None:
        self.manager.setvar(channel, name, value)
