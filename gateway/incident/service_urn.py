"""Service URNs (RFC 5031, the registry "Service URN Labels" of IANA) and the nature that each hints at.

A hint is a first guess of whoever dialled for the caller: it spares a question, and decides nothing against the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gateway.incident.report import Nature, Report

PREFIX = "urn:service:"
EMERGENCY = "sos"
TEST = "test.sos"
LONGEST = 128
"""Longer names are nobody's: they are read as no service."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")

SERVICES: Mapping[str, Report] = {
    "sos": Report(),
    "sos.ambulance": Report(Nature.MEDICAL),
    "sos.animal-control": Report(Nature.OTHER, rescue=True),
    "sos.ecall.automatic": Report(Nature.ACCIDENT),
    # Somebody in a car pressed the button: for what, only they know.
    "sos.ecall.manual": Report(),
    "sos.fire": Report(Nature.FIRE),
    "sos.gas": Report(Nature.FIRE),
    "sos.marine": Report(Nature.DISASTER, rescue=True),
    "sos.mountain": Report(Nature.DISASTER, rescue=True),
    "sos.physician": Report(Nature.MEDICAL),
    "sos.poison": Report(Nature.MEDICAL),
    # The police are called for violence too: only the caller can say which.
    "sos.police": Report(Nature.CRIME),
    # 3GPP TS 24.229 §5.1.6.8.1: a country's own numbers, where a telephone knows no service for them.
    "sos.country-specific.id.110": Report(Nature.CRIME),
    "sos.country-specific.id.112": Report(),
    "sos.country-specific.id.113": Report(Nature.FIRE),
    "sos.country-specific.id.118": Report(Nature.MEDICAL),
    "sos.country-specific.id.119": Report(Nature.MEDICAL),
    "counseling": Report(),
    "counseling.children": Report(),
    "counseling.mental-health": Report(Nature.MEDICAL),
    "counseling.suicide": Report(Nature.MEDICAL),
}
"""Every service that is known, without its prefix, and what somebody who asks for it is taken to report."""


def name(service: str) -> str:
    """A service without its prefix, in small letters: ``sos.police`` of ``urn:service:sos.police`` and of itself.

    Empty if it is no service URN's name.
    """
    text = service.strip().lower()
    if len(text) > LONGEST:
        return ""
    text = text.removeprefix(PREFIX)
    return text if _NAME.fullmatch(text) else ""


def urn(service: str) -> str:
    """The URN of a service's name."""
    return PREFIX + service


def known(service: str) -> str:
    """The name of the service itself or, by RFC 5031 §4.1, of the nearest one above it that is known; empty: none."""
    return next((label for label in _upward(name(service)) if label in SERVICES), "")


def is_emergency(service: str) -> bool:
    """Whether somebody who asks for this service has an emergency."""
    return name(service).partition(".")[0] == EMERGENCY


def is_test(service: str) -> bool:
    """Whether it is a test call (RFC 6881 §15): answered and sent back, and nobody's emergency."""
    return (name(service) + ".").startswith(f"{TEST}.")


def report(service: str) -> Report:
    """What somebody who asks for this service is taken to report; of an unknown service nothing."""
    return SERVICES.get(known(service), Report())


def hint(service: str) -> Nature | None:
    """The nature that a service hints at; None: it says nothing of it, and the caller is asked as ever."""
    nature = report(service).nature
    return None if nature is Nature.UNKNOWN else nature


def below(service: str) -> list[str]:
    """The names of the known services directly below one, sorted; of the empty name the topmost ones."""
    start = f"{service}." if service else ""
    steps = {label[len(start) :].split(".")[0] for label in SERVICES if label.startswith(start) and label != service}
    return sorted(start + step for step in steps)


def _upward(label: str) -> Iterator[str]:
    while label:
        yield label
        label = label.rpartition(".")[0]
