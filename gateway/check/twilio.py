"""What could keep Twilio's calls from people, as far as it can be seen from here."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels import twilio
from gateway.channels.twilio_target import targets
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings

OURSELVES = ("127.", "localhost", "[::1]", "0.0.0.0")  # noqa: S104 - compared, not bound


def problems(settings: Settings, book: Rulebook | None) -> Iterator[str]:
    """One sentence each: what is wrong, what to do.

    Raises:
        SettingsRefused: a target is none.
    """
    for target in targets(settings):
        if target.sip.startswith(OURSELVES):
            yield f"Twilio is on, and would call {target.sip} for our Asterisk: set twilio_sip_target to a public host"
    if book is not None and not any(trunk.twilio for trunk in book.trunks.values()):
        yield "Twilio is on, and no trunk in the rules has `twilio: yes`: Asterisk would refuse its calls"
    try:
        served = twilio.fallback_file(settings).read_text(encoding="utf-8")
    except OSError:
        served = ""
    if served != twilio.last_resort(settings, "voice.xml"):
        yield "Twilio's fallback document does not follow from the settings: run `make setup`"
