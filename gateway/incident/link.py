"""Whether somebody may be sent a link by which their telephone tells its place. Pure.

A link stays on the telephone, and whoever taps it may be seen doing so. So nothing sends one of itself but where it is
known what happened, and that it is no violence: not where it may be that, nor where somebody hides.
"""

from __future__ import annotations

from gateway.incident.report import Nature
from gateway.incident.summary import Incident

LINKED = frozenset({Nature.MEDICAL, Nature.FIRE, Nature.ACCIDENT, Nature.DISASTER})
"""Kinds of emergency in which a text betrays nobody. Not crime: who hides from a burglar must not be rung."""


def why_no_link(incident: Incident) -> str:
    """Why nothing may be sent of itself; empty: it may. A desk is told, and decides."""
    before = incident.before
    reasons = {
        "violence": incident.nature == Nature.VIOLENCE,
        "nature": incident.nature not in LINKED,
        "silent": incident.silent,
        "muted": bool(incident.muted),
        "before": bool(before and (before.may_be_violence or before.silent)),
        "closed": incident.closed,
    }
    return next((why for why, holds in reasons.items() if holds), "")
