"""The place of a trial call in words: what one claim says, and what a desk fetches under the reference."""

from __future__ import annotations

import json
import time
from contextlib import suppress

from gateway.eido.reference import eido_url
from gateway.evidence.words import PHRASES, distance, named, plain
from gateway.gazetteer.current import names
from gateway.http_request import NoAnswer, perform
from gateway.incident.errors import Refused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import centre, radius_m
from gateway.incident.timeline import Entry
from gateway.location_reference import location_url
from gateway.settings import Settings

FETCH_SECONDS = 3.0
ENGLISH = PHRASES["en"]
FRESH_SECONDS = 60.0
UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"))


def claim_words(settings: Settings, entry: Entry) -> str:
    """What an entry of evidence claims; nothing but what it says."""
    try:
        claim = Evidence.from_dict(entry.data)
    except (Refused, ValueError, KeyError, TypeError):
        return "a claim that cannot be read"
    place, middle, radius = names(settings).name(claim.shape), centre(claim.shape), radius_m(claim.shape)
    parts = [
        f"{claim.source} claims: {named(place, ENGLISH) if place else 'a place without a name'}",
        f"{middle[0]:.5f} {middle[1]:.5f}" if middle else "",
        f"within {distance(radius)}" if middle and radius else "",
        f"by {claim.method}" if claim.method else "",
        _age(claim),
    ]
    return plain("; ".join(part for part in parts if part))


def _age(claim: Evidence) -> str:
    """How old it was when it came: what is too old is kept, and is no place any more."""
    if claim.observed_at is None:
        return "of no stated time"
    seconds = claim.received_at - claim.observed_at
    if seconds < FRESH_SECONDS:
        return ""
    size, name = next(unit for unit in UNITS if seconds >= unit[0])
    return f"{seconds / size:.0f} {name} old"


def fetched(settings: Settings, incident: str) -> str:
    """What the URL tells that desks are given, or why it tells nothing."""
    url = location_url(settings, incident, time.time())
    try:
        answer = perform("GET", url, headers={"Accept": "application/json"}, within=FETCH_SECONDS)
    except NoAnswer as fault:
        return f"nothing, {fault}: see `gateway112 check`"
    if answer.status == 200:
        with suppress(ValueError, LookupError, TypeError):
            return plain(str(json.loads(answer.body)["words"]["en"]))
    return f"nothing, it answers {answer.status}: see web.log in the state folder"


def urls(settings: Settings, incident: str, agency: str) -> tuple[tuple[str, str], ...]:
    """The URLs of an incident like those that the agency's desk is given, and what each is."""
    now = time.time()
    return (
        ("location URL", location_url(settings, incident, now)),
        ("EIDO URL", eido_url(settings, incident, agency, now)),
    )
