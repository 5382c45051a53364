"""``gateway112 gazetteer``: official boundaries, imported, checked, shown; and the built-in table made anew.

See docs/places.md, "Official boundaries".
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from gateway.gazetteer import boundary_file, build, gazetteer, geojson
from gateway.gazetteer.boundaries import Boundaries
from gateway.gazetteer.boundary_file import Missing, Origin
from gateway.gazetteer.current import load, official
from gateway.gazetteer.place_names import place_names
from gateway.gazetteer.survey import Survey, survey
from gateway.incident.place import CITY, KELURAHAN
from gateway.settings import Settings
from gateway.setup.progress import NumberedLines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, explanation in (
        ("import", "check boundaries of kelurahan (GeoJSON) and put them in force at once"),
        ("check", "check such a file, change nothing"),
    ):
        action = actions.add_parser(name, help=explanation, description=explanation)
        action.add_argument("file", type=Path)
        action.add_argument("--code", default="", metavar="PROPERTY", help="the property that holds the official code")
        action.add_argument("--join", action="store_true", help="several features of one code are parts of it")
        action.add_argument("--partial", action="store_true", help="take it though kelurahan are missing")
    actions.add_parser("show", help="tell which boundaries are in force")
    actions.add_parser("forget", help="remove the imported boundaries; the built-in points name places again")
    building = actions.add_parser("build", help="fetch two packages with npm and write the built-in table anew")
    building.add_argument("--areas", type=Path, help="CSV code,km2 of official areas: large kelurahan reach further")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    file = settings.state / boundary_file.FILE
    match arguments.action:
        case "build":
            return build.rebuild(arguments.areas)
        case "show":
            return _show(file)
        case "forget":
            there = file.exists()
            file.unlink(missing_ok=True)
            print("the built-in points name places again" if there else "no boundaries were imported")
            return 0
    return _take(arguments, file)


def _take(arguments: argparse.Namespace, file: Path) -> int:
    """Check a file, and import it where that was asked for."""
    importing = arguments.action == "import"
    steps = NumberedLines(4 if importing else 3, write=lambda line: print(line, file=sys.stderr, flush=True))
    steps.begin(f"reading {arguments.file.name}")
    features = geojson.read(arguments.file, arguments.code)
    steps.begin(f"examining {len(features)} features")
    found = survey(features, gazetteer(), place_names(), steps, join=arguments.join, partial=arguments.partial)
    steps.begin("done examining")
    for note in found.notes:
        print(f"note: {note}")
    if found.faults:
        print(f"{arguments.file.name}: {len(found.faults)} faults, nothing was imported:", file=sys.stderr)
        for fault in found.faults:
            print(f"  {fault}", file=sys.stderr)
        return 1
    if importing:
        steps.begin("putting them in force")
        areas = found.as_wkb()
        Boundaries(areas, gazetteer())  # what could not be used is never in force
        boundary_file.write(file, _origin(arguments.file, found), areas)
    print(f"{_counted(found)} {'are in force: running processes follow in a second' if importing else 'are in order'}")
    return 0


def _origin(file: Path, found: Survey) -> Origin:
    kelurahan = sum(len(code) == KELURAHAN for code in found.areas)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Origin(file.name, digest, time.time(), kelurahan, len(found.areas) - kelurahan)


def _counted(found: Survey) -> str:
    counts = Counter(code[:CITY] for code in found.areas if len(code) == KELURAHAN)
    neighbours = [gazetteer().names[code] for code in sorted(found.areas) if len(code) == CITY]
    beside = f", and {', '.join(neighbours)}" if neighbours else ""
    per_city = ", ".join(f"{gazetteer().names[city]} {count}" for city, count in sorted(counts.items()))
    return f"boundaries of {sum(counts.values())} kelurahan ({per_city}){beside}"


def _show(file: Path) -> int:
    try:
        origin, areas = boundary_file.read(file)
    except Missing:
        print("no boundaries were imported: the built-in points name places (`gateway112 gazetteer import FILE`)")
        return 0
    load(file)
    at = datetime.fromtimestamp(origin.at).astimezone().isoformat(timespec="seconds")
    neighbours = [gazetteer().names.get(code, code) for code in areas if len(code) == CITY]
    print(f"file         {origin.file}, sha256 {origin.sha256[:16]}…")
    print(f"imported     {at}")
    others = "" if origin.kelurahan == official() else "; the others by the built-in points"
    print(f"kelurahan    {origin.kelurahan} of {official()}{others}")
    print(f"neighbours   {', '.join(neighbours) or 'by the built-in points'}")
    return 0
