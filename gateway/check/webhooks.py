"""What would keep agencies' own systems from being told."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings
from gateway.webhooks import secrets


def problems(settings: Settings, book: Rulebook) -> Iterator[str]:
    """A sentence for each: what is wrong, and what to do.

    Raises:
        Refused: the file of secrets cannot be read.
    """
    known, file = secrets.read(settings), secrets.file(settings)
    for agency in book.agencies.values():
        if agency.webhook and not known.get(agency.id):
            yield f'agency {agency.id} has a webhook and no secret: add a line "{agency.id}" = "…" to {file}'
    for name, words in known.items():
        agency_of = book.agencies.get(name)
        if agency_of is None or agency_of.webhook is None:
            yield f"{file} has a secret for {name}, which has no webhook in the rules: mend or remove the line"
        elif any(len(word) < secrets.SHORTEST for word in words):
            yield f"the secret for {name} in {file} is shorter than {secrets.SHORTEST} characters: make a longer one"
