"""Where a call waits, for how long, and where it goes on to: what extensions.conf makes of an agency's overflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rules.rulebook import OPERATORS, Agency, Rulebook, Target


@dataclass(frozen=True)
class Step:
    """One stop of a waiting call: a queue, or a number over a trunk; empty seconds are for ever."""

    seconds: str
    queue: str = ""
    need: str = ""
    endpoint: str = ""
    number: str = ""


@dataclass(frozen=True)
class Chain:
    """All stops of a call that entered ``queue``; after the last one come the operators."""

    queue: str
    steps: tuple[Step, ...]


def chain(agency: Agency, rulebook: Rulebook, endpoints: Mapping[str, str]) -> Chain:
    """The stops of a call that enters this agency's queue, up to but without the operators.

    Args:
        endpoints: by its name, the endpoint of each trunk that takes calls of ours.
    """
    own = Target(0, queue=agency.id)
    if agency.id == OPERATORS:
        return Chain(agency.id, (_step(own, "", rulebook, endpoints),))
    stops = [own, *agency.overflow[:-1]]
    steps = [
        _step(stop, str(following.after), rulebook, endpoints)
        for stop, following in zip(stops, agency.overflow, strict=True)
    ]
    return Chain(agency.id, tuple(steps))


def _step(target: Target, seconds: str, rulebook: Rulebook, endpoints: Mapping[str, str]) -> Step:
    if target.queue is None:
        return Step(seconds, endpoint=endpoints.get(target.trunk or "", ""), number=target.number or "")
    sees = rulebook.agencies[target.queue].sees_violence
    return Step(seconds, queue=target.queue, need="G112_NEED" if sees else "G112_DISCREET_NEED")
