"""Puts the parts together: what each process that meets callers is made of."""

from __future__ import annotations

from gateway.evidence import Sources, describe
from gateway.intake import Intake, Surroundings
from gateway.journal import Journal, open_journal
from gateway.location_reference import location_url
from gateway.rules import CurrentRules
from gateway.settings import Settings


def build_intake(settings: Settings, name: str) -> tuple[Intake, Journal, CurrentRules]:
    """The intake of the process called ``name``, its journal, and the rules it follows."""
    journal = open_journal(settings, name)
    current = CurrentRules(settings, journal.alarm)
    sources = Sources(settings, current.fresh)
    surroundings = Surroundings(
        journal=journal,
        rulebook=current.fresh,
        gather=sources.gather,
        names=sources.names,
        describe=describe,
        reference=lambda incident, now: location_url(settings, incident, now),
    )
    return Intake(surroundings), journal, current
