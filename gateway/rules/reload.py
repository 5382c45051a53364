"""``gateway112 reload``: changed rules, settings of Asterisk, prompts and recordings put in force without a restart.

The rules are proved first; if they are refused, nothing has changed. Running processes find the new rules by
themselves within a second; Asterisk and the sounds are brought up to them here.
"""

from __future__ import annotations

import argparse
import sys

from gateway import sounds
from gateway.channels import asterisk
from gateway.rules import examine
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
    except asterisk.AsteriskRefused as away:
        print(f"Asterisk was not told, it reads them when it starts: {away.why}")
        return 0
    print("Asterisk follows them")
    return 0
