"""``gateway112 check``: what is wrong, a line each, and what to do. With nothing wrong, what was looked at."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator

from gateway.check import prepared, serving
from gateway.check.finding import Finding, Verdict, wrong
from gateway.incident.errors import Refused
from gateway.settings import Settings, SettingsRefused

Check = Callable[[Settings], Iterable[Finding]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", prepared.check_settings),
    ("secrets", prepared.check_secrets),
    ("programs", prepared.check_programs),
    ("rules", prepared.check_rules),
    ("hang-ups", prepared.check_hang_ups),
    ("dialogue", prepared.check_dialogue),
    ("sounds", prepared.check_sounds),
    ("asterisk", serving.check_asterisk),
    ("edge", serving.check_edge),
    ("front", serving.check_front),
    ("queues", serving.check_queues),
    ("twilio", prepared.check_twilio),
    ("kannel", serving.check_kannel),
    ("webhooks", prepared.check_webhooks),
    ("places", prepared.check_places),
    ("redis", serving.check_redis),
    ("services", serving.check_services),
)


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check; a check that cannot be made is a finding too."""
    for name, check in CHECKS:
        try:
            for finding in check(settings):
                yield name, finding
        except (Refused, SettingsRefused, OSError) as fault:
            yield name, wrong(fault)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Ends with 1 when something is wrong. Needs nothing to be running."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    failed = False
    for name, finding in examine(settings):
        failed |= finding.verdict is Verdict.WRONG
        print(f"{finding.verdict:<11}  {name:<8}  {finding.what}", flush=True)
    return int(failed)
