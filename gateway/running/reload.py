"""``gateway112 reload``: changed rules, Asterisk's settings, Kannel's lines and recordings put in force at once.

The rules are proved first; if they are refused, nothing has changed. Running processes find the new rules by
themselves within a second; the edge, Asterisk, Kannel, the front (also its renewed certificate) and the sounds are
brought up to them here.
"""

from __future__ import annotations

import argparse
import sys

from gateway import sounds
from gateway.channels import asterisk, kamailio_conf, kamailio_status, kannel_conf, nginx_conf
from gateway.rules import examine
from gateway.rules.rulebook import Rulebook
from gateway.running import front, kannel_reload
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Faulty rules are refused with line and reason, and nothing is changed. Calls go on."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    book, faults = examine(settings.rules)
    if book is None:
        for fault in faults:
            print(f"refused, nothing was changed: {fault}", file=sys.stderr)
        return 1
    asterisk.render(settings, book)  # whatever it refuses is refused before anything is written
    for unusable in sounds.make_all(settings, print):
        print(f"spoken instead of played: {unusable}", file=sys.stderr)
    files = asterisk.write(settings, book)
    print(f"{len(book.rules.rules)} rules for {len(book.agencies)} agencies; {len(files)} files for Asterisk")
    try:
        asterisk.reload(settings)
        print("Asterisk follows them")
    except asterisk.AsteriskRefused as away:
        print(f"Asterisk was not told, it reads them when it starts: {away.why}")
    if kamailio_conf.runs(settings):
        _reload_edge(settings, book)
    if nginx_conf.runs(settings):
        print(front.reload(settings))
    if not kannel_conf.runs(settings):
        return 0
    said = kannel_reload.reload(settings)
    print(said)
    return 1 if said.startswith(kannel_reload.REFUSED) else 0


def _reload_edge(settings: Settings, book: Rulebook) -> None:
    """After Asterisk, or the edge would name it a trunk that it does not know yet."""
    kamailio_conf.write(settings, book)
    try:
        kamailio_status.reload_trunks(settings)
        print("the edge follows them")
    except kamailio_status.KamailioAway as away:
        print(f"the edge was not told, it reads them when it starts: {away.why}")
