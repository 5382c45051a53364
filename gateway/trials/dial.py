"""``gateway112 dial 1 2``: a real SIP call to 112 over the trial trunk with these keys; its timeline as it happens."""

from __future__ import annotations

import argparse
import secrets
from contextlib import ExitStack

from gateway.channels import kamailio_conf
from gateway.channels.telephone import TelephoneRefused
from gateway.gazetteer.typed import take_positions
from gateway.numbers import e164
from gateway.rules import load
from gateway.running import elsewhere
from gateway.running.doors import doors
from gateway.running.readiness import answers_sip
from gateway.settings import Settings
from gateway.trials import line_test, told
from gateway.trials.call import CallRefused, TrialCall
from gateway.trials.late import Late
from gateway.trials.rehearsal import parse_keys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("keys", nargs="*", metavar="KEY", help="0-9, *, # (begins and ends a code); - for none in time")
    parser.add_argument(
        "--stay", type=float, default=3.0, metavar="S", help="hang up S seconds after a desk answered (3)"
    )
    parser.add_argument("--limit", type=float, default=90.0, metavar="S", help="give up after S seconds (90)")
    parser.add_argument("--number", default="", help="call from this number; a repeated one joins its open incident")
    parser.add_argument("--no-trial-desk", action="store_true", help="wait for a real desk where none is registered")
    told.add_arguments(parser)
    parser.add_argument(
        "--late", default="", metavar="LAT,LON[,M]", help="the telephone tells it after the hand-off (AML)"
    )
    take_positions(parser)
    parser.add_argument(
        "--urls", action="store_true", help="print the URLs (location, EIDO) too: they open the incident for 4 hours"
    )
    parser.epilog = "The exit code is 0 only if a desk answered; of a test call, if it was sent back, and left nothing."


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    keys = parse_keys(arguments.keys)
    # Invented, and another one each time: the same one would join the incident of the call before.
    number = e164(arguments.number) if arguments.number else f"+62812000{secrets.randbelow(100_000):05d}"
    if number is None:
        raise CallRefused("--number", "that is no telephone number that could be called back")
    network, late = told.read(arguments), told.place_of(arguments.late, "--late") if arguments.late else None
    if network.is_test and (keys or late):
        raise CallRefused("--service", "a test call asks nothing and has no caller: leave keys and --late out")
    _check(settings, network)
    try:
        if network.is_test:
            return 0 if line_test.perform(settings, number, network) else 1
        with ExitStack() as stack:
            telephone = Late(settings, number, late, stack) if late else None
            call = TrialCall(settings, load(settings.rules), keys, number, stack, network, telephone)
            return 0 if call.perform(arguments) else 1
    except TelephoneRefused as fault:
        raise CallRefused("the call", str(fault)) from fault


def _check(settings: Settings, network: told.Told) -> None:
    """Raises CallRefused: no call can get through."""
    if not settings.flag("trial_trunk"):
        raise CallRefused("trial_trunk", "the setting is off, as it should be in production: no trial call is accepted")
    if not network.is_nothing and not kamailio_conf.runs(settings):
        why = "the setting is off, and only the edge takes --service, --place, --pidf and --cell: set it to yes"
        raise CallRefused("edge", why)
    if not (settings.natives / "bin" / "baresip").exists():
        raise CallRefused("baresip", "the telephone for trial calls is missing: run `make setup`")
    door = next(door for door in doors(settings) if door.setting == "sip_port" and door.kind == "udp")
    if not answers_sip(door)():
        others = elsewhere.differences(settings)
        hint = "is `make run` running? With ports by its environment (GATEWAY112_SIP_PORT=…), give the same here"
        why = elsewhere.advice(others) if others else f"{hint}, or write them into settings.toml in the state folder"
        raise CallRefused(f"SIP at 127.0.0.1:{door.port}", f"nothing answers: {why}")
