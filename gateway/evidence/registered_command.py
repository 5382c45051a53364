"""``gateway112 registered``: numbers whose place is known beforehand. See docs/locations.md for the file's columns."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gateway.evidence import registered_number
from gateway.evidence.csv_import import read
from gateway.evidence.table import TableMissing
from gateway.incident.errors import Refused
from gateway.numbers import e164
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="check a CSV file and put it in the place of the whole table")
    importing.add_argument("file", type=Path)
    actions.add_parser("list", help="print what is registered, without the numbers")
    actions.add_parser("remove", help="take one number out").add_argument("number")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    registry = registered_number.Registry(settings)
    try:
        match arguments.action:
            case "import":
                return _import(arguments.file, registry)
            case "list":
                return _list(registry)
            case _:
                return _remove(arguments.number, registry)
    except TableMissing:
        print("nothing is registered yet: `gateway112 registered import FILE`", file=sys.stderr)
        return 0 if arguments.action == "list" else 1


def _import(file: Path, registry: registered_number.Registry) -> int:
    columns = registered_number.REQUIRED, registered_number.OPTIONAL
    entries = read(file, *columns, registered_number.entry)
    registry.write(entries)
    print(f"{len(entries)} numbers registered, encrypted; {file} itself is not: keep it elsewhere or delete it")
    return 0


def _list(registry: registered_number.Registry) -> int:
    for key, content in registry.entries():
        print(key[:8], content["kind"], "|", content["label"], "|", content["address"])
    return 0


def _remove(text: str, registry: registered_number.Registry) -> int:
    number = e164(text)
    if number is None:
        raise Refused("number", "it is no telephone number: write it as +62…")
    there = registry.remove(number)
    print("removed" if there else "it was not registered")
    return 0 if there else 1
