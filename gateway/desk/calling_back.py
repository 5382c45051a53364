"""A desk rings a caller back: first its own telephone or page, then, once that is taken, the caller.

It is what a worker does after a hang-up (gateway/jobs/follow_up.py), by the same dialplan, for one desk that wishes it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.channels import call_back
from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.desk.not_done import NotDone
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry
from gateway.jobs.call_back import call_back_variables, reference_variables
from gateway.rules.obstacle import obstacle
from gateway.rules.rulebook import FollowUp, Policies
from gateway.settings import Settings

RING_SECONDS = 30.0

_FREE = ("NOT_INUSE", "UNKNOWN")
_AWAY = ("UNAVAILABLE", "INVALID", "")
"""States of a device, as Asterisk has them."""

TOLD, TOLD_DISCREETLY = "G112_NEED", "G112_DISCREET_NEED"
"""Which need a desk is told, as in the dialplan."""


@dataclass(frozen=True, slots=True)
class CallingBack:
    """Rings desks for their calls back."""

    settings: Settings

    def check(self, desk: str, policies: Policies) -> None:
        """
        Raises:
            NotDone: the desk would not ring, or nobody after it.
        """
        if obstacle(FollowUp.CALL_BACK, policies, self.settings):
            raise NotDone("no_trunk")
        try:
            with Manager(self.settings) as manager:
                state = manager.getvar("", f"DEVICE_STATE(PJSIP/{desk})")
        except (AmiAway, ActionRefused):
            raise NotDone("not_called_back") from None
        if state not in _FREE:
            raise NotDone("desk_away" if state in _AWAY else "desk_busy")

    def ring(self, desk: str, known: Incident, entries: Sequence[Entry], *, discreet: bool) -> None:
        """
        Args:
            discreet: the desk may not know of violence.

        Raises:
            NotDone: nothing rings: Asterisk does not answer, or will not.
        """
        variables = call_back_variables(entries, known.number or "")
        variables |= reference_variables(self.settings, known.id, time.time())
        variables["__G112_TOLD"] = TOLD_DISCREETLY if discreet else TOLD
        try:
            with Manager(self.settings) as manager:
                manager.originate(
                    call_back.at_desk(desk),
                    call_back.OUT,
                    "s",
                    variables,
                    ring_seconds=RING_SECONDS,
                    channel_id=call_back.named(desk, secrets.token_hex(6)),
                )
        except (AmiAway, ActionRefused, ValueError):
            raise NotDone("not_called_back") from None
