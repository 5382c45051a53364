"""What we ask of Asterisk's manager, and how it may fail to do it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

Event = dict[str, str]
"""One event's headers. A channel variable is under ``ChanVariable(NAME)``, with the event's own prefix if the channel
has one (``DestChanVariable(NAME)``)."""

# Asterisk splits a Variable header at commas, and heeds quotes and backslashes in it.
_PLAIN_VARIABLE = re.compile(r"[A-Za-z0-9_]{1,80}=[A-Za-z0-9._~/&%:;+@ -]*")
_PLAIN_CHANNEL = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9._@/+:;=-]+")


class AmiAway(Exception):
    """Asterisk's manager cannot be reached, refused us, or gave no answer in time; the text says what to do."""


class ActionRefused(Exception):
    """Asterisk understood the action and did not perform it; the text is its own."""


class Actions(Protocol):
    """The actions. Each raises AmiAway when there is no connection (it does not wait for one), and ActionRefused."""

    def send(self, fields: Mapping[str, object]) -> Event:
        """The response to one action; a list as value is a header for each item."""

    def send_for_list(self, fields: Mapping[str, object]) -> list[Event]:
        """The events that answer an action which lists something."""

    def ping(self) -> None:
        self.send({"Action": "Ping"})

    def queue_status(self, queue: str = "") -> list[Event]:
        """QueueParams, QueueMember and QueueEntry of all queues, or of one."""
        return self.send_for_list({"Action": "QueueStatus", **({"Queue": queue} if queue else {})})

    def queue_summary(self, queue: str = "") -> list[Event]:
        """One QueueSummary per queue."""
        return self.send_for_list({"Action": "QueueSummary", **({"Queue": queue} if queue else {})})

    def change_priority(self, queue: str, channel: str, priority: int) -> None:
        """Give a waiting channel another QUEUE_PRIO, and at once the place in the queue that goes with it."""
        fields = {"Queue": queue, "Caller": channel, "Priority": priority, "Immediate": "yes"}
        self.send({"Action": "QueueChangePriorityCaller", **fields})

    def withdraw(self, queue: str, channel: str, information: str) -> None:
        """Have a waiting channel leave its queue for the dialplan, with a word on why (QUEUE_WITHDRAW_INFO); refused if
        it does not wait there. A desk that rings for it may still answer: it leaves only when none does."""
        fields = {"Queue": queue, "Caller": channel, "WithdrawInfo": information}
        self.send({"Action": "QueueWithdrawCaller", **fields})

    def getvar(self, channel: str, name: str) -> str:
        """A variable or function of a channel (``""``: a global); empty if it is not set."""
        return self.send({"Action": "Getvar", "Channel": channel, "Variable": name}).get("Value", "")

    def setvar(self, channel: str, name: str, value: str) -> None:
        """Set a variable or function of a channel; refused if the channel is gone."""
        self.send({"Action": "Setvar", "Channel": channel, "Variable": name, "Value": value})

    def hang_up(self, channel: str, cause: int) -> None:
        """End a channel with a cause (Q.850). One that has ended already is no fault."""
        with contextlib.suppress(ActionRefused):
            self.send({"Action": "Hangup", "Channel": channel, "Cause": cause})

    def redirect(self, channel: str, context: str, extension: str) -> None:
        """Lead a channel to a place of the dialplan, out of whatever it is in; refused if it is gone."""
        self.send({"Action": "Redirect", "Channel": channel, "Context": context, "Exten": extension, "Priority": 1})

    def pause(self, desk: str, paused: bool, reason: str = "") -> None:
        """Whether a desk is passed over, in every queue it belongs to; refused if it belongs to none."""
        fields = {"Interface": f"PJSIP/{desk}", "Paused": "true" if paused else "false", "Reason": reason}
        self.send({"Action": "QueuePause", **fields})

    def put(self, family: str, key: str, value: str) -> None:
        """Keep a value in Asterisk's own database."""
        self.send({"Action": "DBPut", "Family": family, "Key": key, "Val": value})

    def database(self, family: str) -> dict[str, str]:
        """The values of a family in Asterisk's own database, by their keys."""
        start = f"/{family}/"
        events = self.send_for_list({"Action": "DBGetTree", "Family": family})
        return {event["Key"].removeprefix(start): event["Val"] for event in events if event["Key"].startswith(start)}

    def delete(self, family: str, key: str) -> None:
        """Delete a value from Asterisk's own database; refused if there is none."""
        self.send({"Action": "DBDel", "Family": family, "Key": key})

    def originate(
        self,
        channel: str,
        context: str,
        extension: str,
        variables: Mapping[str, str] = MappingProxyType({}),
        caller_id: str = "",
        ring_seconds: float = 30.0,
        channel_id: str = "",
    ) -> None:
        """Call a channel and lead it, once answered, to a place of the dialplan. Returns when Asterisk has begun.

        Args:
            variables: values URI-encoded by whoever knows what they mean.
            channel_id: the Uniqueid to give the channel, by which its events are known (OriginateResponse among them).

        Raises:
            ValueError: the channel or a variable holds what Asterisk would take for syntax.
        """
        texts = [f"{name}={value}" for name, value in variables.items()]
        for text in texts:
            if not _PLAIN_VARIABLE.fullmatch(text):
                raise ValueError(f"originate: the value of {text.partition('=')[0][:80]!r} must be URI-encoded")
        if not _PLAIN_CHANNEL.fullmatch(channel):
            raise ValueError("originate: the channel must be TECHNOLOGY/NAME without blanks, commas or quotes")
        fields = {
            "Action": "Originate",
            "Channel": channel,
            "Context": context,
            "Exten": extension,
            "Priority": 1,
            "Timeout": round(ring_seconds * 1000),
            "Async": "true",
        }
        optional = {"CallerID": caller_id, "ChannelId": channel_id, "Variable": texts}
        self.send({**fields, **{name: value for name, value in optional.items() if value}})
