"""What Asterisk is told of a call back: to the queue and the desk it is the incident, as at the hand-off."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from gateway.eido.reference import ANYBODY, eido_url
from gateway.incident.report import Nature, told_discreetly
from gateway.incident.routing import queue_prio
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.intake import LAST_RESORT_PRIORITY
from gateway.location_reference import location_url
from gateway.rules.rulebook import OPERATORS
from gateway.settings import Settings

PLAIN = "._~/&-"
"""Signs that need no encoding in a variable."""


def call_back_variables(entries: Sequence[Entry], number: str) -> dict[str, str]:
    """What the queue and its desk are told, as at the hand-off, or that nobody was asked anything; URI-encoded."""
    incident: Incident = add_up(entries[0].incident, entries)
    handed_off = next((e for e in reversed(entries) if e.kind is Kind.HANDED_OFF), None)
    nature = incident.nature if handed_off else Nature.UNKNOWN.value
    values = {
        "__G112_INCIDENT": incident.id,
        "__G112_QUEUE": incident.queue or OPERATORS,
        "__G112_PRIO": str(queue_prio(incident.priority or LAST_RESORT_PRIORITY)),
        "__G112_NEED": nature,
        "__G112_DISCREET_NEED": told_discreetly(nature),
        "__G112_LANGUAGE": "id",
        "__G112_LOCATION_TEXT": str(handed_off.data.get("place", "")) if handed_off else "",
        "__G112_DISCREET_TEXT": str(handed_off.data.get("discreet_place", "")) if handed_off else "",
        "__G112_CALL_BACK": number,
    }
    return {name: quote(value[:400], safe=PLAIN) for name, value in values.items()}


def reference_variables(settings: Settings, incident: str, now: float) -> dict[str, str]:
    """The URLs under which desks and their systems fetch place and incident, as at the hand-off; URI-encoded."""
    urls = {
        "__G112_LOCATION_URL": location_url(settings, incident, now),
        "__G112_DISCREET_URL": location_url(settings, incident, now, discreet=True),
        "__G112_EIDO_URL": eido_url(settings, incident, OPERATORS, now),
        "__G112_DISCREET_EIDO_URL": eido_url(settings, incident, ANYBODY, now),
    }
    return {name: quote(url, safe=PLAIN) for name, url in urls.items()}
