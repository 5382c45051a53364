"""``gateway112 cells``: the operator's table of cells. See docs/locations.md for its columns."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from gateway.evidence import network_cell
from gateway.evidence.csv_import import read
from gateway.evidence.table import Table, TableMissing, replace
from gateway.settings import Settings

LISTED = "cell lat lon radius_m confidence_percent azimuth opening"
"""The columns of a list; the last two only of a sector."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, explanation in (
        ("import", "check a CSV file and put it in the place of the whole table"),
        ("check", "check a CSV file, change nothing"),
    ):
        actions.add_parser(name, help=explanation).add_argument("file", type=Path)
    actions.add_parser(
        "list",
        help=f"print the table: {LISTED}",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    file = settings.state / network_cell.FILE
    if arguments.action == "list":
        return _list(Table(file))
    entries = read(arguments.file, network_cell.REQUIRED, network_cell.OPTIONAL, network_cell.entry)
    if arguments.action == "import":
        replace(file, entries.items())
    print(f"{len(entries)} cells {'imported' if arguments.action == 'import' else 'are in order'}")
    return 0


def _list(table: Table) -> int:
    try:
        cells = table.items()
        print(LISTED)
        for key, value in cells:
            print(key, *json.loads(value))
    except TableMissing:
        print("no cells were imported yet: `gateway112 cells import FILE`", file=sys.stderr)
    return 0
