"""Puts the parts together: what each process that meets callers is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from gateway.eido.reference import ANYBODY, eido_url
from gateway.evidence import Sources, describe, discreet
from gateway.evidence.message_place import claims
from gateway.incident.errors import Refused
from gateway.intake import Intake
from gateway.journal import Journal, open_journal
from gateway.location_reference import location_url
from gateway.messages.intake import Ledger, MessageIntake
from gateway.reading import knowledge
from gateway.rules import CurrentRules
from gateway.settings import Settings
from gateway.surroundings import Surroundings
from sms.reader import read
from sms.reading import Reading


def build_intake(settings: Settings, name: str) -> tuple[Intake, Journal, CurrentRules]:
    """The intake of the process called ``name``, its journal, and the rules it follows."""
    surroundings, journal, current = _surroundings(settings, name)
    return Intake(surroundings), journal, current


def build_message_intake(settings: Settings, name: str, ledger: Ledger) -> tuple[MessageIntake, Journal, CurrentRules]:
    """The same of a process that files messages."""
    surroundings, journal, current = _surroundings(settings, name)
    return MessageIntake(replace(surroundings, read=_reader(journal)), ledger), journal, current


def _reader(journal: Journal) -> Callable[[Sequence[str]], Reading]:
    """What reads texts. Where it cannot be loaded all of them go to the operators, who can read."""
    try:
        return partial(read, knowledge=knowledge())
    except Exception as fault:
        why = str(fault) if isinstance(fault, Refused) else f"a fault of ours, {type(fault).__name__}"
        journal.alarm(f"messages cannot be read and all go to the operators: {why}")
        return lambda _texts: Reading()


def _surroundings(settings: Settings, name: str) -> tuple[Surroundings, Journal, CurrentRules]:
    journal = open_journal(settings, name)
    current = CurrentRules(settings, journal.alarm)
    sources = Sources(settings, current.fresh)
    surroundings = Surroundings(
        journal=journal,
        rulebook=current.fresh,
        gather=sources.gather,
        names=sources.names,
        describe=partial(describe, names=sources.names),
        describe_discreetly=lambda place, now: describe(discreet.location(place), now, names=sources.names)[0],
        reference=lambda incident, now: location_url(settings, incident, now),
        discreet_reference=lambda incident, now: location_url(settings, incident, now, discreet=True),
        eido=lambda incident, agency, now: eido_url(settings, incident, agency or ANYBODY, now),
        places=claims,
        code_place=sources.keyed,
    )
    return surroundings, journal, current
