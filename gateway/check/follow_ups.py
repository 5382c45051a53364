"""What rules want done for callers who hung up, and what of it is not possible."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.language import LANGUAGES
from gateway.location_link import PHRASES, address, text_with_link
from gateway.messages.chosen import chosen_way
from gateway.rules.obstacle import obstacle
from gateway.rules.rulebook import FollowUp, Rulebook
from gateway.settings import Settings


def impossible(settings: Settings, book: Rulebook) -> Iterator[str]:
    """A sentence for each kind of follow-up that is wanted and not possible: who wants it, why not, what to set."""
    for what in (FollowUp.CALL_BACK, FollowUp.SMS):
        wanting = [rule.name for rule in book.rules.rules if rule.route.abandoned == what]
        if book.policies.unfiled_abandoned == what:
            wanting.append("policies.abandoned.unfiled")
        why = obstacle(what, book.policies, settings)
        if wanting and why:
            yield f"{what} after a hang-up is wanted ({', '.join(wanting)}) and not possible: {why}"
    if book.policies.messages.location_link and (why := why_no_links(settings)):
        yield f"links by SMS are wanted (policies.messages.location_link) and not possible: {why}"


def why_no_links(settings: Settings) -> str:
    """What keeps links by which telephones tell their place from working, and what to set; empty: nothing."""
    url = address(settings)
    if not url:
        return "link_url or public_url must be an https:// URL"
    if not url.startswith("https://"):
        return f"{url} is this machine alone, for trials: set link_url to an https:// URL"
    if not all(text_with_link(settings, "0" * 24, each, 0.0, phrase) for each in LANGUAGES for phrase in PHRASES):
        return f"with {url} a link is longer than one SMS: set link_url to a shorter one"
    return (
        "" if chosen_way(settings, "") else "no way to send an SMS is set: set sms_channel, and what its channel needs"
    )
