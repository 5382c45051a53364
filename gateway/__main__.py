"""The command line: ``gateway112 COMMAND …``. Each command lives in the module the table names.

Such a module offers ``add_arguments(parser)`` and ``run(arguments, settings) -> int`` (the exit code). It is imported
only when its command is asked for, so that a command starts as quickly as its own imports allow.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from gateway import settings as table
from gateway.incident.errors import Refused

COMMANDS: dict[str, tuple[str, str]] = {
    "setup": ("gateway.setup.steps", "prepare everything `up` needs, once"),
    "up": ("gateway.running.up", "start everything and keep it running until Ctrl-C"),
    "down": ("gateway.running.down", "stop everything, wherever it was started, also what a killed run left behind"),
    "edge": ("gateway.running.edge", "let calls in and spread them over Asterisk: Kamailio (a process of `up`)"),
    "front": ("gateway.running.front", "let browsers in by https: nginx (a process of `up`, where it is set)"),
    "agi": ("gateway.answering", "answer the calls that Asterisk hands over (a process of `up`)"),
    "ami": ("gateway.queues.listener", "watch the queues: timelines, raised calls, figures (a process of `up`)"),
    "call": ("gateway.trials.rehearsal", "walk the dialogue with these keys, with no server, and tell what follows"),
    "dial": ("gateway.trials.dial", "place a real call to 112, press these keys, and tell what happens (make call)"),
    "desk": ("gateway.desk.command", "be a desk on duty for messages, in this terminal"),
    "text": ("gateway.trials.text", "write a text to 112 over the trial network, and tell what follows (make text)"),
    "watch": ("gateway.queues.watch", "show queues, waiting callers with their places, and desks"),
    "sounds": ("gateway.sounds", "list which prompts are recorded, synthetic or missing, with their lengths"),
    "check": ("gateway.check", "say what is wrong with rules, settings, sounds and servers, and what to do"),
    "reload": ("gateway.running.reload", "put changed rules and recordings in force without a restart"),
    "worker": ("gateway.jobs.worker", "perform jobs"),
    "dead": ("gateway.jobs.dead", "list jobs that failed for good, or try them anew"),
    "messages": ("gateway.messages.incoming", "file what channels of messages brought (a process of `up`)"),
    "kannel": ("gateway.channels.kannel_reader", "take the messages that Kannel has (a process of `up`)"),
    "aml": ("gateway.evidence.aml_command", "print the address at which telephones bring their location over HTTPS"),
    "sender": ("gateway.messages.sender", "send replies to messages (a process of `up`)"),
    "reconcile": ("gateway.messages.reconcile", "ask channels what they delivered, and take up what was lost"),
    "locator": ("gateway.locator.command", "take what the edge copies of calls; fetch locations (a process of `up`)"),
    "replay": ("gateway.journal.replay", "bring spooled records to the store when it is back"),
    "cells": ("gateway.evidence.cells_command", "import, check or list the operator's table of cells"),
    "codes": ("gateway.evidence.codes_command", "import, check or list the codes on posts and stops"),
    "registered": ("gateway.evidence.registered_command", "import, list or remove numbers whose place is known"),
    "gazetteer": ("gateway.gazetteer.command", "import, check, show or forget official boundaries of kelurahan"),
    "place": ("gateway.gazetteer.place_command", "what a name may mean, or how a position is named and who is near"),
    "facilities": ("gateway.gazetteer.facilities_command", "import, check or list who helps, or tell who is near"),
    "read": ("gateway.reading.command", "tell what a text says, or each text of a file, and which queue it goes to"),
    "locate": ("gateway.locate.command", "tell what files say of a place: PIDF-LO, SIP, HELD, AML, cells, texts"),
    "user": ("gateway.accounts.command", "keep the accounts of the desk's page"),
    "desks": ("gateway.calls.desks_command", "list the desks, or print one desk's SIP account"),
    "train": ("gateway.reading.training", "make the reader's model anew from its corpus (for the maintainer)"),
    "settings": ("gateway.settings.command", "print every setting with its value and meaning"),
}


def main(words: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if words is None else words)
    try:
        code = _perform(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output (`| head`) has gone; the interpreter's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (Refused, table.SettingsRefused) as refused:
        print(f"gateway112: {refused}", file=sys.stderr)
        return 2
    return code


def _perform(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gateway112", description="The 112 gateway.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in words if not word.startswith("-")), "")
    for name, (_, explanation) in COMMANDS.items():
        command = commands.add_parser(name, help=explanation, description=explanation)
        if name == asked:
            import_module(COMMANDS[name][0]).add_arguments(command)
    if not words:
        parser.print_help(sys.stderr)
        return 2
    arguments = parser.parse_args(words)
    return int(import_module(COMMANDS[arguments.command][0]).run(arguments, table.read()))


if __name__ == "__main__":
    sys.exit(main())
