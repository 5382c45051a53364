"""``gateway112 codes``: the codes on posts and stops that callers key. See docs/locations.md for the file's columns."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from gateway.evidence import keyed_code
from gateway.evidence.csv_import import read
from gateway.evidence.table import Table, TableMissing, replace
from gateway.settings import Settings

MOST_TOLD = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="check a CSV file and put it in the place of the whole table")
    importing.add_argument("file", type=Path)
    checking = actions.add_parser("check", help="check a CSV file, and change nothing")
    checking.add_argument("file", type=Path)
    actions.add_parser("list", help="print the codes that are in use")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    file = settings.state / keyed_code.FILE
    if arguments.action == "list":
        return _list(file)
    entries = read(arguments.file, keyed_code.REQUIRED, keyed_code.OPTIONAL, keyed_code.entry)
    _warn(list(entries))
    if arguments.action == "import":
        replace(file, entries.items())
        print(f"codes in use: {len(entries)}")
    else:
        print(f"well-formed codes: {len(entries)}; nothing was changed")
    return 0


def _warn(codes: list[str]) -> None:
    """Codes of which a wrong key names another place. They are taken all the same: the posts stand as they are."""
    without = [code for code in codes if not keyed_code.has_check_digit(code)]
    pairs = list(keyed_code.near_misses(codes))
    if without:
        print(f"codes without a check digit (Luhn), {len(without)}: {_some(without)}", file=sys.stderr)
    if pairs:
        told = _some([" and ".join(pair) for pair in pairs])
        print(f"one wrong key makes one code of another, pairs: {len(pairs)}: {told}", file=sys.stderr)


def _some(words: list[str]) -> str:
    return ", ".join(words[:MOST_TOLD]) + (" …" if len(words) > MOST_TOLD else "")


def _list(file: Path) -> int:
    try:
        for code, content in Table(file).items():
            known = json.loads(content)
            print(code, known["kind"], "|", known["label"])
    except TableMissing:
        print("no codes were imported yet: `gateway112 codes import FILE`", file=sys.stderr)
    return 0
