"""Why a follow-up that rules may want cannot be, as the rules and settings stand."""

from __future__ import annotations

from gateway.messages.chosen import chosen_way
from gateway.rules.rulebook import FollowUp, Policies
from gateway.settings import Settings


def obstacle(what: str, policies: Policies, settings: Settings) -> str:
    """What is missing for a call back or an SMS, and what to set; empty when nothing is, or nothing is to follow."""
    if what == FollowUp.CALL_BACK and not policies.callback_trunk:
        return "policies.callbacks names no trunk: set it to a trunk that has `outgoing`; until then call back by hand"
    if what == FollowUp.SMS and not policies.neutral_sms:
        return "policies.abandoned has no neutral_sms: write one"
    if what == FollowUp.SMS and chosen_way(settings, "") is None:
        return "no way to send an SMS is set: set sms_channel, and what its channel needs"
    return ""
