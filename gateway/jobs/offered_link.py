"""A link by SMS to a caller whose place nobody knows: sent once in an incident, and only where it betrays nobody."""

from __future__ import annotations

import time
from collections.abc import Sequence

from gateway.hand_off import evidence_of
from gateway.incident.link import why_no_link
from gateway.incident.location import fuse
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.jobs.follow_up import NotYet
from gateway.location_link import LEAVES_WITHIN_SECONDS, PHRASE, text_with_link
from gateway.log import get_logger
from gateway.messages.chosen import chosen_way
from gateway.messages.replies import reply_entry
from gateway.messages.thread import GATEWAY, way_to
from gateway.numbers import is_mobile
from gateway.rules import load
from gateway.settings import Settings
from gateway.store import Store

FOUND_RADIUS_M = 300.0
"""A place this small is found by who is sent there; a cell is not."""

log = get_logger("jobs")


def offer_link(settings: Settings, store: Store, incident: str) -> None:
    """Send the link, if there is still need and nothing speaks against it.

    Raises:
        NotYet: to be tried again.
    """
    entries = store.timeline(incident)
    if not any(entry.kind is Kind.HANDED_OFF for entry in entries):
        raise NotYet("the incident is not in the store yet")
    known = add_up(incident, entries)
    policies, now = load(settings.rules).policies.messages, time.time()
    why = "policy" if not policies.location_link else why_no_link(known) or _needless(known, entries, now)
    way = None if why else way_to(entries) or chosen_way(settings, str(known.number))
    language = _language(entries)
    text = text_with_link(settings, incident, language, now) if way else ""
    if way is None or not text:
        log.info("no link is sent", incident=incident, why=why or "no way, or no https:// URL")
        return
    entry = reply_entry(
        incident, way, text, now, key=f"{incident}:link", by=GATEWAY,
        valid_seconds=min(policies.valid, LEAVES_WITHIN_SECONDS), phrase=PHRASE,
        language=language, urgent=True, link=True,
    )  # fmt: skip
    store.add([entry])


def _needless(known: Incident, entries: Sequence[Entry], now: float) -> str:
    if not known.number or not is_mobile(known.number):
        return "no mobile number"
    if any(entry.kind is Kind.REPLY and entry.data.get("link") for entry in entries):
        return "one was sent"
    location = fuse(evidence_of(known), now)
    if location.radius_m is not None and location.radius_m <= FOUND_RADIUS_M:
        return "the place is known"
    return ""


def _language(entries: Sequence[Entry]) -> str:
    return next((str(e.data["language"]) for e in reversed(entries) if e.data.get("language")), "id")
