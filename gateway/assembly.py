"""Puts the parts together: what each process that meets callers is made of."""

from __future__ import annotations

from gateway.evidence import Sources, describe
from gateway.evidence.message_place import claims
from gateway.intake import Intake
from gateway.journal import Journal, open_journal
from gateway.location_reference import location_url
from gateway.messages.intake import Ledger, MessageIntake
from gateway.rules import CurrentRules
from gateway.settings import Settings
from gateway.surroundings import Surroundings


def build_intake(settings: Settings, name: str) -> tuple[Intake, Journal, CurrentRules]:
    """The intake of the process called ``name``, its journal, and the rules it follows."""
    surroundings, journal, current = _surroundings(settings, name)
    return Intake(surroundings), journal, current


def build_message_intake(settings: Settings, name: str, ledger: Ledger) -> tuple[MessageIntake, Journal, CurrentRules]:
    """The same of a process that files messages."""
    surroundings, journal, current = _surroundings(settings, name)
    return MessageIntake(surroundings, ledger), journal, current


def _surroundings(settings: Settings, name: str) -> tuple[Surroundings, Journal, CurrentRules]:
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
        places=claims,
    )
    return surroundings, journal, current
