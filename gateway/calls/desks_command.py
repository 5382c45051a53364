"""``gateway112 desks``: the SIP accounts of the agencies' desks, for who sets up their telephones."""

from __future__ import annotations

import argparse

from gateway.channels.asterisk import desk_password
from gateway.rules import load
from gateway.rules.rulebook import DeskKind
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("desk", nargs="?", help="one desk, with its password")
    parser.epilog = "A password is printed for one desk at a time, so that a look at the list gives none away."


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    server = f"{settings.text('sip_address')}:{settings.asterisk_port}"
    desks = {desk.id: (desk, agency) for agency in load(settings.rules).agencies.values() for desk in agency.desks}
    if arguments.desk is None:
        for desk, agency in desks.values():
            print(f"{desk.id:<12} {desk.kind:<10} location by {desk.location:<10} {agency.name_id}")
        return 0
    if arguments.desk not in desks:
        print(f"no desk {arguments.desk!r} in {settings.rules.name}: it has {', '.join(desks)}")
        return 2
    if desks[arguments.desk][0].kind is DeskKind.BROWSER:
        print(f"{arguments.desk} is a browser: its password is made when somebody goes on duty at {settings.pages_url}")
        return 2
    print(f"server    {server}\nuser      {arguments.desk}\npassword  {desk_password(settings, arguments.desk)}")
    return 0
