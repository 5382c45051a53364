"""``gateway112 call 1 2``: the dialogue walked with no server, and what the rules make of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.incident import service_urn
from gateway.incident.errors import Refused
from gateway.incident.report import Report
from gateway.incident.routing import Abandonment, Rule, follow_up
from gateway.rules import Rulebook, load
from gateway.rules.obstacle import obstacle
from gateway.settings import Settings
from ivr.entry import entry
from ivr.flow import CALL
from ivr.steps import Code, HandOff, Walk

KEYS = "0123456789*#"
NO_KEY = "-"
HANG_UPS = {"call_back": "is called back", "sms": "gets one neutral SMS", "nothing": "nothing follows"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A walk's end, and what follows from it. ``unused`` are keys pressed after a person was reached."""

    steps: tuple[str, ...]
    report: Report
    rule: Rule
    unused: tuple[str, ...]

    @property
    def hung_up(self) -> Abandonment:
        """What the gateway would do if the caller hung up before a desk answered."""
        return follow_up(self.rule.route, self.report)

    def as_dict(self) -> dict[str, object]:
        route = self.rule.route
        return {
            "steps": list(self.steps),
            "nature": self.report.nature.value,
            "silent": self.report.silent,
            "language": self.report.language,
            "rule": self.rule.name,
            "queue": route.queue,
            "priority": route.priority,
            "inform": list(route.inform),
            "wait_at_most": route.wait_at_most,
            "abandoned": self.hung_up.what,
            "unused_keys": list(self.unused),
        }


def parse_keys(words: Sequence[str]) -> list[str | None]:
    """Keys from words such as ``1 2``, ``12`` or ``- 1``, blanks or none between them; None stands for no key in time.

    Raises:
        Refused: something in them is no key of a telephone.
    """
    typed = [key for word in words for key in word if key != " "]
    for key in typed:
        if key not in KEYS and key != NO_KEY:
            raise Refused("keys", f"{key!r} is no key: use 0-9, * and #, or - for a caller who presses nothing")
    return [None if key == NO_KEY else key for key in typed]


def walk(keys: Sequence[str | None], service: str = "") -> tuple[Walk, int]:
    """The dialogue with these keys, and nothing pressed after them; the number of keys that were used."""
    told = Walk(CALL, entry(service))
    used = 0
    while not isinstance(step := told.step, HandOff):
        taken = _code(keys[used:], step) if isinstance(step, Code) else keys[used : used + 1]
        used += len(taken)
        pressed = [key for key in taken if key and not (isinstance(step, Code) and key == "#")]
        told.press("".join(pressed) or None)
    return told, used


def _code(keys: Sequence[str | None], step: Code) -> Sequence[str | None]:
    """Of these keys those that a code takes: its digits, and what ends it."""
    end = next((at for at, key in enumerate(keys[: step.most]) if key in ("#", None)), step.most - 1)
    return keys[: end + 1]


def rehearse(keys: Sequence[str | None], rulebook: Rulebook, service: str = "") -> Rehearsal:
    """What a caller of this service (``sos.police``; empty: of 112) with these keys would come to."""
    told, used = walk(keys, service)
    rule = rulebook.rules.choose(told.report)
    unused = tuple(key or NO_KEY for key in keys[used:])
    return Rehearsal(tuple(told.steps), told.report, rule, unused)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("keys", nargs="*", metavar="KEY", help="0-9, *, # (begins and ends a code); - for none in time")
    parser.add_argument("--service", default="", metavar="NAME", help="the emergency URN called, such as sos.police")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    rulebook = load(settings.rules)
    if service_urn.is_test(arguments.service):
        raise Refused("--service", "a test call asks nothing and reaches nobody: `gateway112 dial --service test.sos`")
    if arguments.service and not service_urn.is_emergency(arguments.service):
        raise Refused("--service", f"{arguments.service[:40]!r} is no emergency: use sos, or sos.police, sos.fire, …")
    rehearsal = rehearse(parse_keys(arguments.keys), rulebook, arguments.service)
    if arguments.json:
        print(json.dumps(rehearsal.as_dict()))
    else:
        print("\n".join(_lines(rehearsal, rulebook, settings)))
    return 0


def _lines(rehearsal: Rehearsal, rulebook: Rulebook, settings: Settings) -> list[str]:
    route, hung_up = rehearsal.rule.route, rehearsal.hung_up
    why_not = obstacle(hung_up.what, rulebook.policies, settings)
    bound = "before all others" if route.wait_at_most is None else f"waits at most {route.wait_at_most} s"
    table = {
        "steps": " → ".join(rehearsal.steps),
        "nature": rehearsal.report.nature.value,
        "silent": "yes" if rehearsal.report.silent else "no",
        "language": rehearsal.report.language,
        "rule": rehearsal.rule.name,
        "queue": f"{route.queue}, {rulebook.agencies[route.queue].name_id}",
        "priority": f"{route.priority}, {bound}",
        "inform": ", ".join(route.inform) or "nobody",
        "hangs up": f"would be {hung_up.what}, not possible: {why_not}" if why_not else HANG_UPS[hung_up.what],
    }
    if rehearsal.unused:
        table["not used"] = " ".join(rehearsal.unused)
    return [f"{name:<9} {value}" for name, value in table.items()]
